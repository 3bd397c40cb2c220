using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using KMeansClustering.Benchmarks.Fits;
using KMeansClustering.Mpi;

namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>One rank of a job that times fits of a file, of which each rank has its share of the rows.</summary>
internal static class FitRank
{
    public const string Command = "rank-fit";

    /// <summary>Rank 0 prints one line of JSON, a <see cref="MeasuredFit"/>.</summary>
    public static int Run(string path, int clusters, string[] arguments)
    {
        using var mpi = MpiSession.Start();
        var file = PointFile.Read(path);
        var d = file.Dimensions;
        var n = Arguments.Number(arguments, "--points", file.Points.Length / d);
        var first = (int)((long)n * mpi.Rank / mpi.Size);
        var end = (int)((long)n * (mpi.Rank + 1) / mpi.Size);
        var points = file.Points[(first * d)..(end * d)];
        var options = new KMeansOptions
        {
            Seeding = Arguments.Choice(arguments, "--seeding", SeedingMethod.KMeansPlusPlus),
            Algorithm = Arguments.Choice(arguments, "--algorithm", KMeansAlgorithm.Auto),
            MaxIterations = Arguments.Number(arguments, "--iterations", 100),
            Tolerance = Arguments.Real(arguments, "--tolerance", 1e-4),
            MaxDegreeOfParallelism = Arguments.Number(arguments, "--threads", 1),
        };

        Fit(mpi, points, d, clusters, options with { MaxIterations = 3 });
        var fits = Enumerable.Range(0, Arguments.Number(arguments, "--repeats", 1)).Select(_ => Fit(mpi, points, d, clusters, options)).ToList();
        var traffic = new CountingCollective(mpi.Collective);
        var counts = new RankClock(traffic);
        DistributedKMeans.Fit<float>(traffic, points, d, clusters, options, progress: counts);
        var waits = new double[mpi.Size];
        mpi.Collective.AllGather([counts.PerIteration(mark => mark.WaitMs)], waits);
        if (mpi.Rank == 0)
        {
            var result = fits[0].Result;
            Console.WriteLine(JsonSerializer.Serialize(
                new MeasuredFit(
                    mpi.Library,
                    mpi.Size,
                    options.MaxDegreeOfParallelism,
                    Path.GetFileNameWithoutExtension(path),
                    options.Seeding.ToString(),
                    options.Algorithm.ToString(),
                    n,
                    d,
                    clusters,
                    result.Iterations,
                    result.Inertia,
                    Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(result.Model.Centroids)))[..16],
                    [.. fits.Select(fit => Math.Round(fit.Clock.Elapsed, 2))],
                    Math.Round(TimedFit.Median(fits.Select(fit => fit.Clock.Seeded.Ms)), 2),
                    Math.Round(TimedFit.Median(fits.Select(fit => fit.Clock.PerIteration(mark => mark.Ms))), 4),
                    [.. waits.Select(ms => Math.Round(ms, 4))],
                    counts.Seeded.Exchanges,
                    counts.Seeded.Bytes,
                    counts.PerIteration(mark => mark.Exchanges),
                    counts.PerIteration(mark => mark.Bytes),
                    TimedFit.Median(fits.Select(fit => fit.Clock.PerIteration(mark => mark.Sent)))),
                RanksReport.Line));
        }

        return 0;
    }

    private static (KMeansResult<float> Result, RankClock Clock) Fit(MpiSession mpi, float[] points, int dimensions, int clusters, KMeansOptions options)
    {
        // All begin at once.
        mpi.Collective.Sum(new double[1]);
        var clock = new RankClock();
        var result = mpi.Fit<float>(points, dimensions, clusters, options, progress: clock);
        clock.Stop();
        return (result, clock);
    }

    /// <summary>Notes time and traffic at each report.</summary>
    private sealed class RankClock(CountingCollective? traffic = null) : IProgress<KMeansProgress>
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly List<Mark> _iterations = [];

        public double Elapsed { get; private set; }

        public Mark Seeded { get; private set; } = new(0, 0, 0, 0, 0);

        public void Report(KMeansProgress value)
        {
            if (value.Iteration == 0)
            {
                Seeded = Now();
            }
            else
            {
                _iterations.Add(Now());
            }
        }

        public void Stop() => Elapsed = Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

        /// <summary>The mean of the iterations but the first, with which setting up is mixed.</summary>
        public double PerIteration(Func<Mark, double> part) =>
            _iterations.Count < 2 ? 0 : (part(_iterations[^1]) - part(_iterations[0])) / (_iterations.Count - 1);

        private Mark Now() => new(Stopwatch.GetElapsedTime(_start).TotalMilliseconds, traffic?.Ms ?? 0, traffic?.Exchanges ?? 0, traffic?.Bytes ?? 0, Loopback.SentBytes());
    }

    private sealed record Mark(double Ms, double WaitMs, long Exchanges, long Bytes, long Sent);
}
