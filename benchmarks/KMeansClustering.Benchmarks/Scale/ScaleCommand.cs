using System.Globalization;

namespace KMeansClustering.Benchmarks.Scale;

/// <summary>Times a Lloyd pass in float while n, k, d or the number of threads grows, against the floors of arithmetic and memory.</summary>
internal static class ScaleCommand
{
    // Short passes are repeated until they have taken this long together.
    private const double MinTotalMs = 200;
    private const int MaxRepeats = 2000;

    private static readonly int[] _n = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000];
    private static readonly int[] _k = [8, 16, 32, 64, 128, 256, 512, 1024, 2048];
    private static readonly int[] _d = [2, 3, 4, 8, 9, 16, 32, 64, 128, 256, 512, 1024];
    private static readonly int _cores = Environment.ProcessorCount;

    /// <summary>Prints a table, and writes the report where a path is given.</summary>
    public static int Run(string? path, int repeats, string? only)
    {
        List<(string Axis, List<(int N, int D, int K, int Threads)> Sizes)> plan =
        [
            ("n", [.. _n.Select(n => (n, 16, 64, _cores))]),
            ("k", [.. _k.Select(k => (50_000, 32, k, _cores))]),
            ("d", [.. _d.Select(d => (20_000, d, 64, _cores))]),
            ("threads", [.. ThreadCounts().Select(threads => (100_000, 64, 256, threads))]),
        ];
        plan.RemoveAll(part => only is not null && !string.Equals(part.Axis, only, StringComparison.Ordinal));
        if (plan.Count == 0)
        {
            Console.Error.WriteLine($"There is no axis {only}: n, k, d or threads.");
            return 1;
        }

        var machine = MeasureMachine();
        Console.WriteLine(FormattableString.Invariant(
            $"{machine.Cpu}, {machine.Cores} cores, {machine.VectorBits}-bit vectors, {machine.Runtime}; peak {machine.PeakGflops[0]:F0} GFLOP/s on one thread, {machine.PeakGflops[^1]:F0} on all; reads {machine.ReadGigabytes[0]:F1} and {machine.ReadGigabytes[^1]:F1} GB/s"));
        Console.WriteLine();
        Console.WriteLine("| n | d | k | threads | ms | arithmetic floor ms | memory floor ms | share of the peak |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|");
        var series = plan.ConvertAll(part => new ScaleSeries(part.Axis, part.Sizes.ConvertAll(size => Measure(size.N, size.D, size.K, size.Threads, repeats, machine))));
        if (path is not null)
        {
            ReportFile.Write(path, new ScaleReport(machine, repeats, series));
        }

        return 0;
    }

    private static ScalePoint Measure(int n, int d, int k, int threads, int repeats, ScaleMachine machine)
    {
        var points = Mixture.Points(n, d, k);
        var centroids = Mixture.Rows(points, d, k);

        // The first run also lets the runtime compile what it has found hot.
        var trial = PassMeter.Measure(points, d, centroids, threads, repeats).Min();
        var times = PassMeter.Measure(points, d, centroids, threads, (int)Math.Clamp(MinTotalMs / trial, repeats, MaxRepeats));
        Array.Sort(times);
        var median = times[times.Length / 2];
        var arithmetic = 2.0 * n * k * d / machine.PeakGflops[threads - 1] / 1e6;
        var memory = (double)sizeof(float) * n * d / machine.ReadGigabytes[threads - 1] / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {n:N0} | {d:N0} | {k:N0} | {threads} | {median:G4} | {arithmetic:G3} | {memory:G3} | {arithmetic / median:P0} |"));
        return new ScalePoint(
            n, d, k, threads, times.Length, Round(times[0]), Round(median), Round(times[^1]), Round(arithmetic), Round(memory), Math.Round(arithmetic / median, 4));
    }

    private static ScaleMachine MeasureMachine()
    {
        var here = Machine.Here();
        return new(
            here.Cpu,
            here.Cores,
            here.VectorBits,
            here.Runtime,
            here.Time,
            [.. Enumerable.Range(1, _cores).Select(threads => Round(PeakMeter.Measure<float>(threads)))],
            [.. Enumerable.Range(1, _cores).Select(threads => Round(BandwidthMeter.Measure(threads)))]);
    }

    // 1, 2, 4 … and all.
    private static IEnumerable<int> ThreadCounts()
    {
        for (var threads = 1; threads < _cores; threads *= 2)
        {
            yield return threads;
        }

        yield return _cores;
    }

    private static double Round(double value) => double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
