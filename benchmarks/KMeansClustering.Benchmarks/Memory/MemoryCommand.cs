using System.Diagnostics;
using System.Globalization;

namespace KMeansClustering.Benchmarks.Memory;

/// <summary>
/// How many bytes a point a fit needs beyond the input, by the high-water mark of a fresh process for each case. What is promised: at most 4(h + 1) + 32 a point, h + 1 being the
/// values of 4 bytes that are kept of each (d + 1 with a tree; else ⌈d/2⌉ for a row of 16 bits and 33 bounds, 128 at most), and k·d terms a thread, which are small here.
/// </summary>
internal static class MemoryCommand
{
    private const int TreeDimensions = 8;
    private const int MostValues = 128;
    private const int Bounds = 33;

    public static int Run()
    {
        Console.WriteLine("| n, d, k | starting centroids | restarts | threads | input | peak beyond the input | bytes a point | promised | GC allocations, bytes a point |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        var kept = true;
        foreach (var one in Cases())
        {
            var (peak, allocated) = RunApart(one);
            kept &= peak <= Promise(one.Dimensions) * one.Count;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {one.Count:N0}, {one.Dimensions}, {one.Clusters} | {one.SeedingName} | {one.Restarts} | {one.Threads} | {sizeof(float) * (double)one.Count * one.Dimensions / 1e6:F1} MB | {peak / 1e6:F1} MB | {(double)peak / one.Count:F2} | {Promise(one.Dimensions)} | {(double)allocated / one.Count:F2} |"));
        }

        Console.WriteLine();
        Console.WriteLine(kept ? "At most 4(h + 1) + 32 bytes a point in every case." : "MORE than 4(h + 1) + 32 bytes a point in some case.");
        return kept ? 0 : 1;
    }

    private static double Promise(int dimensions)
    {
        var values = dimensions <= TreeDimensions ? dimensions + 1 : Math.Min(MostValues, ((dimensions + 1) / 2) + Bounds);
        return (4 * values) + 32;
    }

    private static IEnumerable<MemoryCase> Cases()
    {
        (int Count, int Dimensions, int Clusters)[] sizes = [(4_000_000, 4, 16), (1_000_000, 16, 64), (400_000, 256, 64)];
        SeedingMethod?[] seedings = [null, .. Enum.GetValues<SeedingMethod>()];
        foreach (var (count, dimensions, clusters) in sizes)
        {
            foreach (var seeding in seedings)
            {
                foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
                {
                    yield return new(count, dimensions, clusters, seeding, Restarts: 1, threads);
                }
            }

            yield return new(count, dimensions, clusters, SeedingMethod.KMeansPlusPlus, Restarts: 3, Environment.ProcessorCount);
            yield return new(count, dimensions, clusters, SeedingMethod.KMeansParallel, Restarts: 3, Environment.ProcessorCount);
        }
    }

    private static (long Peak, long Allocated) RunApart(MemoryCase one)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (string.Equals(Path.GetFileNameWithoutExtension(Environment.ProcessPath), "dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(MemoryCommand).Assembly.Location);
        }

        foreach (var argument in one.ToArguments())
        {
            start.ArgumentList.Add(argument);
        }

        using var child = Process.Start(start)!;
        var answer = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', one.ToArguments())} failed.");
        }

        var numbers = answer.Split(' ');
        return (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }
}
