using System.Numerics;
using KMeansClustering.Tests.Oracle;

namespace KMeansClustering.Tests.Support;

/// <summary>One problem, every algorithm.</summary>
internal static class Algorithms
{
    public static readonly KMeansAlgorithm[] All = Enum.GetValues<KMeansAlgorithm>();

    private static readonly int[] Threads = [1, 3];

    /// <summary>From given centroids every algorithm ends as Lloyd's, on one thread and on three.</summary>
    public static void RequireLloyds<T>(Problem<T> problem, KMeansOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        KMeansResult<T> expected = problem.Fit(options with { Algorithm = KMeansAlgorithm.Lloyd });
        foreach (KMeansAlgorithm algorithm in All)
        {
            foreach (int threads in Threads)
            {
                Same.Answer(expected, problem.Fit(options with { Algorithm = algorithm, MaxDegreeOfParallelism = threads }), $"{algorithm}, {threads} threads, {problem}");
            }
        }
    }

    /// <summary>From given centroids every algorithm ends as the plain loops do, bit for bit.</summary>
    public static void RequireOracles<T>(Problem<T> problem, KMeansOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options = options with { Tolerance = 0 };
        PlainKMeans<T> expected = new SteppedKMeans<T>(problem).Run(options);
        foreach (KMeansAlgorithm algorithm in All)
        {
            foreach (int threads in Threads)
            {
                RequireOracle(expected, problem.Fit(options with { Algorithm = algorithm, MaxDegreeOfParallelism = threads }), $"{algorithm}, {threads} threads, {problem}");
            }
        }
    }

    public static void RequireOracle<T>(PlainKMeans<T> expected, KMeansResult<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Same.Values<int>(expected.Labels, actual.Labels, what + ": labels");
        Same.Bits<T>(expected.Centroids, actual.Model.Centroids, what + ": centroids");
        Same.Bits(expected.Inertia, actual.Inertia, what + ": inertia");
        Same.Value(expected.Iterations, actual.Iterations, what + ": iterations");
        Same.Value(expected.StopReason, actual.StopReason, what + ": why it stopped");
        Same.Value(expected.Relocations, actual.Relocations, what + ": relocations");
        Same.Value(expected.Counts.Count(count => count == 0), actual.EmptyClusterCount, what + ": empty clusters");
    }
}
