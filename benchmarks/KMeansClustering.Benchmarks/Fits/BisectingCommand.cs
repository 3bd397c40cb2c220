using System.Diagnostics;
using System.Text.Json;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>Times bisecting fits of a file, one for each seed, after one that is not timed; the other side of benchmarks/peers/sklearn_bisecting.py.</summary>
internal static class BisectingCommand
{
    /// <summary>Prints one line of JSON.</summary>
    public static int Run(string path, int clusters, string[] arguments)
    {
        var file = PointFile.Read(path);
        var first = Arguments.Number(arguments, "--first-seed", 0);
        var seeds = Math.Max(1, Arguments.Number(arguments, "--seeds", 5));
        var options = new BisectingKMeansOptions
        {
            Strategy = arguments.Contains("--largest-cluster") ? BisectingStrategy.LargestCluster : BisectingStrategy.LargestInertia,
            Split = new KMeansOptions
            {
                Metric = Arguments.Choice(arguments, "--metric", KMeansMetric.Euclidean),
                Algorithm = Arguments.Choice(arguments, "--algorithm", KMeansAlgorithm.Auto),
                MaxIterations = Arguments.Number(arguments, "--iterations", 100),
                Tolerance = Arguments.Real(arguments, "--tolerance", 1e-4),
                MaxDegreeOfParallelism = Arguments.Number(arguments, "--threads", -1),
            },
        };

        Fit(file, clusters, options, first);
        var fits = Enumerable.Range(first, seeds).Select(seed => Fit(file, clusters, options, seed)).ToList();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            n = file.Points.Length / file.Dimensions,
            d = file.Dimensions,
            k = clusters,
            strategy = options.Strategy.ToString(),
            threads = options.Split.MaxDegreeOfParallelism > 0 ? options.Split.MaxDegreeOfParallelism : Environment.ProcessorCount,
            ms = fits.Select(fit => fit.Ms),
            medianMs = TimedFit.Median(fits.Select(fit => fit.Ms)),
            inertia = fits.Select(fit => fit.Inertia),
        }));
        return 0;
    }

    // A split's seed is one more than that of the split before: fits a thousand apart share none.
    private static (double Ms, double Inertia) Fit(PointFile file, int clusters, BisectingKMeansOptions options, int seed)
    {
        var start = Stopwatch.GetTimestamp();
        var result = BisectingKMeans.Fit(file.Points, file.Dimensions, clusters, options with { Split = options.Split with { Seed = 1000 * seed } });
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, result.Inertia);
    }
}
