using System.Text.Json;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>Times whole fits of a file, one for each seed, after one that is not timed; the other side of benchmarks/peers/sklearn_fit.py and faiss_fit.py.</summary>
internal static class FitCommand
{
    /// <summary>Prints one line of JSON.</summary>
    public static int Run(string path, int clusters, string[] arguments)
    {
        var file = PointFile.Read(path);
        var seeds = Math.Max(1, Arguments.Number(arguments, "--seeds", 5));
        var repeats = Math.Max(1, Arguments.Number(arguments, "--repeats", 1));
        var options = new KMeansOptions
        {
            Seeding = Arguments.Choice(arguments, "--seeding", SeedingMethod.KMeansPlusPlus),
            Metric = Arguments.Choice(arguments, "--metric", KMeansMetric.Euclidean),
            Algorithm = Arguments.Choice(arguments, "--algorithm", KMeansAlgorithm.Auto),
            MaxIterations = Arguments.Number(arguments, "--iterations", 100),
            Tolerance = Arguments.Real(arguments, "--tolerance", 1e-4),
            MaxDegreeOfParallelism = Arguments.Number(arguments, "--threads", -1),
        };

        Fit(file, clusters, options, seed: 0);
        var fits = Enumerable.Range(0, seeds * repeats).Select(i => Fit(file, clusters, options, i % seeds)).ToList();
        var results = fits.Take(seeds).Select(fit => fit.Result).ToList();
        if (Arguments.Text(arguments, "--history") is { } history)
        {
            FitHistory.Of(path, file.Dimensions, results[0]).Write(history);
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            n = results[0].Labels.Length,
            d = file.Dimensions,
            k = clusters,
            seeding = options.Seeding.ToString(),
            algorithm = string.Join(", ", results.Select(result => result.Algorithm).Distinct()),
            threads = options.MaxDegreeOfParallelism > 0 ? options.MaxDegreeOfParallelism : Environment.ProcessorCount,
            ms = fits.Select(fit => fit.Ms),
            medianMs = TimedFit.Median(fits.Select(fit => fit.Ms)),
            seedingMs = TimedFit.Median(fits.Select(fit => fit.SeedingMs)),
            iterations = results.Select(result => result.Iterations),
            inertia = results.Select(result => result.Inertia),
        }));
        return 0;
    }

    private static TimedFit Fit(PointFile file, int clusters, KMeansOptions options, int seed) =>
        TimedFit.Run(file.Points, file.Dimensions, clusters, options with { Seed = seed });
}
