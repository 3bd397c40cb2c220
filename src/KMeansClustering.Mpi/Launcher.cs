namespace KMeansClustering.Mpi;

/// <summary>Which implementation of MPI has started this process.</summary>
internal enum Launcher
{
    /// <summary>None: the process was started by itself.</summary>
    None,

    /// <summary>Open MPI.</summary>
    OpenMpi,

    /// <summary>MPICH, or one with its binary interface.</summary>
    Mpich,
}

/// <summary>Tells it by what the launcher has put into the environment.</summary>
internal static class Launchers
{
    /// <summary>Open MPI's mpirun sets OMPI_COMM_WORLD_SIZE, a launcher by PMIx (Slurm's srun --mpi=pmix) PMIX_RANK; MPICH's Hydra, Intel MPI and srun --mpi=pmi2 set PMI_RANK.</summary>
    /// <param name="variable">Gives an environment variable, or null.</param>
    public static Launcher Of(Func<string, string?> variable)
    {
        if (variable("OMPI_COMM_WORLD_SIZE") is not null)
        {
            return Launcher.OpenMpi;
        }

        if (variable("PMI_RANK") is not null)
        {
            return Launcher.Mpich;
        }

        return variable("PMIX_RANK") is not null ? Launcher.OpenMpi : Launcher.None;
    }
}
