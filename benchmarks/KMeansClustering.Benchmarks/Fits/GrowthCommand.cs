using System.Globalization;
using KMeansClustering.Benchmarks.Scale;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>Times whole fits on all cores while n, k or d grows, by Auto and by Lloyd. The points are normal mixtures of 200 clusters.</summary>
internal static class GrowthCommand
{
    private const int Components = 200;
    private const int MaxWarmupPoints = 50_000;

    // Short fits are repeated until they have taken this long together; the others are timed once.
    private const double MinTotalMs = 200;

    private static readonly int[] _n = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000];
    private static readonly int[] _k = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
    private static readonly int[] _d = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private static readonly KMeansOptions _options = new() { Seed = 0, MaxIterations = 20, Tolerance = 0 };

    /// <summary>Prints a table, and writes the report where a path is given.</summary>
    public static int Run(string? path, string? only)
    {
        List<(string Axis, List<(int N, int D, int K)> Sizes)> plan =
        [
            ("n", [.. _n.Select(n => (n, 16, 64))]),
            ("k", [.. _k.Select(k => (200_000, 16, k))]),
            ("d", [.. _d.Select(d => (Math.Min(1_000_000, (1 << 25) / d), d, 64))]),
        ];
        plan.RemoveAll(part => only is not null && !string.Equals(part.Axis, only, StringComparison.Ordinal));
        if (plan.Count == 0)
        {
            Console.Error.WriteLine($"There is no axis {only}: n, k or d.");
            return 1;
        }

        var machine = Machine.Here();
        Console.WriteLine($"{machine.Cpu}, {machine.Cores} cores, {machine.VectorBits}-bit vectors, {machine.Runtime}");
        Console.WriteLine();
        Console.WriteLine("| n | d | k | iterations | Auto ms | of it seeding | ran | Lloyd ms | of it seeding | Lloyd / Auto |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|");
        var series = plan.ConvertAll(part => new GrowthSeries(part.Axis, Measure(part.Sizes)));
        if (path is not null)
        {
            ReportFile.Write(path, new GrowthReport(machine, series));
        }

        return 0;
    }

    private static List<GrowthPoint> Measure(List<(int N, int D, int K)> sizes)
    {
        var measured = new List<GrowthPoint>();
        float[] points = [];
        foreach (var (n, d, k) in sizes)
        {
            points = measured.Count > 0 && (measured[^1].N, measured[^1].D) == (n, d) ? points : Mixture.Points(n, d, Components);
            var auto = Measure(points, d, k, KMeansAlgorithm.Auto);
            var lloyd = Measure(points, d, k, KMeansAlgorithm.Lloyd);
            if (auto[0].Result.Inertia != lloyd[0].Result.Inertia)
            {
                throw new InvalidOperationException($"Auto and Lloyd differ at n = {n}, d = {d}, k = {k}.");
            }

            var point = new GrowthPoint(n, d, k, auto[0].Result.Iterations, Summary(auto), Summary(lloyd));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {n:N0} | {d:N0} | {k:N0} | {point.Iterations} | {point.Auto.MedianMs:G4} | {point.Auto.SeedingMs:G3} | {point.Auto.Algorithm} | {point.Lloyd.MedianMs:G4} | {point.Lloyd.SeedingMs:G3} | {point.Lloyd.MedianMs / point.Auto.MedianMs:F2} |"));
            measured.Add(point);
        }

        return measured;
    }

    private static List<TimedFit> Measure(float[] points, int dimensions, int clusters, KMeansAlgorithm algorithm)
    {
        var options = _options with { Algorithm = algorithm };

        // The first points alone, so that everything is compiled.
        TimedFit.Run(points.AsSpan(0, Math.Min(MaxWarmupPoints * dimensions, points.Length)), dimensions, clusters, options);
        var fits = new List<TimedFit>();
        do
        {
            fits.Add(TimedFit.Run(points, dimensions, clusters, options));
        }
        while (fits.Sum(fit => fit.Ms) < MinTotalMs);
        return fits;
    }

    private static GrowthFit Summary(List<TimedFit> fits) => new(
        fits[0].Result.Algorithm.ToString(),
        fits.Count,
        Math.Round(TimedFit.Median(fits.Select(fit => fit.Ms)), 3),
        Math.Round(TimedFit.Median(fits.Select(fit => fit.SeedingMs)), 3));
}
