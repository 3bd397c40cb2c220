namespace KMeansClustering;

/// <summary>
/// What a fit over several processes asks of the engine that connects them. Each process, a <em>rank</em>, has an object of its own. Another engine (gRPC, NCCL, a cluster's own)
/// needs one class that keeps the laws below; <see cref="DistributedKMeans"/> does the rest. <see cref="SingleProcess"/> and <see cref="InProcessRanks"/> are here; MPI is the
/// package KMeansClustering.Mpi.
/// </summary>
/// <remarks>
/// <para><b>Who calls when.</b> Every rank calls the same operations in the same order, with the same lengths and the same root. On a rank calls come one at a time, though not always
/// from the same thread. A call returns when its result is there, and leaves the memory alone afterwards. A length of 0 is allowed, in all operations.</para>
/// <para><b>What is reduced.</b> <see cref="Sum"/> gets whole numbers only, whose magnitudes add up to less than 2⁵³ over all ranks: added as doubles, in any order, they are exact, and the
/// engine may associate and commute them as it likes. Sums that are larger travel in parts, for up to 2¹⁷ ranks. <see cref="Max"/> gets any number, −∞ among them (it is what a rank
/// without points sends), but never NaN; zeros of both signs are equal. So every rank gets the same result, whatever the engine's order; nothing that depends on an order is ever sent.</para>
/// <para><b>What is moved.</b> <see cref="Broadcast"/> and <see cref="AllGather"/> change no bit of any value.</para>
/// <para><b>What fails.</b> An operation that cannot be completed throws, whatever exception says best what happened, and the fit on this rank ends with it. The engine sees to it that
/// no other rank then waits for ever: their operations throw too, or their processes end. After it has thrown it is not called again.</para>
/// </remarks>
public interface ICollective
{
    /// <summary>This rank, from 0 to <see cref="Size"/> − 1; never changes.</summary>
    int Rank { get; }

    /// <summary>How many ranks there are, at least 1; never changes.</summary>
    int Size { get; }

    /// <summary>Each value becomes the sum of all ranks' values at its place.</summary>
    /// <param name="values">As many on every rank; in and out.</param>
    void Sum(Span<double> values);

    /// <summary>Each value becomes the largest of all ranks' values at its place.</summary>
    /// <param name="values">As many on every rank; in and out.</param>
    void Max(Span<double> values);

    /// <summary>The values of one rank become everybody's.</summary>
    /// <param name="values">As many on every rank; in on the root, out on the others.</param>
    /// <param name="root">Whose values they are, the same on every rank.</param>
    void Broadcast(Span<double> values, int root);

    /// <summary>Every rank gets all ranks' values, one rank's after another's.</summary>
    /// <param name="mine">This rank's values, as many on every rank.</param>
    /// <param name="all"><see cref="Size"/> × <paramref name="mine"/>.Length values, by rank; does not overlap <paramref name="mine"/>.</param>
    void AllGather(ReadOnlySpan<double> mine, Span<double> all);
}
