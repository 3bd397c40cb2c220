using System.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Silhouettes, Davies–Bouldin and Caliński–Harabasz: against plain loops, and what must not change them.</summary>
public abstract class PointMetricsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 3, 1, 2 }, { 4, 2, 3 }, { 9, 3, 2 }, { 40, 1, 5 }, { 65, 7, 4 }, { 130, 8, 129 }, { 150, 9, 3 }, { 200, 17, 60 }, { 90, 100, 6 }, { 70, 700, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void They_are_what_plain_loops_find(int n, int d, int k)
    {
        foreach (DataKind kind in new[] { DataKind.Uniform, DataKind.Clustered, DataKind.Lattice, DataKind.Offset })
        {
            T[] points = TestData.Points<T>(kind, n, d);
            int[] labels = Labels(n, k);
            T[] centroids = TestData.Points<T>(kind, k, d, seed: 5);
            double[] expected = PlainMetrics.Silhouettes(points, d, labels);

            double[] samples = new double[n];
            ClusteringMetrics.SilhouetteSamples<T>(points, d, labels, samples);

            for (int i = 0; i < n; i++)
            {
                samples[i].Should().BeApproximately(expected[i], 1e-12, $"{kind}, point {i}");
            }

            ClusteringMetrics.Silhouette<T>(points, d, labels).Should().BeApproximately(expected.Average(), 1e-12);
            ClusteringMetrics.SimplifiedSilhouette<T>(points, d, labels, centroids)
                .Should().BeApproximately(PlainMetrics.SimplifiedSilhouette(points, d, labels, centroids), 1e-12);

            // Means of float points are fixed point of 41 bits: a millionth of the offset's spread.
            double tolerance = kind == DataKind.Offset ? 1e-5 : 1e-9;
            double davies = PlainMetrics.DaviesBouldin(points, d, labels);
            double variance = PlainMetrics.CalinskiHarabasz(points, d, labels);
            ClusteringMetrics.DaviesBouldin<T>(points, d, labels).Should().BeApproximately(davies, tolerance * davies);
            ClusteringMetrics.CalinskiHarabasz<T>(points, d, labels).Should().BeApproximately(variance, tolerance * variance);
            double information = PlainMetrics.Bic(points, d, labels);
            ClusteringMetrics.Bic<T>(points, d, labels).Should().BeApproximately(information, tolerance * Math.Abs(information));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_number_of_threads_changes_no_bit(int n, int d, int k)
    {
        foreach (DataKind kind in Enum.GetValues<DataKind>())
        {
            T[] points = TestData.Points<T>(kind, n, d);
            int[] labels = Labels(n, k);
            double[] alone = All(points, d, labels, 1);
            foreach (int threads in new[] { -1, 2, 3 })
            {
                Same.Bits<double>(alone, All(points, d, labels, threads), $"{kind}, {threads} threads");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void They_are_within_their_bounds_on_any_data(int n, int d, int k)
    {
        foreach (DataKind kind in Enum.GetValues<DataKind>())
        {
            T[] points = TestData.Points<T>(kind, n, d);
            int[] labels = Labels(n, k);
            double[] all = All(points, d, labels, -1);

            all[2..].Should().OnlyContain(silhouette => silhouette >= -1 && silhouette <= 1, $"{kind}");
            all[0].Should().BeGreaterThanOrEqualTo(0, $"{kind}").And.BeLessThan(double.PositiveInfinity, $"{kind}");
            all[1].Should().BeGreaterThanOrEqualTo(0, $"{kind}");
            double.IsNaN(all[1]).Should().BeFalse($"{kind}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Names_of_labels_and_scaling_by_a_power_of_two_change_no_bit(int n, int d, int k)
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, n, d);
        int[] labels = Labels(n, k);
        int[] renamed = [.. labels.Select(label => (3 * label) - 1_000_000_007)];
        T[] scaled = [.. points.Select(value => value * T.CreateChecked(1 << 20))];
        T[] small = [.. points.Select(value => value / T.CreateChecked(1 << 20))];
        double[] expected = All(points, d, labels, -1);

        Same.Bits<double>(expected.AsSpan(0, n + 3), All(points, d, renamed, -1).AsSpan(0, n + 3), "other names");
        Same.Bits<double>(expected, All(scaled, d, labels, -1), "2²⁰ times as large");
        Same.Bits<double>(expected, All(small, d, labels, -1), "2²⁰ times as small");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_order_of_points_and_of_clusters_changes_nothing_but_rounding(int n, int d, int k)
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, n, d);
        int[] labels = Labels(n, k);
        int[] order = new Draw(n).Permutation(n);
        double[] expected = All(points, d, labels, -1);
        double[] permuted = All(TestData.Rows(points, d, order), d, [.. order.Select(i => labels[i])], -1);
        double[] reversed = All(points, d, [.. labels.Select(label => -label)], -1);

        Same.Bits<double>(expected.AsSpan(0, 2), permuted.AsSpan(0, 2), "Davies–Bouldin and Caliński–Harabasz have exact sums");
        Same.Bits<double>(expected.AsSpan(0, 2), reversed.AsSpan(0, 2), "also over the clusters");
        permuted[2].Should().BeApproximately(expected[2], 1e-13);
        reversed[2].Should().BeApproximately(expected[2], 1e-13);
        for (int i = 0; i < n; i++)
        {
            permuted[3 + i].Should().BeApproximately(expected[3 + order[i]], 1e-13);
            reversed[3 + i].Should().BeApproximately(expected[3 + i], 1e-13);
        }
    }

    [Fact]
    public void A_translation_changes_nothing_where_it_rounds_nothing()
    {
        T[] points = TestData.Points<T>(DataKind.Lattice, 100, 3);
        int[] labels = Labels(100, 4);
        double[] expected = All(points, 3, labels, -1);

        double[] moved = All([.. points.Select(value => value + T.CreateChecked(1024))], 3, labels, -1);

        Same.Bits<double>(expected.AsSpan(2), moved.AsSpan(2), "silhouettes");
        moved[0].Should().BeApproximately(expected[0], 1e-9 * expected[0]);
        moved[1].Should().BeApproximately(expected[1], 1e-6 * expected[1]);
    }

    [Fact]
    public void The_same_numbers_give_the_same_silhouettes_in_float_and_double()
    {
        float[] points = TestData.Points<float>(DataKind.Clustered, 150, 11);
        int[] labels = Labels(150, 4);

        double[] expected = All<double>([.. points.Select(value => (double)value)], 11, labels, -1);
        double[] actual = All(points, 11, labels, -1);

        Same.Bits<double>(expected.AsSpan(2), actual.AsSpan(2), "silhouettes");
        actual[0].Should().BeApproximately(expected[0], 1e-9 * expected[0]);
        actual[1].Should().BeApproximately(expected[1], 1e-9 * expected[1]);
    }

    [Fact]
    public void Points_at_one_place_have_silhouette_0_and_clusters_of_one_place_are_perfect()
    {
        T[] one = [.. Enumerable.Repeat(T.CreateChecked(0.1), 8)];
        All(one, 2, [0, 0, 1, 1], -1).Should().Equal([0, 1, 0, 0, 0, 0, 0, 0]);

        // The last figure is of the first two points as centroids, which are one.
        T[] two = [T.Zero, T.Zero, T.One, T.One];
        All(two, 1, [0, 0, 1, 1], -1).Should().Equal([0, 1, 1, 1, 1, 1, 1, 0]);
    }

    [Fact]
    public void The_information_criterion_of_clusters_of_one_place_is_infinite_and_that_of_one_cluster_finite()
    {
        T[] two = [T.Zero, T.Zero, T.One, T.One];

        ClusteringMetrics.Bic<T>(two, 1, [0, 0, 1, 1]).Should().Be(double.PositiveInfinity);
        ClusteringMetrics.Bic<T>(two, 1, [0, 0, 0, 0]).Should().BeApproximately(PlainMetrics.Bic(two, 1, [0, 0, 0, 0]), 1e-12);
    }

    [Fact]
    public void Centroids_that_no_label_names_are_no_neighbours()
    {
        T[] points = [T.Zero, T.One, T.CreateChecked(10), T.CreateChecked(11)];
        T[] centroids = [T.CreateChecked(0.5), T.CreateChecked(0.5), T.CreateChecked(10.5)];

        ClusteringMetrics.SimplifiedSilhouette<T>(points, 1, [1, 1, 2, 2], centroids)
            .Should().BeApproximately(((10.0 / 10.5) + (9.0 / 9.5)) / 2, 1e-15);
    }

    [Fact]
    public void A_sample_of_all_is_the_whole_and_a_seed_draws_the_same_sample()
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, 300, 4);
        int[] labels = KMeans.Fit<T>(points, 4, 7).Labels.ToArray();
        double whole = ClusteringMetrics.Silhouette<T>(points, 4, labels);

        Same.Bits(whole, ClusteringMetrics.SampledSilhouette<T>(points, 4, labels, 300, seed: 3), "a sample of all");
        double sampled = ClusteringMetrics.SampledSilhouette<T>(points, 4, labels, 100, seed: 3, maxDegreeOfParallelism: 1);
        Same.Bits(sampled, ClusteringMetrics.SampledSilhouette<T>(points, 4, labels, 100, seed: 3, maxDegreeOfParallelism: 3), "the same seed");
        double[] draws = [.. Enumerable.Range(0, 20).Select(seed => ClusteringMetrics.SampledSilhouette<T>(points, 4, labels, 100, seed))];
        draws.Distinct().Count().Should().BeGreaterThan(15);
        draws.Average().Should().BeApproximately(whole, 0.05);
    }

    [Fact]
    public void A_cancelled_token_ends_each()
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 50, 2);
        int[] labels = Labels(50, 3);
        CancellationToken cancelled = new(canceled: true);

        Action[] calls =
        [
            () => ClusteringMetrics.Silhouette<T>(points, 2, labels, cancellationToken: cancelled),
            () => ClusteringMetrics.SilhouetteSamples<T>(points, 2, labels, new double[50], cancellationToken: cancelled),
            () => ClusteringMetrics.SampledSilhouette<T>(points, 2, labels, 30, cancellationToken: cancelled),
            () => ClusteringMetrics.SimplifiedSilhouette<T>(points, 2, labels, points.AsSpan(0, 6), cancellationToken: cancelled),
            () => ClusteringMetrics.DaviesBouldin<T>(points, 2, labels, cancellationToken: cancelled),
            () => ClusteringMetrics.CalinskiHarabasz<T>(points, 2, labels, cancellationToken: cancelled),
            () => ClusteringMetrics.Bic<T>(points, 2, labels, cancellationToken: cancelled),
        ];
        foreach (Action call in calls)
        {
            call.Should().Throw<OperationCanceledException>();
        }
    }

