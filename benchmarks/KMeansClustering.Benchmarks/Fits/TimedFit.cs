using System.Diagnostics;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>A whole fit, and how long it took.</summary>
/// <param name="Result">What it found.</param>
/// <param name="Ms">From call to return, in milliseconds.</param>
/// <param name="SeedingMs">From the call until all starting centroids were chosen.</param>
internal sealed record TimedFit(KMeansResult<float> Result, double Ms, double SeedingMs)
{
    public static TimedFit Run(ReadOnlySpan<float> points, int dimensions, int clusters, KMeansOptions options)
    {
        var clock = new SeedingClock();
        var result = KMeans.Fit(points, dimensions, clusters, options, progress: clock);
        return new(result, clock.Elapsed, clock.Seeding);
    }

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>Runs from when it is made; told of the progress on the fitting thread.</summary>
    private sealed class SeedingClock : IProgress<KMeansProgress>
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public double Elapsed => Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

        public double Seeding { get; private set; }

        // The last report before the first iteration says that all are chosen.
        public void Report(KMeansProgress value) => Seeding = value.Iteration == 0 ? Elapsed : Seeding;
    }
}
