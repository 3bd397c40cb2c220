using System.Globalization;

namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>What the kernel has sent from this machine to itself: the bytes that processes really exchange, where they do it by TCP. Linux only.</summary>
internal static class Loopback
{
    private const string Name = "lo:";
    private const int SentColumn = 8;

    public static long SentBytes()
    {
        const string Devices = "/proc/net/dev";
        var line = File.Exists(Devices) ? File.ReadLines(Devices).FirstOrDefault(line => line.TrimStart().StartsWith(Name, StringComparison.Ordinal)) : null;
        var columns = line?.TrimStart()[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns is null ? 0 : long.Parse(columns[SentColumn], CultureInfo.InvariantCulture);
    }
}
