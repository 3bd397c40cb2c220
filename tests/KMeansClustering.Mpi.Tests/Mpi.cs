using System.Diagnostics;

// One job at a time: MPICH waits busily.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace KMeansClustering.Mpi.Tests;

/// <summary>The launchers on this machine.</summary>
internal static class Mpi
{
    // Debian's names, as both can be there; elsewhere there is one mpirun.
    private static readonly string[] s_names = ["mpirun.openmpi", "mpirun.mpich", "mpirun"];

    /// <summary>Open MPI's, MPICH's, both, or none.</summary>
    public static string[] Launchers { get; } = [.. s_names.Where(IsInstalled).GroupBy(IsOpenMpi).Select(same => same.First())];

    public static bool IsOpenMpi(string launcher)
    {
        using var process = Process.Start(new ProcessStartInfo(launcher, "--version") { RedirectStandardOutput = true, UseShellExecute = false })!;
        var version = process.StandardOutput.ReadToEnd();
        return version.Contains("Open MPI", StringComparison.Ordinal) || version.Contains("OpenRTE", StringComparison.Ordinal);
    }

    private static bool IsInstalled(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));
}

/// <summary>A theory over launchers; skipped, and says why, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MpiTheoryAttribute : TheoryAttribute
{
    public MpiTheoryAttribute()
    {
        if (Mpi.Launchers.Length == 0)
        {
            Skip = "No mpirun on the PATH: install Open MPI (apt-get install openmpi-bin) or MPICH (apt-get install mpich).";
        }
    }
}
