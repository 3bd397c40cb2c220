namespace KMeansClustering.Benchmarks.Micro;

/// <summary>The sizes to measure at: n points of d dimensions, k clusters. Tuples, as these have an order, in which BenchmarkDotNet lists them.</summary>
internal static class BenchSizes
{
    /// <summary>As small as iris, medium, and too large for the caches.</summary>
    public static IEnumerable<(int N, int D, int K)> All =>
    [
        (150, 4, 3),
        (10_000, 16, 32),
        (100_000, 64, 256),
    ];
}
