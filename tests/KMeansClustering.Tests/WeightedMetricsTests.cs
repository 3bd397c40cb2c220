using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;
using TestData = KMeansClustering.Tests.Support.TestData;

namespace KMeansClustering.Tests;

/// <summary>In the metrics of points a weight is a multiplicity: a point of weight 2 is the point twice.</summary>
public abstract class WeightedMetricsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly string[] Names = ["silhouette", "simplified silhouette", "Davies–Bouldin", "Caliński–Harabasz", "BIC"];

    [Fact]
    public void Whole_weights_are_repetitions() => Prop.ForAll(Arbitrary.Problems<T>(), problem =>
    {
        int d = problem.Dimensions;
        Draw draw = new(problem.Count);
        int[] times = [.. Enumerable.Range(0, problem.Count).Select(i => i == 0 ? 2 : draw.Below(4))];
        int[] labels = [.. Enumerable.Range(0, problem.Count).Select(i => i == 0 ? 0 : draw.Below(problem.Clusters + 1))];
        int[] rows = [.. times.SelectMany((count, row) => Enumerable.Repeat(row, count))];
        int[] repeatedLabels = [.. rows.Select(row => labels[row])];
        if (repeatedLabels.Distinct().Count() < 2 || repeatedLabels.Distinct().Count() == rows.Length)
        {
            return;
        }

        T[] centroids = [.. problem.Start, .. problem.Start[..d]];
        double[] expected = All(TestData.Rows(problem.Points, d, rows), d, repeatedLabels, centroids, null);
        double[] actual = All(problem.Points, d, labels, centroids, [.. times.Select(T.CreateChecked)]);

        RequireClose(expected, actual);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void The_samples_are_those_of_the_repeated_points()
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, 40, 3);
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 5)];
        T[] weights = [.. Enumerable.Range(0, 40).Select(i => T.CreateChecked(1 + (i % 3)))];
        int[] rows = [.. Enumerable.Range(0, 40).SelectMany(row => Enumerable.Repeat(row, 1 + (row % 3)))];
        double[] expected = PlainMetrics.Silhouettes(TestData.Rows(points, 3, rows), 3, [.. rows.Select(row => labels[row])]);

        double[] samples = new double[40];
        ClusteringMetrics.SilhouetteSamples<T>(points, 3, labels, samples, weights);

        for (int i = 0; i < rows.Length; i++)
        {
            samples[rows[i]].Should().BeApproximately(expected[i], 1e-12);
        }
    }

    [Theory]
    [InlineData(DataKind.Clustered)]
    [InlineData(DataKind.Lattice)]
    [InlineData(DataKind.Duplicated)]
    public void Points_of_weight_0_are_none_and_neither_are_clusters_of_them(DataKind kind)
    {
        const int Dimensions = 4;
        T[] points = TestData.Points<T>(kind, 60, Dimensions);
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 6)];
        T[] weights = [.. Enumerable.Range(0, 60).Select(i => i % 6 == 4 || i % 7 == 3 ? T.Zero : T.CreateChecked(1.5))];
        int[] left = [.. Enumerable.Range(0, 60).Where(i => weights[i] > T.Zero)];
        T[] centroids = points[..(6 * Dimensions)];

        double[] expected = All(TestData.Rows(points, Dimensions, left), Dimensions, [.. left.Select(i => labels[i])], centroids, [.. left.Select(i => weights[i])]);
        double[] actual = All(points, Dimensions, labels, centroids, weights);

        RequireClose(expected, actual);
    }

    [Fact]
    public void Weights_below_1_leave_a_lone_point_alone()
    {
        // Two points of 0.3 and a lone one of 0.4, and the same a hundred times as heavy, where the lone one has company at its own place.
        T[] points = [T.Zero, T.One, T.CreateChecked(10)];
        T[] centroids = [T.CreateChecked(0.5), T.CreateChecked(10)];
        T[] light = [T.CreateChecked(0.3), T.CreateChecked(0.3), T.CreateChecked(0.4)];
        T[] heavy = [.. light.Select(weight => weight * T.CreateChecked(100))];

        double simplified = ((9.5 / 10) + (8.5 / 9)) / 2;
        ClusteringMetrics.SimplifiedSilhouette<T>(points, 1, [0, 0, 1], centroids, light).Should().BeApproximately(0.6 * simplified, 1e-7);
        ClusteringMetrics.SimplifiedSilhouette<T>(points, 1, [0, 0, 1], centroids, heavy).Should().BeApproximately((0.6 * simplified) + 0.4, 1e-7);
        double[] samples = new double[3];
        ClusteringMetrics.SilhouetteSamples<T>(points, 1, [0, 0, 1], samples, light);
        samples[2].Should().Be(0);
        samples[0].Should().BeApproximately((10 - 1) / 10.0, 1e-7);
        samples[1].Should().BeApproximately((9 - 1) / 9.0, 1e-7);
    }

    [Theory]
    [InlineData(WeightKind.Uniform)]
    [InlineData(WeightKind.WithZeros)]
    [InlineData(WeightKind.Wide)]
    public void The_number_of_threads_changes_no_bit_and_no_weight_breaks_a_bound(WeightKind kind)
    {
        foreach (DataKind data in Enum.GetValues<DataKind>())
        {
            T[] points = TestData.Points<T>(data, 120, 5);
            T[] weights = TestData.Weights<T>(kind, 120)!;
            weights[0] = T.CreateChecked(20); // more than there are clusters, in all
            int[] labels = [.. Enumerable.Range(0, 120).Select(i => i % 9)];
            double[] alone = All(points, 5, labels, points[..45], weights, 1);

            alone.Should().NotContain(double.NaN, $"{data}");
            alone[..2].Should().OnlyContain(silhouette => silhouette >= -1 && silhouette <= 1, $"{data}");
            alone[2..4].Should().OnlyContain(index => index >= 0 && index < double.PositiveInfinity, $"{data}");
            foreach (int threads in new[] { 2, 3, 7 })
            {
                Same.Bits<double>(alone, All(points, 5, labels, points[..45], weights, threads), $"{data}, {threads} threads");
            }
        }
    }

    private static double[] All(T[] points, int d, int[] labels, T[] centroids, T[]? weights, int threads = -1) =>
    [
        ClusteringMetrics.Silhouette<T>(points, d, labels, weights, threads),
        ClusteringMetrics.SimplifiedSilhouette<T>(points, d, labels, centroids, weights, threads),
        ClusteringMetrics.DaviesBouldin<T>(points, d, labels, weights, threads),
        ClusteringMetrics.CalinskiHarabasz<T>(points, d, labels, weights, threads),
        ClusteringMetrics.Bic<T>(points, d, labels, weights, threads),
    ];

    // The means of float points are fixed point of 41 bits, which rounds otherwise with weights.
    private static void RequireClose(double[] expected, double[] actual)
    {
        double tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-9;
        for (int i = 0; i < expected.Length; i++)
        {
            if (double.IsInfinity(expected[i]))
            {
                actual[i].Should().Be(expected[i], Names[i]);
            }
            else
            {
                actual[i].Should().BeApproximately(expected[i], tolerance * Math.Max(1, Math.Abs(expected[i])), Names[i]);
            }
        }
    }
}

public sealed class FloatWeightedMetricsTests : WeightedMetricsTests<float>;

public sealed class DoubleWeightedMetricsTests : WeightedMetricsTests<double>;
