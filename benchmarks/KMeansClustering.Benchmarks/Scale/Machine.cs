using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KMeansClustering.Benchmarks.Scale;

/// <summary>Where it was measured.</summary>
/// <param name="Cpu">The processor.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="VectorBits">The widest vectors in use.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="Time">When, in UTC.</param>
internal record Machine(string Cpu, int Cores, int VectorBits, string Runtime, DateTime Time)
{
    public static Machine Here() => new(
        Processor(),
        Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        RuntimeInformation.FrameworkDescription,
        DateTime.UtcNow);

    private static string Processor()
    {
        const string ModelName = "model name";
        var line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(ModelName, StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
