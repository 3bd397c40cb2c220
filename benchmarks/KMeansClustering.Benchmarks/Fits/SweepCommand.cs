using System.Diagnostics;
using System.Text.Json;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>Times a sweep over numbers of clusters against separate fits and separate metrics, in turn; the other side of benchmarks/peers/sklearn_sweep.py.</summary>
internal static class SweepCommand
{
    /// <summary>Prints one line of JSON.</summary>
    public static int Run(string path, string numbers, string[] arguments)
    {
        var file = PointFile.Read(path);
        var count = Math.Min(Arguments.Number(arguments, "--points", int.MaxValue), file.Points.Length / file.Dimensions);
        var points = file.Points[..(count * file.Dimensions)];
        int[] clusters = [.. numbers.Split(',').Select(Arguments.Number)];
        var exact = arguments.Contains("--silhouette");
        var fit = new KMeansOptions { MaxIterations = Arguments.Number(arguments, "--iterations", 100), MaxDegreeOfParallelism = Arguments.Number(arguments, "--threads", -1) };
        var options = new KMeansSweepOptions { Fit = fit, Criteria = SweepCriteria.Default | (exact ? SweepCriteria.Silhouette : SweepCriteria.None) };

        // What is loaded late is loaded.
        KMeans.Sweep<float>(points, file.Dimensions, [clusters[0], clusters[^1]], options with { Fit = fit with { MaxIterations = 3 } });
        var (sweeps, bare, fits, figures) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        KMeansSweep<float>? sweep = null;
        for (var repeat = 0; repeat < Arguments.Number(arguments, "--repeats", 3); repeat++)
        {
            sweeps.Add(Time(() => sweep = KMeans.Sweep<float>(points, file.Dimensions, clusters, options)));
            bare.Add(Time(() => KMeans.Sweep<float>(points, file.Dimensions, clusters, options with { Criteria = SweepCriteria.None })));
            var (fitting, judging) = Separately(points, file.Dimensions, clusters, fit, exact);
            fits.Add(fitting);
            figures.Add(judging);
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            n = count,
            d = file.Dimensions,
            k = clusters,
            sweepMs = TimedFit.Median(sweeps),
            fitsOfSweepMs = TimedFit.Median(bare),
            separateFitsMs = TimedFit.Median(fits),
            separateFiguresMs = TimedFit.Median(figures),
            inertia = sweep!.Rows.Select(row => row.Inertia),
        }));
        return 0;
    }

    private static (double Fitting, double Judging) Separately(float[] points, int dimensions, int[] clusters, KMeansOptions options, bool exact)
    {
        var (fitting, judging) = (0.0, 0.0);
        foreach (var k in clusters)
        {
            KMeansResult<float>? result = null;
            fitting += Time(() => result = KMeans.Fit<float>(points, dimensions, k, options));
            judging += Time(() =>
            {
                ClusteringMetrics.SimplifiedSilhouette(points, dimensions, result!.Labels, result.Model.Centroids);
                ClusteringMetrics.DaviesBouldin<float>(points, dimensions, result.Labels);
                ClusteringMetrics.CalinskiHarabasz<float>(points, dimensions, result.Labels);
                ClusteringMetrics.Bic<float>(points, dimensions, result.Labels);
                if (exact)
                {
                    ClusteringMetrics.Silhouette<float>(points, dimensions, result.Labels);
                }
            });
        }

        return (fitting, judging);
    }

    private static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