    /// <summary>Davies–Bouldin, Caliński–Harabasz, the silhouette, those of all points, and the simplified one (or 1 where labels are no rows).</summary>
    private static double[] All<TPoint>(TPoint[] points, int d, int[] labels, int threads)
        where TPoint : unmanaged, IBinaryFloatingPointIeee754<TPoint>
    {
        double[] samples = new double[labels.Length];
        ClusteringMetrics.SilhouetteSamples<TPoint>(points, d, labels, samples, default, threads);
        return
        [
            ClusteringMetrics.DaviesBouldin<TPoint>(points, d, labels, default, threads),
            ClusteringMetrics.CalinskiHarabasz<TPoint>(points, d, labels, default, threads),
            ClusteringMetrics.Silhouette<TPoint>(points, d, labels, default, threads),
            .. samples,
            labels.Min() < 0 ? 1 : ClusteringMetrics.SimplifiedSilhouette<TPoint>(points, d, labels, points.AsSpan(0, (labels.Max() + 1) * d), default, threads),
        ];
    }

    /// <summary>Each of k labels at least once.</summary>
    private static int[] Labels(int n, int k)
    {
        Draw draw = new(n + k);
        return [.. Enumerable.Range(0, n).Select(i => i < k ? i : draw.Below(k))];
    }
}

public sealed class FloatPointMetricsTests : PointMetricsTests<float>;

public sealed class DoublePointMetricsTests : PointMetricsTests<double>;
