namespace KMeansClustering.Mpi;

/// <summary>The collective of a session. MPI counts in 32 bits, so longer arrays go in parts.</summary>
/// <param name="thread">Where MPI is called.</param>
/// <param name="library">MPI.</param>
/// <param name="rollCall">What operations begin with.</param>
/// <param name="isGuarded">Whether a maximum of one number comes before all that the ranks do, as in a fit: its roll call is enough.</param>
/// <param name="mostValues">The most values of a call.</param>
internal sealed unsafe class MpiCollective(MpiThread thread, MpiLibrary library, RollCall rollCall, bool isGuarded = false, int mostValues = MpiCollective.MostValues) : ICollective
{
    /// <summary>A gigabyte.</summary>
    public const int MostValues = 1 << 27;

    public int Rank => rollCall.Rank;

    public int Size => rollCall.Size;

    public void Sum(Span<double> values) => Run(Operation.Sum, values, 0, (part, count) => library.Sum((double*)part, count));

    public void Max(Span<double> values)
    {
        if (values.Length == 1)
        {
            var value = values[0];
            Run(() => value = rollCall.Meet(Operation.Max, 1, 0, value));
            values[0] = value;
            return;
        }

        Run(Operation.Max, values, 0, (part, count) => library.Max((double*)part, count));
    }

    public void Broadcast(Span<double> values, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
        Run(Operation.Broadcast, values, root, (part, count) => library.Broadcast((double*)part, count, root));
    }

    public void AllGather(ReadOnlySpan<double> mine, Span<double> all)
    {
        if (all.Length != (long)Size * mine.Length)
        {
            throw new ArgumentException(FormattableString.Invariant($"The length is {all.Length}; it must be {Size} times {mine.Length}."), nameof(all));
        }

        fixed (double* from = mine, to = all)
        {
            var (source, target, length) = ((nint)from, (nint)to, mine.Length);
            Run(() =>
            {
                Meet(Operation.AllGather, length, 0);
                if (length > 0)
                {
                    library.AllGather((double*)source, length, (double*)target);
                }
            });
        }
    }

    /// <summary>Waits until all ranks leave; or until the others have been told that this one does.</summary>
    public void Leave()
    {
        if (rollCall.Failure is not null)
        {
            return;
        }

        try
        {
            Run(() => Meet(Operation.Leave, 0, 0));
        }
        catch (CollectiveException) when (rollCall.HasFailed)
        {
            // It is theirs: they wanted more of this rank.
        }
    }

    private void Run(Operation operation, Span<double> values, int root, Action<nint, int> function)
    {
        fixed (double* first = values)
        {
            var (start, length) = ((nint)first, values.Length);
            Run(() =>
            {
                Meet(operation, length, root);
                for (var done = 0; done < length; done += mostValues)
                {
                    function(start + (sizeof(double) * (nint)done), Math.Min(mostValues, length - done));
                }
            });
        }
    }

    private void Run(Action operation)
    {
        if (rollCall.Failure is { } earlier)
        {
            throw new CollectiveException(FormattableString.Invariant($"Process {Rank} of {Size}: an earlier operation has failed: {earlier.Message}"), earlier);
        }

        try
        {
            thread.Run(operation);
        }
        catch (Exception failure)
        {
            rollCall.Failure = failure;
            throw;
        }
    }

    private void Meet(Operation operation, int length, int root)
    {
        if (!isGuarded)
        {
            rollCall.Meet(operation, length, root, double.NegativeInfinity);
        }
    }
}
