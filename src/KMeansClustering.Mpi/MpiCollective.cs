namespace KMeansClustering.Mpi;

/// <summary>The collective of a session. MPI counts in 32 bits, so longer arrays go in parts.</summary>
/// <param name="thread">Where MPI is called.</param>
/// <param name="library">MPI.</param>
/// <param name="rank">This process.</param>
/// <param name="size">How many there are.</param>
/// <param name="mostValues">The most values of a call.</param>
internal sealed unsafe class MpiCollective(MpiThread thread, MpiLibrary library, int rank, int size, int mostValues = MpiCollective.MostValues) : ICollective
{
    /// <summary>A gigabyte.</summary>
    public const int MostValues = 1 << 27;

    private readonly RollCall _rollCall = new(library, rank, size);
    private Exception? _failure;

    public int Rank => rank;

    public int Size => size;

    /// <summary>What was wrong with MPI itself; the other ranks may not know of it, and wait.</summary>
    public Exception? Fault => _rollCall.HasFailed ? null : _failure;

    public void Sum(Span<double> values) => Run(Operation.Sum, values, 0, (part, count) => library.Sum((double*)part, count));

    public void Max(Span<double> values)
    {
        if (values.Length == 1)
        {
            var value = values[0];
            Run(() => value = _rollCall.Meet(Operation.Max, 1, 0, value));
            values[0] = value;
            return;
        }

        Run(Operation.Max, values, 0, (part, count) => library.Max((double*)part, count));
    }

    public void Broadcast(Span<double> values, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, size);
        Run(Operation.Broadcast, values, root, (part, count) => library.Broadcast((double*)part, count, root));
    }

    public void AllGather(ReadOnlySpan<double> mine, Span<double> all)
    {
        if (all.Length != (long)size * mine.Length)
        {
            throw new ArgumentException(FormattableString.Invariant($"The length is {all.Length}; it must be {size} times {mine.Length}."), nameof(all));
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
        if (_failure is not null)
        {
            return;
        }

        try
        {
            Run(() => Meet(Operation.Leave, 0, 0));
        }
        catch (CollectiveException) when (_rollCall.HasFailed)
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
        if (_failure is not null)
        {
            throw new CollectiveException(FormattableString.Invariant($"Process {rank} of {size}: an earlier operation has failed: {_failure.Message}"), _failure);
        }

        try
        {
            thread.Run(operation);
        }
        catch (Exception failure)
        {
            _failure = failure;
            throw;
        }
    }

    private void Meet(Operation operation, int length, int root) => _rollCall.Meet(operation, length, root, double.NegativeInfinity);
}
