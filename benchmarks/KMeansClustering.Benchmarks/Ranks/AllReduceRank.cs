using System.Diagnostics;
using System.Text.Json;
using KMeansClustering.Benchmarks.Fits;
using KMeansClustering.Mpi;

namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>One rank of a job that times all-reduces, by the session's own collective: what a fit would wait for.</summary>
internal static class AllReduceRank
{
    public const string Command = "rank-allreduce";

    private const int MostBytes = 1 << 24;
    private const double TotalMs = 150;
    private const int MostRepeats = 2_000;
    private const int FewestRepeats = 7;

    /// <summary>Rank 0 prints one line of JSON, a <see cref="MeasuredReductions"/>.</summary>
    public static int Run()
    {
        using var mpi = MpiSession.Start();
        var values = new double[MostBytes / sizeof(double)];
        List<MeasuredReduction> found = [];
        for (var bytes = sizeof(double); bytes <= MostBytes; bytes *= 8)
        {
            var length = bytes / sizeof(double);
            var trial = Enumerable.Range(0, FewestRepeats).Select(_ => Time(mpi.Collective, values.AsSpan(0, length))).Min();
            double[] repeats = [Math.Clamp(TotalMs / trial, FewestRepeats, MostRepeats)];
            mpi.Collective.Broadcast(repeats, 0);
            var times = Enumerable.Range(0, (int)repeats[0]).Select(_ => Time(mpi.Collective, values.AsSpan(0, length))).ToList();
            found.Add(new MeasuredReduction(bytes, times.Count, TimedFit.Median(times)));
        }

        if (mpi.Rank == 0)
        {
            Console.WriteLine(JsonSerializer.Serialize(new MeasuredReductions(mpi.Library, mpi.Size, found), RanksReport.Line));
        }

        return 0;
    }

    private static double Time(ICollective collective, Span<double> values)
    {
        var start = Stopwatch.GetTimestamp();
        collective.Sum(values);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
