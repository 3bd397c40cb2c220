using System.Numerics;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Where there is no memory for trees, short rows, sketches and bounds, a fit does without, and the answer stays.</summary>
public abstract class MemoryBudgetTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly MemoryBudget Nothing = MemoryBudget.Of(0);
    private static readonly MemoryBudget Everything = MemoryBudget.Of(double.PositiveInfinity);

    /// <summary>n, d, k, and what <see cref="KMeansAlgorithm.Auto"/> does where there is memory: a tree, bounds over whole rows, sketches.</summary>
    public static TheoryData<int, int, int, KMeansAlgorithm> Shapes => new()
    {
        { 6_000, 3, 150, KMeansAlgorithm.KdTree },
        { 3_000, 24, 100, KMeansAlgorithm.Yinyang },
        { 16_500, 257, 4, KMeansAlgorithm.Sketch },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Auto_without_memory_is_Lloyd_and_gives_the_same_bits(int count, int dimensions, int clusters, KMeansAlgorithm usual)
    {
        Problem<T> problem = TestData.Problem<T>(usual == KMeansAlgorithm.Sketch ? DataKind.Collinear : DataKind.Uniform, count, dimensions, clusters, (WeightKind)(dimensions % 2));
        foreach (SeedingMethod seeding in usual == KMeansAlgorithm.Sketch ? [SeedingMethod.KMeansPlusPlus] : Enum.GetValues<SeedingMethod>())
        {
            KMeansOptions options = new() { Seeding = seeding, Seed = dimensions, Tolerance = 0, MaxIterations = 100, Restarts = dimensions < 100 ? 2 : 1 };
            KMeansResult<T> rich = Budgeted.Fit(problem, options, Everything, seeded: true);
            KMeansResult<T> poor = Budgeted.Fit(problem, options, Nothing, seeded: true);

            rich.History.Should().Contain(iteration => iteration.Algorithm == usual, "else this would show nothing");
            poor.History.Should().OnlyContain(iteration => iteration.Algorithm == KMeansAlgorithm.Lloyd);
            Same.Answer(rich, poor, $"{seeding}, {problem}");
        }
    }

    [Theory]
    [InlineData(3, 40)]
    [InlineData(24, 40)]
    [InlineData(100, 6)]
    public void Every_algorithm_is_given_what_it_was_asked_for_and_gives_the_same_bits(int dimensions, int clusters)
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 900, dimensions, clusters, WeightKind.Uniform);
        foreach (KMeansAlgorithm algorithm in Algorithms.All)
        {
            KMeansOptions options = new() { Algorithm = algorithm, MaxIterations = 4, Tolerance = 0, MaxDegreeOfParallelism = 3 };
            foreach (bool seeded in new[] { false, true })
            {
                KMeansResult<T> poor = Budgeted.Fit(problem, options, Nothing, seeded);

                Same.Answer(Budgeted.Fit(problem, options, Everything, seeded), poor, $"{algorithm}, {problem}");
                Same.Value(algorithm == KMeansAlgorithm.Auto ? KMeansAlgorithm.Lloyd : algorithm, poor.Algorithm, "algorithm");
            }
        }
    }

    [Fact]
    public void A_pass_without_memory_gives_the_same_labels()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 5_000, 2, 2_100);

        Same.Values<int>(Budgeted.Assign(problem, Everything), Budgeted.Assign(problem, Nothing), "labels");
    }

    /// <summary>Each thing is given up by itself: at 64 bytes a point there are rows of 16 bits, at 132 also bounds.</summary>
    [Fact]
    public void Any_budget_in_between_gives_the_same_bits()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 3_000, 24, 100);
        KMeansOptions options = new() { Tolerance = 0, MaxIterations = 100 };
        KMeansResult<T> expected = Budgeted.Fit(problem, options, Everything, seeded: true);
        foreach ((int bytesPerPoint, bool hasRows, bool hasBounds) in new[] { (63, false, false), (64, true, false), (131, true, false), (132, true, true) })
        {
            KMeansResult<T> fit = Budgeted.Fit(problem, options, MemoryBudget.Of(bytesPerPoint * 3_000.0), seeded: true);

            Same.Answer(expected, fit, $"{bytesPerPoint} bytes a point");
            Same.Value(hasRows, fit.History[0].SketchDistances > 0, $"{bytesPerPoint} bytes a point: rows");
            Same.Value(hasBounds, fit.History.Any(iteration => iteration.Algorithm == KMeansAlgorithm.Yinyang), $"{bytesPerPoint} bytes a point: bounds");
        }
    }
}

public sealed class FloatMemoryBudgetTests : MemoryBudgetTests<float>;

public sealed class DoubleMemoryBudgetTests : MemoryBudgetTests<double>;
