namespace KMeansClustering.Mpi.Tests;

/// <summary>Which MPI has started a process.</summary>
public sealed class LauncherTests
{
    [Theory]
    [InlineData("OpenMpi", "OMPI_COMM_WORLD_SIZE")]
    [InlineData("OpenMpi", "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMIX_RANK")]
    [InlineData("OpenMpi", "PMIX_RANK")]
    [InlineData("Mpich", "PMI_RANK")]
    [InlineData("None", "PATH", "SLURM_PROCID")]
    public void The_environment_tells_which_it_was(string launcher, params string[] variables) =>
        Launchers.Of(name => variables.Contains(name, StringComparer.Ordinal) ? "1" : null).ToString().Should().Be(launcher);

    [Fact]
    public void Without_one_a_process_is_a_session_of_its_own_once()
    {
        using (var mpi = MpiSession.Start())
        {
            (mpi.Rank, mpi.Size, mpi.Library).Should().Be((0, 1, "none"));
            var fit = mpi.Fit<double>([0, 1, 10, 11], 1, 2);
            var plain = KMeans.Fit<double>([0, 1, 10, 11], 1, 2);
            fit.Inertia.Should().Be(plain.Inertia);
            mpi.Dispose();
            mpi.Invoking(ended => ended.Fit<double>([0, 1], 1, 1)).Should().Throw<ObjectDisposedException>();
        }

        FluentActions.Invoking(MpiSession.Start).Should().Throw<InvalidOperationException>();
    }
}
