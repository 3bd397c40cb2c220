namespace KMeansClustering.Mpi;

/// <summary>What a rank is about to do with the others.</summary>
internal enum Operation
{
    Sum,
    Max,
    Broadcast,
    AllGather,

    /// <summary>Leave the job.</summary>
    Leave,
}

/// <summary>
/// With what each operation begins: every rank says which one it is about to call, in one reduction that is the same for all of them. So ranks whose calls do not fit together learn of it, all at
/// once, instead of waiting for each other for ever: one that has left, because of an exception of its own, most of all.
/// </summary>
/// <remarks>Invariant: whatever a rank does first on MPI, its <see cref="Meet"/> is what the others' fits to. MPI's thread only.</remarks>
internal sealed unsafe class RollCall(MpiLibrary library, int rank, int size)
{
    // The greatest and, negated, the least of what the ranks call; who leaves; and a value, as a maximum of one needs no more than this.
    private const int Operations = 0;
    private const int Lengths = 2;
    private const int Roots = 4;
    private const int Leaver = 6;
    private const int Value = 7;
    private const int Count = 8;

    public int Rank => rank;

    public int Size => size;

    /// <summary>What has ended the ranks' work together, or null.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Whether it was that their calls do not fit together, of which all have been told.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Waits for all ranks to say what they call.</summary>
    /// <param name="operation">What this one calls.</param>
    /// <param name="length">How many values it brings.</param>
    /// <param name="root">Whose values they will be.</param>
    /// <param name="value">Any number.</param>
    /// <returns>The largest of the ranks' values.</returns>
    /// <exception cref="CollectiveException">They do not all call the same; thrown on every rank.</exception>
    public double Meet(Operation operation, int length, int root, double value)
    {
        var call = stackalloc double[Count] { (int)operation, -(int)operation, length, -length, root, -root, operation == Operation.Leave ? size - rank : 0, value };
        library.Max(call, Count);
        if (call[Operations] == -call[Operations + 1] && call[Lengths] == -call[Lengths + 1] && call[Roots] == -call[Roots + 1])
        {
            return call[Value];
        }

        HasFailed = true;
        throw new CollectiveException(FormattableString.Invariant($"Process {rank} of {size}: ") + (
            call[Leaver] > 0 ? FormattableString.Invariant($"Process {size - (int)call[Leaver]} has left the job, while others still need it.")
            : Another(Operations, (int)operation) is { } other ? $"The processes' calls do not fit together: this one calls {operation}, another one {(Operation)other}."
            : Another(Lengths, length) is { } values ? FormattableString.Invariant($"The processes' calls do not fit together: this one brings {length} values to {operation}, another one {values}.")
            : $"The processes' calls do not fit together: they name different roots of {operation}."));

        int? Another(int place, int own) => call[place] != own ? (int)call[place] : -call[place + 1] != own ? (int)-call[place + 1] : null;
    }
}
