using System.Numerics;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Seeding looks only at the points that a candidate may reach. What it draws is what <see cref="PlainSeeding{T}"/> draws, which looks at all of them.</summary>
public abstract class SeedingSkipsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly SeedingMethod[] Drawing = [SeedingMethod.KMeansPlusPlus, SeedingMethod.KMeansParallel];

    private static bool IsFloat => typeof(T) == typeof(float);

    public static TheoryData<DataKind, WeightKind> Kinds => OracleTests<T>.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_data_is_seeded_as_by_plain_loops(DataKind kind, WeightKind weights)
    {
        int variant = ((int)kind * 4) + (int)weights;
        foreach ((int n, int d, int k) in new[] { (1, 3, 1), (37, 2, 36), (1_100, 1 + (variant % 5), 9), (500, 9, 21), (150, 40, 40) })
        {
            Require(TestData.Problem<T>(kind, n, d, k, n == 1 ? WeightKind.None : weights, variant), variant, (variant + (variant / 4)) % 4 == 0 ? Algorithms.All : []);
        }
    }

    [Theory]
    [InlineData(2, 60, 1e6)]
    [InlineData(3, 8, 1e8)]
    [InlineData(9, 21, 0)]
    [InlineData(40, 9, 1e3)]
    [InlineData(130, 6, 1e6)]
    public void Thousands_of_points_around_an_offset_are_seeded_as_by_plain_loops(int dimensions, int clusters, double offset)
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 5_300, dimensions, clusters, (WeightKind)(dimensions % 3));

        Require(problem with { Name = $"around {offset}", Points = Array.ConvertAll(problem.Points, x => T.CreateChecked(double.CreateChecked(x) + offset)) }, 5);
    }

    /// <summary>Greedy k-means++ draws 2 + ⌊ln k⌋ candidates at once, k-means‖ more: in one batch of rows, in two, in three, the last one full or not.</summary>
    [Theory]
    [InlineData(10, 12, WeightKind.None)]
    [InlineData(11, 60, WeightKind.WithZeros)]
    [InlineData(15, 150, WeightKind.Uniform)]
    [InlineData(16, 410, WeightKind.None)]
    [InlineData(17, 700, WeightKind.Wide)]
    [InlineData(31, 20, WeightKind.Uniform)]
    [InlineData(33, 30, WeightKind.None)]
    public void Batches_of_candidates_are_seeded_as_by_plain_loops(int dimensions, int clusters, WeightKind weights) =>
        Require(TestData.Problem<T>(DataKind.Clustered, 1_300, dimensions, clusters, weights), clusters, [KMeansAlgorithm.Auto]);

    /// <summary>Where whole rows end and sketches begin.</summary>
    [Theory]
    [InlineData(DataKind.Clustered, 256)]
    [InlineData(DataKind.Clustered, 257)]
    [InlineData(DataKind.Collinear, 257)]
    [InlineData(DataKind.Magnitudes, 256)]
    [InlineData(DataKind.Lattice, 257)]
    public void Long_rows_are_seeded_as_by_plain_loops(DataKind kind, int dimensions) =>
        Require(TestData.Problem<T>(kind, 300, dimensions, 11), 3, [KMeansAlgorithm.Auto, KMeansAlgorithm.Hamerly, KMeansAlgorithm.Yinyang, KMeansAlgorithm.Sketch]);

    /// <summary>From where squares underflow to where they nearly overflow.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(40)]
    public void Every_scale_is_seeded_as_by_plain_loops(int dimensions)
    {
        foreach (int exponent in IsFloat ? [-135, -100, -75, -64, 30, 64, 100, 115] : new[] { -1030, -600, -539, -537, -530, -510, -480, 480 })
        {
            Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 1_300, dimensions, 9);
            Require(problem with { Name = $"times 2^{exponent}", Points = Array.ConvertAll(problem.Points, x => T.ScaleB(x, exponent)) }, exponent);
        }
    }

    /// <summary>Near the largest squared distances that are allowed, a candidate's weight, which may be above the points', must not make its mass infinite.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public void The_largest_distances_are_seeded_as_by_plain_loops(int dimensions)
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 1_300, dimensions, 9);
        int exponent = IsFloat ? 120 : 502;

        Require(problem with { Name = $"times 2^{exponent}", Points = Array.ConvertAll(problem.Points, x => T.ScaleB(x, exponent)) }, 1);
    }

    /// <summary>Whoever takes every second or eighth point for a sample sees nothing of this.</summary>
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(9, 1e19)]
    [InlineData(40, 1e19)]
    [InlineData(40, 1e-30)]
    public void Outliers_between_the_points_of_a_sample_are_seeded_as_by_plain_loops(int dimensions, double size)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            Draw draw = new(seed);
            T[] points = Arrays.Ones<T>(2_048 * dimensions);
            for (int outlier = 0; outlier < 60; outlier++)
            {
                points[(((34 * outlier) + 1) * dimensions) + draw.Below(Math.Min(dimensions, 2))] = T.CreateChecked(draw.Between(-3, 3) * size);
            }

            Require(new Problem<T>($"outliers of {size}", points, dimensions, new T[12 * dimensions]), seed);
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 40)]
    [InlineData(40, 3)]
    [InlineData(9, 1)]
    public void Duplicates_are_seeded_as_by_plain_loops(int dimensions, int distinct)
    {
        T[] different = TestData.Points<T>(DataKind.Clustered, distinct, dimensions);
        T[] points = TestData.Rows(different, dimensions, Enumerable.Range(0, 2_500).Select(i => i * 7 % distinct));
        foreach (int clusters in new[] { distinct, distinct + 5 })
        {
            Require(new Problem<T>($"{distinct} distinct", points, dimensions, new T[clusters * dimensions]), clusters);
        }
    }

    private static void Require(Problem<T> problem, int seed) => Require(problem, seed, Algorithms.All);

    // Also by algorithms whose seeding may use their sketches or their tree.
    private static void Require(Problem<T> problem, int seed, KMeansAlgorithm[] algorithms)
    {
        foreach (SeedingMethod method in Drawing)
        {
            PlainSeeding<T> plain = new(problem.Points, problem.Dimensions, problem.Weights);
            Xoshiro256 random = new(seed, 0);
            int[] rows = method == SeedingMethod.KMeansParallel ? plain.KMeansParallel(problem.Clusters, random) : plain.KMeansPlusPlus(problem.Clusters, random);
            T[] expected = TestData.Rows(problem.Points, problem.Dimensions, rows);
            T[] actual = new T[expected.Length];
            KMeans.InitializeCentroids(problem.Points, problem.Dimensions, actual, method, seed, problem.Weights);
            Same.Bits<T>(expected, actual, $"{method}, {problem}: centroids");

            KMeansOptions options = new() { MaxIterations = 1, Seeding = method, Seed = seed, Algorithm = KMeansAlgorithm.Lloyd };
            KMeansResult<T> first = (problem with { Start = expected }).Fit(options);
            Same.Answer(first, Budgeted.Fit(problem, options, MemoryBudget.Of(0), seeded: true), $"{method}, without memory, {problem}");
            foreach (KMeansAlgorithm algorithm in algorithms)
            {
                KMeansResult<T> fit = KMeans.Fit<T>(problem.Points, problem.Dimensions, problem.Clusters, options with { Algorithm = algorithm }, problem.Weights);
                Same.Answer(first, fit, $"{method}, {algorithm}, {problem}");
            }
        }
    }
}

public sealed class FloatSeedingSkipsTests : SeedingSkipsTests<float>;

public sealed class DoubleSeedingSkipsTests : SeedingSkipsTests<double>;
