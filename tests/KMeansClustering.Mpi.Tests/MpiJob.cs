using System.Diagnostics;
using System.Text;

namespace KMeansClustering.Mpi.Tests;

/// <summary>What <c>mpirun</c> gave.</summary>
/// <param name="ExitCode">0 if all ranks ended well.</param>
/// <param name="Output">What the ranks printed.</param>
/// <param name="Errors">What they and the launcher complained of.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record JobResult(int ExitCode, string Output, string Errors, TimeSpan Elapsed)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>A job of real processes under <c>mpirun</c>, never longer than a time limit.</summary>
internal sealed class MpiJob : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly Process _launcher;
    private readonly StringBuilder _output = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task<string> _errors;

    private MpiJob(string launcher, int ranks, string[] arguments)
    {
        var start = new ProcessStartInfo(launcher) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (Mpi.IsOpenMpi(launcher))
        {
            start.ArgumentList.Add("--oversubscribe");
        }

        foreach (var argument in (string[])["-n", $"{ranks}", Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "KMeansClustering.Mpi.Rank.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        // Open MPI asks twice whether root is meant, and writes to a terminal only if it is a plain one.
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["TERM"] = "dumb";
        _launcher = Process.Start(start)!;
        _errors = _launcher.StandardError.ReadToEndAsync();
    }

    public static MpiJob Start(string launcher, int ranks, params string[] arguments) => new(launcher, ranks, arguments);

    /// <summary>Runs a job to its end.</summary>
    public static JobResult Run(string launcher, int ranks, params string[] arguments)
    {
        using var job = Start(launcher, ranks, arguments);
        return job.End();
    }

    /// <summary>The next line that a rank prints; null when there are no more.</summary>
    public string? ReadLine()
    {
        var line = Within(_launcher.StandardOutput.ReadLineAsync());
        _output.AppendLine(line);
        return line;
    }

    /// <summary>Waits for the end.</summary>
    public JobResult End()
    {
        while (ReadLine() is not null)
        {
        }

        var errors = Within(_errors);
        Within(_launcher.WaitForExitAsync().ContinueWith(_ => true, TaskScheduler.Default));
        return new JobResult(_launcher.ExitCode, _output.ToString(), errors, _clock.Elapsed);
    }

    public void Dispose()
    {
        if (!_launcher.HasExited)
        {
            _launcher.Kill(entireProcessTree: true);
        }

        _launcher.Dispose();
    }

    private T Within<T>(Task<T> task)
    {
        var left = s_limit - _clock.Elapsed;
        if (left > TimeSpan.Zero && task.Wait(left))
        {
            return task.Result;
        }

        _launcher.Kill(entireProcessTree: true);
        throw new TimeoutException($"The job took more than {s_limit.TotalSeconds} seconds. It printed:\n{_output}");
    }
}
