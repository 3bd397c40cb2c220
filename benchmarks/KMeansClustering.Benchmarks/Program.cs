using System.Text.Json;
using BenchmarkDotNet.Running;
using KMeansClustering.Benchmarks;
using KMeansClustering.Benchmarks.Fits;
using KMeansClustering.Benchmarks.Memory;
using KMeansClustering.Benchmarks.Micro;
using KMeansClustering.Benchmarks.Ranks;
using KMeansClustering.Benchmarks.Scale;

switch (args)
{
    case ["pass", var path, var clusters, .. var rest]:
        return Pass(path, Arguments.Number(clusters), Arguments.Number(rest, "--repeats", 5), Arguments.Number(rest, "--threads", -1), rest.Contains("--double"));
    case ["fit", var path, var clusters, .. var rest]:
        return FitCommand.Run(path, Arguments.Number(clusters), rest);
    case ["minibatch", var path, var clusters, .. var rest]:
        return MiniBatchCommand.Run(path, Arguments.Number(clusters), rest);
    case ["bisecting", var path, var clusters, .. var rest]:
        return BisectingCommand.Run(path, Arguments.Number(clusters), rest);
    case ["inertia", var path, .. var models]:
        return InertiaCommand.Run(path, models);
    case ["sweep", var path, var clusters, .. var rest]:
        return SweepCommand.Run(path, clusters, rest);
    case ["bench", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(NaiveKMeans).Assembly).Run(rest, new BenchConfig());
        return 0;
    case ["scale", .. var rest]:
        return ScaleCommand.Run(Arguments.Text(rest, "--out"), Arguments.Number(rest, "--repeats", 9), Arguments.Text(rest, "--only"));
    case ["plot", var file, var folder]:
        return PlotCommand.Run(file, folder);
    case ["growth", .. var rest]:
        return GrowthCommand.Run(Arguments.Text(rest, "--out"), Arguments.Text(rest, "--only"));
    case ["plot-growth", var file, var folder]:
        return GrowthPlotCommand.Run(file, folder);
    case ["plot-history", var folder, var file]:
        return HistoryPlotCommand.Run(folder, file);
    case ["memory"]:
        return MemoryCommand.Run();
    case [MemoryCase.Command, .. var rest]:
        return MemoryCase.Parse(rest).RunHere();
    case ["ranks", var folder, .. var rest]:
        return RanksCommand.Run(folder, Arguments.Text(rest, "--out"), Arguments.Number(rest, "--rounds", 3));
    case ["plot-ranks", var file, var folder]:
        return RanksPlotCommand.Run(file, folder);
    case [AllReduceRank.Command]:
        return AllReduceRank.Run();
    case [FitRank.Command, var path, var clusters, .. var rest]:
        return FitRank.Run(path, Arguments.Number(clusters), rest);
    case ["broken", var folder]:
        return BrokenCommand.Run(folder);
    default:
        Console.Error.WriteLine(
            """
            usage: pass FILE K [--repeats R] [--threads T] [--double]   one Lloyd pass over a file of benchmarks/peers/make_data.py
                   fit FILE K [--seeds 5] [--repeats 1] [--threads T]   whole fits of such a file, from seeds 0, 1 …; one line of JSON
                       [--iterations 100] [--tolerance 1e-4] [--algorithm Auto] [--seeding KMeansPlusPlus] [--metric Euclidean]
                       [--history FILE.json]
                   minibatch FILE K [--seeds 5] [--first-seed 0]        fits by mini-batches; one line of JSON
                       [--threads T] [--iterations 100] [--batch-size 1024] [--stream] [--labels] [--save DIR]
                   bisecting FILE K [--seeds 5] [--first-seed 0]        bisecting fits; one line of JSON
                       [--threads T] [--iterations 100] [--tolerance 1e-4] [--largest-cluster] [--algorithm Auto] [--metric Euclidean]
                   inertia FILE CENTROIDS.npy ...                       of models over all points of such a file
                   sweep FILE K,K,… [--repeats 3] [--threads T]         a sweep over k against separate fits and metrics; one line of JSON
                       [--iterations 100] [--points N] [--silhouette]   the first N points; the exact silhouette too
                   bench [BenchmarkDotNet arguments]                    Fit, AssignPoints, seeding, Predict against naive code: --filter '*' for all
                   scale [--out FILE.json] [--repeats R] [--only n|k|d|threads]   the time of a pass against n, k, d and threads
                   plot FILE.json DIR                                   draws what scale wrote: DIR/benchmarks-scale.svg
                   growth [--out FILE.json] [--only n|k|d]              the time of whole fits against n, k and d, by Auto and by Lloyd
                   plot-growth FILE.json DIR                            draws what growth wrote: DIR/benchmarks-growth.svg
                   plot-history DIR FILE.svg                            draws what fit --history wrote into DIR
                   memory                                               bytes a point beyond the input, each case in a process of its own
                   ranks DATADIR [--out FILE.json] [--rounds 3]         all-reduces and fits over processes, under mpirun of Open MPI and MPICH
                   plot-ranks FILE.json DIR                             fits a model of the time to what ranks wrote, and draws it: DIR/scale-model.svg
                   broken DIR                                           labels wrong on the files of benchmarks/peers/broken_data.py DIR
            """);
        return 1;
}

static int Pass(string path, int clusters, int repeats, int threads, bool asDouble)
{
    var file = PointFile.Read(path);
    var centroids = file.Centroids(clusters);
    var times = asDouble
        ? PassMeter.Measure(Array.ConvertAll(file.Points, x => (double)x), file.Dimensions, Array.ConvertAll(centroids, x => (double)x), threads, repeats)
        : PassMeter.Measure(file.Points, file.Dimensions, centroids, threads, repeats);
    var peak = asDouble ? PeakMeter.Measure<double>() : PeakMeter.Measure<float>();
    var median = times.Order().ElementAt(times.Length / 2);
    var flops = 2.0 * (file.Points.Length / file.Dimensions) * clusters * file.Dimensions;
    Console.WriteLine(JsonSerializer.Serialize(new
    {
        n = file.Points.Length / file.Dimensions,
        d = file.Dimensions,
        k = clusters,
        ms = times,
        medianMs = median,
        gflops = Math.Round(flops / median / 1e6, 1),
        corePeakGflops = Math.Round(peak, 1),
        peakShare = Math.Round(flops / median / 1e6 / peak, 3),
    }));
    return 0;
}
