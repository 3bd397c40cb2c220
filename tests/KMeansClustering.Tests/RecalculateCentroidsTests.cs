using System.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Means within what the sums may be off by, whatever the data.</summary>
public abstract class RecalculateCentroidsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<DataKind, WeightKind> Kinds => OracleTests<T>.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_mean_is_within_the_stated_error_and_empty_clusters_keep_theirs(DataKind data, WeightKind weights)
    {
        foreach ((int n, int d, int k) in new[] { (400, 1, 3), (300, 3, 50), (200, 17, 5), (90, 65, 7) })
        {
            T[] points = TestData.Points<T>(data, n, d);
            T[]? w = TestData.Weights<T>(weights, n);
            Draw draw = new(n);
            int[] labels = [.. Enumerable.Range(0, n).Select(_ => draw.Below(k - 1))]; // the last one stays empty
            T[] centroids = TestData.Points<T>(DataKind.Uniform, k, d, seed: 9);
            T[] before = [.. centroids];

            KMeans.RecalculateCentroids(points, d, labels, centroids, w);

            ExactMeans<T> means = new(points, d, labels, k, w);
            means.Counts[^1].Should().Be(0);
            for (int c = 0; c < centroids.Length; c++)
            {
                (T lowest, T highest) = means.Counts[c / d] == 0 ? (before[c], before[c]) : means.Allowed(c / d, c % d);
                if (!(centroids[c] >= lowest && centroids[c] <= highest))
                {
                    Assert.Fail($"{data}, {weights}, n = {n}: coordinate {c % d} of centroid {c / d} is {centroids[c]:R}, not from {lowest:R} to {highest:R}.");
                }
            }
        }
    }

    [Fact]
    public void The_mean_of_a_cluster_of_small_weights_is_as_good_as_that_of_large_ones()
    {
        // Cluster j has weights around 2^(−6j), down to 2⁻⁶⁰ of the largest.
        const int Clusters = 11;
        T[] points = TestData.Points<T>(DataKind.Uniform, 40 * Clusters, 3);
        int[] labels = [.. Enumerable.Range(0, 40 * Clusters).Select(i => i % Clusters)];
        Draw draw = new(3);
        T[] weights = [.. labels.Select(label => T.CreateChecked(Math.ScaleB(1 + draw.Uniform(), -6 * label)))];
        T[] centroids = new T[Clusters * 3];

        KMeans.RecalculateCentroids(points, 3, labels, centroids, weights);

        ExactMeans<T> means = new(points, 3, labels, Clusters, weights);
        for (int c = 0; c < centroids.Length; c++)
        {
            (T lowest, T highest) = means.Allowed(c / 3, c % 3);
            (centroids[c] >= lowest && centroids[c] <= highest).Should().BeTrue($"weights around 2^{-6 * (c / 3)}: {centroids[c]:R} is not from {lowest:R} to {highest:R}");
        }
    }

    [Fact]
    public void Sums_that_would_cancel_in_floating_point_do_not()
    {
        // 2²³ − 2²³ + 1 … in an order that loses the ones when added from the left in T.
        T big = T.CreateChecked(typeof(T) == typeof(float) ? 1L << 23 : 1L << 50);
        T[] points = [.. Enumerable.Repeat(big, 500), .. Enumerable.Repeat(T.One, 24), .. Enumerable.Repeat(-big, 500)];
        T[] centroids = [T.Zero];

        KMeans.RecalculateCentroids(points, 1, new int[1024], centroids);

        centroids[0].Should().Be(T.CreateChecked(24.0 / 1024));
    }

    [Fact]
    public void Weights_at_the_ends_of_the_scale_weigh_as_much_as_others()
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 200, 3);
        T[] weights = [.. Enumerable.Range(0, 200).Select(i => T.CreateChecked(1 + (i % 7)))];
        int[] labels = [.. Enumerable.Range(0, 200).Select(i => i % 4)];
        T[] expected = new T[12];
        KMeans.RecalculateCentroids(points, 3, labels, expected, weights);
        foreach (int exponent in typeof(T) == typeof(float) ? new[] { 125, -126, -149 } : [1021, -1022, -1040, -1074])
        {
            T[] centroids = new T[12];
            KMeans.RecalculateCentroids(points, 3, labels, centroids, [.. weights.Select(weight => T.ScaleB(weight, exponent))]);

            Same.Bits<T>(expected, centroids, $"weights times 2^{exponent}");
        }
    }

    [Fact]
    public void Weights_too_small_to_count_beside_the_largest_leave_no_nonsense()
    {
        double least = typeof(T) == typeof(float) ? 1e-35 : 1e-200;
        double greatest = typeof(T) == typeof(float) ? 1e35 : 1e90;
        T[] points = [.. new[] { 1.0, 2, 3, 10, 11, 12 }.Select(T.CreateChecked)];
        T[] weights = [.. new[] { least, 2 * least, least, greatest, greatest, 0 }.Select(T.CreateChecked)];

        KMeansResult<T> result = KMeans.Fit(points, 1, (ReadOnlySpan<T>)[T.CreateChecked(1.5), T.CreateChecked(10)], weights: weights);

        double.CreateChecked(result.Model.Centroids[0]).Should().BeInRange(1, 3);
        result.Model.Centroids[1].Should().Be(T.CreateChecked(10.5));
        result.Labels.ToArray().Should().Equal(0, 0, 0, 1, 1, 1);
        result.EmptyClusterCount.Should().Be(0, "each cluster has a point of positive weight");
    }

    [Fact]
    public void A_mean_of_zero_is_never_negative_zero()
    {
        T[][] clusters =
        [
            [T.NegativeZero, T.NegativeZero, T.NegativeZero],
            [-T.One, T.One, T.NegativeZero],
            [-T.Epsilon, T.Zero, T.Zero], // less than half of the smallest number, so it rounds to zero
        ];
        foreach (T[] points in clusters)
        {
            T[] centroids = [T.NegativeZero];
            KMeans.RecalculateCentroids(points, 1, new int[3], centroids);

            Same.Bits(T.Zero, centroids[0], $"the mean of {string.Join(", ", points)}");
        }
    }

    [Fact]
    public void Points_of_weight_zero_do_not_count_and_leave_their_cluster_empty()
    {
        T[] points = [.. new[] { 1.0, 3.0, 1e6, 7.0 }.Select(T.CreateChecked)];
        T[] weights = [.. new[] { 1.0, 3.0, 0.0, 0.0 }.Select(T.CreateChecked)];
        T[] centroids = [T.Zero, T.CreateChecked(-5)];

        KMeans.RecalculateCentroids(points, 1, [0, 0, 0, 1], centroids, weights);

        centroids.Should().Equal(T.CreateChecked(2.5), T.CreateChecked(-5));
    }
}

public sealed class FloatRecalculateCentroidsTests : RecalculateCentroidsTests<float>;

public sealed class DoubleRecalculateCentroidsTests : RecalculateCentroidsTests<double>;
