using System.Diagnostics;
using System.Text.Json;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>Times fits of a file by mini-batches, one for each seed, after one that is not timed; the other side of benchmarks/peers/sklearn_minibatch.py. Centroids go into files, for <see cref="InertiaCommand"/>.</summary>
internal static class MiniBatchCommand
{
    /// <summary>Prints one line of JSON.</summary>
    public static int Run(string path, int clusters, string[] arguments)
    {
        var file = PointFile.Read(path);
        var first = Arguments.Number(arguments, "--first-seed", 0);
        var seeds = Math.Max(1, Arguments.Number(arguments, "--seeds", 5));
        var options = new MiniBatchKMeansOptions
        {
            BatchSize = Arguments.Number(arguments, "--batch-size", 1024),
            MaxEpochs = Arguments.Number(arguments, "--iterations", 100),
            MaxDegreeOfParallelism = Arguments.Number(arguments, "--threads", -1),
            Seed = first,
        };
        var (asStream, asLabels) = (arguments.Contains("--stream"), arguments.Contains("--labels"));

        Fit(file, clusters, options, asStream, asLabels);
        var fits = Enumerable.Range(first, seeds).Select(seed => Fit(file, clusters, options with { Seed = seed }, asStream, asLabels)).ToList();
        if (Arguments.Text(arguments, "--save") is { } folder)
        {
            for (var i = 0; i < seeds; i++)
            {
                fits[i].Model.SaveNpy(Path.Combine(folder, $"{first + i}.npy"));
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            n = file.Points.Length / file.Dimensions,
            d = file.Dimensions,
            k = clusters,
            batchSize = options.BatchSize,
            threads = options.MaxDegreeOfParallelism > 0 ? options.MaxDegreeOfParallelism : Environment.ProcessorCount,
            ms = fits.Select(fit => fit.Ms),
            batches = fits.Select(fit => fit.Batches),
        }));
        return 0;
    }

    private static (KMeansModel<float> Model, long Batches, double Ms) Fit(PointFile file, int clusters, MiniBatchKMeansOptions options, bool asStream, bool asLabels)
    {
        var start = Stopwatch.GetTimestamp();
        using var batches = new MiniBatchKMeans<float>(file.Dimensions, clusters, options);
        if (asStream)
        {
            var size = options.BatchSize * file.Dimensions;
            for (var begin = 0; begin < file.Points.Length; begin += size)
            {
                batches.PartialFit(file.Points.AsSpan(begin, Math.Min(size, file.Points.Length - begin)));
            }
        }
        else
        {
            batches.Fit(file.Points);
        }

        var model = batches.ToModel();
        if (asLabels)
        {
            model.Predict(file.Points, new int[file.Points.Length / file.Dimensions]);
        }

        return (model, batches.Batches, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
