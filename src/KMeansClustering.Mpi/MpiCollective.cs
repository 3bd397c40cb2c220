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

    public int Rank => rank;

    public int Size => size;

    public void Sum(Span<double> values) => InParts(values, (part, count) => library.Sum((double*)part, count));

    public void Max(Span<double> values) => InParts(values, (part, count) => library.Max((double*)part, count));

    public void Broadcast(Span<double> values, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, size);
        InParts(values, (part, count) => library.Broadcast((double*)part, count, root));
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
            if (length > 0)
            {
                thread.Run(() => library.AllGather((double*)source, length, (double*)target));
            }
        }
    }

    private void InParts(Span<double> values, Action<nint, int> operation)
    {
        fixed (double* first = values)
        {
            for (var start = 0; start < values.Length; start += mostValues)
            {
                var (part, count) = ((nint)(first + start), Math.Min(mostValues, values.Length - start));
                thread.Run(() => operation(part, count));
            }
        }
    }
}
