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
    public void A_rank_that_dies_ends_the_job_and_says_why(string launcher)
    {
        var thrown = MpiJob.Run(launcher, 2, "throw");
        thrown.ExitCode.Should().NotBe(0);
        (thrown.Output + thrown.Errors).Should().Contain("rank 1 has had enough");

        var aborted = MpiJob.Run(launcher, 2, "abort");
        aborted.ExitCode.Should().NotBe(0);
        (aborted.Output + aborted.Errors).Should().Contain("Rank 1 of 2 aborts the job: rank 1 gives up");
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
