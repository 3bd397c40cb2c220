using System.Diagnostics;

namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>Starts this program as the ranks of a job.</summary>
internal static class RankJob
{
    /// <summary>The launchers that are installed: Open MPI's and MPICH's, as Debian calls them.</summary>
    public static IReadOnlyList<string> Launchers { get; } = [.. new[] { "mpirun.openmpi", "mpirun.mpich" }.Where(IsInstalled)];

    /// <summary>Runs a job to its end, and gives the last line that it printed.</summary>
    /// <param name="launcher">Its launcher; null for one process without.</param>
    /// <param name="ranks">How many processes.</param>
    /// <param name="byTcp">Lets them talk by TCP, which the kernel counts, instead of by shared memory.</param>
    /// <param name="arguments">What each is told to do.</param>
    public static string Run(string? launcher, int ranks, bool byTcp, params string[] arguments)
    {
        var start = new ProcessStartInfo(launcher ?? Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (launcher is not null)
        {
            var isOpenMpi = launcher.Contains("openmpi", StringComparison.Ordinal);
            string[] tcp = !byTcp ? [] : isOpenMpi ? ["--mca", "pml", "ob1", "--mca", "btl", "self,tcp", "--mca", "btl_tcp_if_include", "lo"] : ["-genv", "UCX_TLS", "tcp,self", "-genv", "UCX_NET_DEVICES", "lo", "-genv", "FI_PROVIDER", "tcp", "-genv", "MPIR_CVAR_NOLOCAL", "1"];
            foreach (var argument in (string[])[.. isOpenMpi ? ["--oversubscribe"] : Array.Empty<string>(), .. tcp, "-n", $"{ranks}", Environment.ProcessPath!])
            {
                start.ArgumentList.Add(argument);
            }
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["TERM"] = "dumb";
        using var job = Process.Start(start)!;
        var output = job.StandardOutput.ReadToEnd();
        job.WaitForExit();
        return job.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"{launcher} -n {ranks} {string.Join(' ', arguments)} ended with {job.ExitCode}:\n{output}");
    }

    private static bool IsInstalled(string launcher) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, launcher)));
}
