using System.Diagnostics;
using System.Globalization;
using KMeansClustering.Mpi.Rank;

namespace KMeansClustering.Mpi.Tests;

/// <summary>
/// Jobs with the class of docs/checkpoint.md, of which one rank is killed (SIGKILL): each ends at once, says so, and when it is started again, with as many ranks or others, goes on
/// from where it was and ends as one process that was never killed: in the same bits, in the same iteration, for the same reason.
/// </summary>
public sealed class KilledJobTests
{
    private const int Kills = 3;

    public static TheoryData<string, Type> Jobs
    {
        get
        {
            var jobs = new TheoryData<string, Type>();
            foreach (var launcher in Mpi.Launchers.DefaultIfEmpty("none"))
            {
                jobs.Add(launcher, typeof(float));
                jobs.Add(launcher, typeof(double));
            }

            return jobs;
        }
    }

    [MpiTheory]
    [MemberData(nameof(Jobs))]
    public void A_job_that_is_killed_again_and_again_ends_in_the_bits_of_one_process(string launcher, Type type)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var (hash, iterations) = ResumableFit.Whole(type);
        iterations.Should().BeGreaterThan(10);
        var folder = Directory.CreateTempSubdirectory().FullName;
        var saved = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            // Before there is a file, while it iterates, and there or after all.
            var place = (kill == 0 ? random.Next(2) : kill == 1 ? 2 : random.Next(2, 4)) switch
            {
                0 => "seeded",
                1 => "iteration 1",
                2 => $"iteration {random.Next(saved + 2, Math.Max(saved + 3, iterations - 4 + kill))}",
                _ => "last iteration",
            };
            var stays = random.Next(2) == 0;
            var ranks = random.Next(1, 5);
            var victim = random.Next(ranks);
            var what = $"{launcher}, seed {seed}: kill {kill + 1}, rank {victim} of {ranks}, {(stays ? "which stays" : "at once")}, at \"{place}\"";

            using var job = MpiJob.Start(launcher, ranks, "resume", type.Name, folder, stays ? place : "");
            var processes = new Process?[ranks];
            for (var reached = false; !reached || processes.Contains(null);)
            {
                var line = job.ReadLine() ?? throw new InvalidOperationException($"{what}: it ended before: {job.End()}");
                reached |= line.StartsWith(place, StringComparison.Ordinal);
                if (line.StartsWith("rank ", StringComparison.Ordinal))
                {
                    // rank R is process P
                    processes[int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)] = Process.GetProcessById(Number(line));
                }
            }

            processes[victim]!.Kill();
            var result = job.End();
            if (stays || result.ExitCode != 0)
            {
                result.ExitCode.Should().NotBe(0, what);
                (result.Output + result.Errors).Should().ContainAny([$"process rank {victim} with PID", "BAD TERMINATION"], what)
                    .And.ContainAny(["signal 9", "EXIT CODE: 9"], what);
            }
            else
            {
                result.Lines.Should().Contain($"end {hash}", $"{what}, which came too late");
            }

            Array.ForEach(processes, process => process!.WaitForExit(TimeSpan.FromSeconds(30)).Should().BeTrue("no process of {0} is left", what));
            Array.ForEach(processes, process => process!.Dispose());
            GoesOnAfter(result).Should().BeGreaterThanOrEqualTo(saved, what);
            saved = Math.Max(saved, result.Lines.Where(line => line.StartsWith("iteration ", StringComparison.Ordinal)).Select(Number).DefaultIfEmpty(0).Max() - 1);
        }

        var last = MpiJob.Run(launcher, random.Next(1, 5), "resume", type.Name, folder, "");

        last.Lines.Should().Contain($"end {hash}", $"{launcher}, seed {seed}: {last.Output}{last.Errors}");
        last.ExitCode.Should().Be(0);
        GoesOnAfter(last).Should().BeGreaterThanOrEqualTo(saved);
        Directory.Delete(folder, recursive: true);
    }

    private static int GoesOnAfter(JobResult result) =>
        Number(result.Lines.Single(line => line.StartsWith("goes on after ", StringComparison.Ordinal)));

    private static int Number(string line) => int.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
}
