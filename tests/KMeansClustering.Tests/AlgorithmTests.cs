using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Every algorithm against Lloyd's: the same bits, whatever the data, the shape and the options.</summary>
public abstract class AlgorithmTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>n, d, k. Few centroids and many, as many as points nearly, some in several groups, several blocks and several levels of a tree.</summary>
    private static readonly (int Count, int Dimensions, int Clusters)[] Shapes =
    [
        (2_500, 1, 20), (90, 1, 88), (300, 2, 1), (3_000, 2, 70), (400, 2, 220), (700, 3, 2), (2_000, 3, 33), (120, 3, 120), (500, 7, 5), (900, 8, 65),
        (260, 8, 250), (1_500, 9, 40), (200, 16, 1), (600, 16, 210), (300, 33, 66), (64, 33, 61), (2_500, 40, 12), (200, 130, 80), (90, 130, 2), (1, 5, 1),
    ];

    private static readonly WeightKind[] Weights = Enum.GetValues<WeightKind>();
    private static readonly SeedingMethod[] Seedings = Enum.GetValues<SeedingMethod>();

    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void From_given_centroids_every_algorithm_ends_as_Lloyds(DataKind kind) => ForEachShape(kind, 2, (problem, options, variant) =>
    {
        KMeansResult<T> expected = problem.Fit(options with { Algorithm = KMeansAlgorithm.Lloyd });
        foreach (KMeansAlgorithm algorithm in Algorithms.All)
        {
            KMeansResult<T> actual = problem.Fit(options with { Algorithm = algorithm, MaxDegreeOfParallelism = ThreadsOf(algorithm, variant) });
            Same.Answer(expected, actual, $"{algorithm}, {problem}");
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void From_its_own_seeding_every_algorithm_ends_as_Lloyds(DataKind kind) => ForEachShape(kind, 4, (problem, options, variant) =>
    {
        options = options with { Seeding = Seedings[variant / 4 % 3], Seed = variant, Restarts = 1 + (variant / 4 % 2), MaxIterations = 6 };
        KMeansResult<T> Fit(KMeansAlgorithm algorithm, int threads) => KMeans.Fit<T>(
            problem.Points, problem.Dimensions, problem.Clusters, options with { Algorithm = algorithm, MaxDegreeOfParallelism = threads }, problem.Weights);
        KMeansResult<T> expected = Fit(KMeansAlgorithm.Lloyd, 1);
        foreach (KMeansAlgorithm algorithm in Algorithms.All)
        {
            Same.Answer(expected, Fit(algorithm, ThreadsOf(algorithm, variant)), $"{algorithm}, {options.Seeding}, {problem}");
        }
    });

    // The options differ from shape to shape and from kind to kind, so that each meets each; with a step, so do the shapes.
    private static void ForEachShape(DataKind kind, int step, Action<Problem<T>, KMeansOptions, int> test)
    {
        for (int shape = (int)kind % step; shape < Shapes.Length; shape += step)
        {
            (int n, int d, int k) = Shapes[shape];
            int variant = shape + (7 * (int)kind);
            WeightKind weights = n == 1 || variant % 2 == 0 ? WeightKind.None : Weights[variant / 2 % 4];
            test(
                TestData.Problem<T>(kind, n, d, k, weights, seed: variant),
                new KMeansOptions
                {
                    Tolerance = 0,
                    MaxIterations = n * d * k < 200_000 ? 30 : 7,
                    EmptyClusters = variant % 3 == 0 ? EmptyClusterPolicy.Keep : EmptyClusterPolicy.Relocate,
                    TrackInertia = variant % 5 == 0,
                },
                variant);
        }
    }

    private static int ThreadsOf(KMeansAlgorithm algorithm, int variant) => ((int)algorithm + variant) % 2 == 0 ? 1 : 3;
}

public sealed class FloatAlgorithmTests : AlgorithmTests<float>;

public sealed class DoubleAlgorithmTests : AlgorithmTests<double>;
