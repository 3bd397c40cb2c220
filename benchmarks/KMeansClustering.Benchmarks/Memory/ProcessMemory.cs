using System.Diagnostics;
using System.Globalization;

namespace KMeansClustering.Benchmarks.Memory;

/// <summary>The memory that the operating system has given this process, managed and native together.</summary>
internal static class ProcessMemory
{
    private const string Status = "/proc/self/status";
    private const string ClearReferences = "/proc/self/clear_refs";
    private const string ResetPeak = "5";

    /// <summary>Collects garbage, begins the peak anew where the system can (Linux), and gives the bytes resident now.</summary>
    public static long Settle()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        if (!File.Exists(ClearReferences))
        {
            return Peak;
        }

        File.WriteAllText(ClearReferences, ResetPeak);
        return Peak;
    }

    /// <summary>The most bytes resident at any time; on Linux, since the last <see cref="Settle"/>.</summary>
    public static long Peak
    {
        get
        {
            if (!File.Exists(Status))
            {
                using var process = Process.GetCurrentProcess();
                return process.PeakWorkingSet64;
            }

            const string HighWaterMark = "VmHWM:";
            var line = File.ReadLines(Status).First(line => line.StartsWith(HighWaterMark, StringComparison.Ordinal));
            return 1024 * long.Parse(line.AsSpan(HighWaterMark.Length).Trim().TrimEnd("kB "), CultureInfo.InvariantCulture);
        }
    }
}
