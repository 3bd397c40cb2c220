using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>What every seeding method promises. <see cref="GreedySeedingTests"/> has the chances of greedy k-means++.</summary>
public abstract class SeedingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<SeedingMethod> Methods => [.. Enum.GetValues<SeedingMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_centroid_is_a_point_of_the_data(SeedingMethod method)
    {
        foreach ((int n, int d, int k) in new[] { (200, 3, 1), (200, 3, 7), (300, 17, 65), (50, 1, 49), (64, 2, 64) })
        {
            foreach (WeightKind weights in Enum.GetValues<WeightKind>())
            {
                T[] points = TestData.Points<T>(DataKind.Clustered, n, d);
                RowsDrawn(points, d, k, method, 5, TestData.Weights<T>(weights, n)).Should().NotContain(-1, $"n = {n}, d = {d}, k = {k}, {weights}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Distinct_points_are_drawn_without_repetition(SeedingMethod method)
    {
        foreach ((int n, int d, int k) in new[] { (200, 3, 40), (50, 2, 49), (64, 1, 64), (2, 5, 2) })
        {
            T[] points = TestData.Points<T>(DataKind.Uniform, n, d);
            for (int seed = 0; seed < 5; seed++)
            {
                RowsDrawn(points, d, k, method, seed).Should().OnlyHaveUniqueItems($"n = {n}, k = {k}, seed {seed}").And.NotContain(-1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Equal_seeds_draw_the_same_and_distinct_seeds_do_not(SeedingMethod method)
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 500, 2);
        int[] seeds = [0, 1, 2, 3, -1, -2, 12345, int.MaxValue, int.MinValue, 1 << 30];

        string[] drawn = [.. seeds.Select(seed => string.Join(' ', RowsDrawn(points, 2, 6, method, seed)))];
        string[] again = [.. seeds.Select(seed => string.Join(' ', RowsDrawn(points, 2, 6, method, seed)))];

        again.Should().Equal(drawn);
        drawn.Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Points_of_weight_zero_are_not_drawn_while_others_remain(SeedingMethod method)
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 60, 2);
        T[] weights = [.. Enumerable.Range(0, 60).Select(i => i % 3 == 1 ? T.CreateChecked(1 + (i % 4)) : T.Zero)];
        for (int seed = 0; seed < 20; seed++)
        {
            RowsDrawn(points, 2, 20, method, seed, weights).Should().OnlyContain(row => row % 3 == 1, $"seed {seed}").And.OnlyHaveUniqueItems();
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Fewer_weighted_points_than_clusters_is_no_error(SeedingMethod method)
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 30, 2);
        T[] weights = [.. Enumerable.Range(0, 30).Select(i => i < 4 ? T.One : T.Zero)];

        int[] rows = RowsDrawn(points, 2, 9, method, 0, weights);

        rows.Should().Contain([0, 1, 2, 3]).And.NotContain(-1);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Duplicates_are_no_error_and_the_fit_says_how_many_clusters_stay_empty(SeedingMethod method)
    {
        T[] values = [.. Enumerable.Range(0, 40).Select(i => T.CreateChecked((i * 7 % 3) + 1))];

        KMeansResult<T> result = KMeans.Fit<T>(values, 1, 8, new KMeansOptions { Seeding = method });

        result.EmptyClusterCount.Should().BeGreaterThanOrEqualTo(5, "there are only three distinct points");
        result.Model.Centroids.ToArray().Should().OnlyContain(value => values.Contains(value));
        if (method != SeedingMethod.Random)
        {
            result.EmptyClusterCount.Should().Be(5, "each of the three is drawn by its distance");
            result.Inertia.Should().Be(0);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Equal_points_alone_are_no_error(SeedingMethod method)
    {
        T[] values = Arrays.Ones<T>(30);

        KMeansResult<T> result = KMeans.Fit<T>(values, 3, 10, new KMeansOptions { Seeding = method });

        result.EmptyClusterCount.Should().Be(9);
        result.Inertia.Should().Be(0);
        result.Labels.ToArray().Should().OnlyContain(label => label == 0);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Random_draws_follow_the_weights_and_are_uniform_without(SeedingMethod method)
    {
        const int Draws = 3_000;
        T[] points = TestData.Points<T>(DataKind.Uniform, 5, 2);
        T[] weights = [.. new[] { 1, 2, 3, 0, 4 }.Select(T.CreateChecked)];
        int[] uniform = new int[5];
        int[] weighted = new int[5];
        for (int seed = 0; seed < Draws; seed++)
        {
            uniform[RowsDrawn(points, 2, 1, method, seed)[0]]++;
            weighted[RowsDrawn(points, 2, 1, method, seed, weights)[0]]++;
        }

        for (int row = 0; row < 5; row++)
        {
            RequireChance(0.2, uniform[row], Draws, $"row {row}, no weights");
            RequireChance(double.CreateChecked(weights[row]) / 10, weighted[row], Draws, $"row {row}, weights");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Scaling_weights_and_points_by_powers_of_two_changes_no_draw(SeedingMethod method)
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 300, 2);
        T[] weights = TestData.Weights<T>(WeightKind.Uniform, 300)!;
        int[] expected = RowsDrawn(points, 2, 12, method, 4, weights);
        foreach ((int ofWeights, int ofPoints) in new[] { (125, -60), (-120, 60), (0, 120), (0, -100), (120, 0), (-60, -40) })
        {
            int wide = typeof(T) == typeof(float) ? 1 : 4;
            T[] heavier = [.. weights.Select(weight => T.ScaleB(weight, wide * ofWeights))];
            T[] larger = [.. points.Select(x => T.ScaleB(x, wide * ofPoints))];

            RowsDrawn(larger, 2, 12, method, 4, heavier).Should().Equal(expected, $"weights times 2^{wide * ofWeights}, points times 2^{wide * ofPoints}");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_fit_starts_from_what_InitializeCentroids_draws(SeedingMethod method)
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 300, 4, 9, WeightKind.Uniform);
        T[] start = new T[9 * 4];
        KMeans.InitializeCentroids(problem.Points, 4, start, method, seed: 21, weights: problem.Weights);

        KMeansResult<T> fit = KMeans.Fit<T>(problem.Points, 4, 9, new KMeansOptions { Seeding = method, Seed = 21 }, problem.Weights);

        Same.Answer((problem with { Start = start }).Fit(), fit, method.ToString());
    }

    [Fact]
    public void More_restarts_never_end_worse_and_often_better()
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 250, 2);
        int better = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            double[] inertias = [.. new[] { 1, 2, 4, 8 }.Select(restarts => KMeans.Fit<T>(
                points, 2, 12, new KMeansOptions { Restarts = restarts, Seeding = SeedingMethod.Random, Seed = seed }).Inertia)];
            inertias.Should().BeInDescendingOrder();
            better += inertias[^1] < inertias[0] ? 1 : 0;
        }

        better.Should().BeGreaterThan(4);
    }

    [Fact]
    public void Of_equally_good_restarts_the_first_wins()
    {
        // Two far groups: every restart finds them, but which of them is cluster 0 is a matter of luck.
        T[] points = [.. Enumerable.Range(0, 40).Select(i => T.CreateChecked((i % 2 * 1000) + i))];
        HashSet<int> lucks = [];
        for (int seed = 0; seed < 20; seed++)
        {
            KMeansOptions options = new() { Seed = seed };
            KMeansResult<T> first = KMeans.Fit<T>(points, 1, 2, options);
            KMeansResult<T> best = KMeans.Fit<T>(points, 1, 2, options with { Restarts = 6 });
            lucks.Add(first.Labels[0]);
            Same.Values(first.Labels, best.Labels, $"seed {seed}");
        }

        lucks.Should().HaveCount(2);
    }

    [Fact]
    public void Restarts_from_given_centroids_change_nothing()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 300, 4, 9);

        Same.Answer(problem.Fit(), problem.Fit(new KMeansOptions { Restarts = 5, Seed = 9, Seeding = SeedingMethod.Random }), "restarts");
    }

    internal static void RequireChance(double chance, int hits, int draws, string what)
    {
        double deviation = Math.Sqrt(draws * chance * (1 - chance));
        ((double)hits).Should().BeInRange((draws * chance) - (5 * deviation), (draws * chance) + (5 * deviation), what);
    }

    /// <summary>Which row each centroid is, the first of several equal ones; -1 where it is none.</summary>
    private static int[] RowsDrawn(T[] points, int dimensions, int clusters, SeedingMethod method, int seed, T[]? weights = null)
    {
        T[] centroids = new T[clusters * dimensions];
        KMeans.InitializeCentroids(points, dimensions, centroids, method, seed, weights);
        T[][] rows = [.. points.Chunk(dimensions)];
        return [.. centroids.Chunk(dimensions).Select(centroid => Array.FindIndex(rows, row => row.AsSpan().SequenceEqual(centroid)))];
    }
}

public sealed class FloatSeedingTests : SeedingTests<float>;

public sealed class DoubleSeedingTests : SeedingTests<double>;
