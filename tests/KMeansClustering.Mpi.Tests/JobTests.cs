using System.Diagnostics;
using System.Globalization;
using KMeansClustering.Mpi.Rank;

namespace KMeansClustering.Mpi.Tests;

/// <summary>Real processes under <c>mpirun</c>, by every MPI that is installed.</summary>
public sealed class JobTests
{
    // With more ranks than cores MPICH's busy waiting costs milliseconds an operation.
    private const int Few = 11;

    public static TheoryData<string, int> Jobs
    {
        get
        {
            var jobs = new TheoryData<string, int>();
            foreach (var launcher in Mpi.Launchers.DefaultIfEmpty("none"))
            {
                foreach (var ranks in new[] { 1, 2, 3, 4 })
                {
                    jobs.Add(launcher, ranks);
                }
            }

            return jobs;
        }
    }

    public static TheoryData<string> Launchers => [.. Mpi.Launchers.DefaultIfEmpty("none")];

    public static TheoryData<string, string, string> Leavings
    {
        get
        {
            const string Exception = "FormatException: rank 1 has had enough";
            const string Left = "CollectiveException: Process 0 of 2: Process 1 has left the job, while others still need it.";
            const string Forgotten = "Rank 1 of 2 aborts the job: its process ends, and its session was not disposed.";
            var leavings = new TheoryData<string, string, string>();
            foreach (var launcher in Mpi.Launchers.DefaultIfEmpty("none"))
            {
                leavings.Add(launcher, "exception", Exception);
                leavings.Add(launcher, "caught", $"{Exception}|{Left}");
                leavings.Add(launcher, "return", Left);
                leavings.Add(launcher, "thread", Exception);
                leavings.Add(launcher, "exit", Forgotten);
                leavings.Add(launcher, "exit inside", Forgotten);
                leavings.Add(launcher, "abort", "Rank 1 of 2 aborts the job: rank 1 gives up");
                leavings.Add(launcher, "call", "CollectiveException: Process 0 of 2: The processes' calls do not fit together: this one calls Sum, another one Max.");
                leavings.Add(launcher, "interrupt", "signal 2");
                leavings.Add(launcher, "terminate", "signal 15");
                leavings.Add(launcher, "terminate inside", "signal 15");
            }

            return leavings;
        }
    }

    [MpiTheory]
    [MemberData(nameof(Jobs))]
    public void Any_number_of_ranks_and_any_cut_give_the_bits_of_one_process(string launcher, int ranks)
    {
        var every = ranks > Environment.ProcessorCount && !Mpi.IsOpenMpi(launcher) ? Few : 1;
        var expected = Fits.Hash(SingleProcess.Instance, Cut.Equal, every);
        foreach (var cut in ranks == 1 ? [Cut.Equal] : Enum.GetValues<Cut>())
        {
            var job = MpiJob.Run(launcher, ranks, "hash", $"{cut}", $"{every}");

            job.Lines.Should().Equal([expected], $"{launcher}, {ranks} ranks, {cut}: {job.Errors}");
            job.ExitCode.Should().Be(0);
        }
    }

    [MpiTheory]
    [MemberData(nameof(Launchers))]
    public void A_session_keeps_the_laws_of_collectives(string launcher)
    {
        foreach (var ranks in new[] { 1, 2 })
        {
            var job = MpiJob.Run(launcher, ranks, "laws");

            job.ExitCode.Should().Be(0, job.Errors);
            job.Lines.Should().ContainSingle().Which.Should().StartWith($"{ranks} ranks of ").And.EndWith(" keep the laws");
        }
    }

    [MpiTheory]
    [MemberData(nameof(Launchers))]
    public void What_is_wrong_on_one_rank_is_told_on_all(string launcher)
    {
        Refused("disagree").Should().Be("ArgumentException: Process 0 of 2: The processes were called with different arguments: they disagree about the number of clusters.");
        Refused("refuse").Should().StartWith("ArgumentException: Process 1 of 2: The value at row 449, column 2 is NaN");
        Refused("cancel").Should().StartWith("OperationCanceledException: Process 0 of 2: ");

        string Refused(string command)
        {
            var job = MpiJob.Run(launcher, 2, command);
            job.ExitCode.Should().Be(0, job.Errors);
            job.Lines.Should().HaveCount(2);
            return job.Lines.Distinct(StringComparer.Ordinal).Should().ContainSingle().Which;
        }
    }

    [MpiTheory]
    [MemberData(nameof(Launchers))]
    public void The_library_leaves_dotnet_its_signals(string launcher)
    {
        var job = MpiJob.Run(launcher, 2, "survive");

        job.Lines.Should().Equal(["survived"], job.Errors);
        job.ExitCode.Should().Be(0);
    }

    [MpiTheory]
    [MemberData(nameof(Launchers))]
    public void Each_rank_may_read_its_own_slice_of_a_file(string launcher)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "points.npy");
        using (var file = MappedPoints.Create<float>(path, dimensions: 4))
        {
            file.Append(Fits.Points<float>(700, 4));
            file.Complete();
        }

        var expected = Fits.HashOfFile(SingleProcess.Instance, path, Cut.Equal);
        foreach (var (ranks, cut) in new[] { (2, Cut.Equal), (3, Cut.Unequal) })
        {
            var job = MpiJob.Run(launcher, ranks, "file", path, $"{cut}");

            job.Lines.Should().Equal([expected], $"{launcher}, {ranks} ranks, {cut}: {job.Errors}");
            job.ExitCode.Should().Be(0);
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    /// <summary>However a rank leaves that the others still need, nobody waits for ever, and it is said what happened.</summary>
    [MpiTheory]
    [MemberData(nameof(Leavings))]
    public void A_rank_that_leaves_early_ends_the_job_and_says_why(string launcher, string way, string said)
    {
        var job = MpiJob.Run(launcher, 2, "leave", way);

        job.ExitCode.Should().NotBe(0);
        foreach (var part in said.Split('|'))
        {
            (job.Output + job.Errors).Should().Contain(part, way);
        }
    }

    [MpiTheory]
    [MemberData(nameof(Launchers))]
    public void A_rank_that_is_killed_ends_the_job(string launcher)
    {
        using var job = MpiJob.Start(launcher, 2, "work");
        string[] told = [job.ReadLine()!, job.ReadLine()!];
        var victim = int.Parse(told.Single(line => line.StartsWith("rank 1 ", StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);

        using (var process = Process.GetProcessById(victim))
        {
            process.Kill();
        }

        job.End().ExitCode.Should().NotBe(0);
    }
}
