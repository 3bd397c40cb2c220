using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>
/// For each block of a leaf's points, by how much less far the own centroid is than every other candidate of the leaf, at least (the idea of Hamerly 2010, for a few points and the few centroids
/// near them). As long as the candidates have not moved that far, the block's labels stay.
/// </summary>
/// <remarks>
/// Invariant: with the distances of real arithmetic, for each point of a block and each other candidate, other − own > bound − drift, drift being the sum, over the passes, of the two largest moves
/// among the candidates. Moves and drift are rounded up, bounds down, both padded by more than the judge's error. A bound is stored with the drift of its time added, so that it need not be written again.
/// </remarks>
internal sealed unsafe class LeafBounds : IDisposable
{
    /// <summary>Points in a block: the lanes of the widest vector.</summary>
    public const int BlockSize = 8;

    /// <summary>More than what a distance loses where its square underflows, as in the bounds of points.</summary>
    public const double Tiny = PointBounds.LostOfDoubles;

    private readonly AlignedBuffer<double> _values;
    private readonly int[] _places;
    private readonly int _stride;

    /// <summary>Room for the bounds of all leaves.</summary>
    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="leafSize">The most points of a leaf.</param>
    public LeafBounds(int nodes, int leafSize)
    {
        _stride = Length(leafSize);
        _places = new int[nodes];

        // Vectors are read whole, past the last bound.
        _values = new AlignedBuffer<double>(((long)nodes * _stride) + BlockSize);
    }

    /// <summary>How many numbers a leaf has: its drift, and a bound for each block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(int points) => 1 + ((points + BlockSize - 1) / BlockSize);

    /// <summary>Where the last record of a leaf is.</summary>
    public ref int Place(int leaf) => ref _places[leaf];

    /// <summary>A leaf's drift, and a bound for each block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double* Of(int leaf) => _values.Pointer + ((nint)leaf * _stride);

    /// <summary>Nothing is known of a leaf's points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forget(double* leaf, int points)
    {
        leaf[0] = 0;
        new Span<double>(leaf + 1, Length(points) - 1).Fill(double.NegativeInfinity);
    }

    /// <summary>The candidates have moved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Drift(double* leaf, ReadOnlySpan<int> candidates, double* moves)
    {
        double largest = 0, second = 0;
        foreach (var candidate in candidates)
        {
            var move = moves[candidate];
            second = Math.Max(second, Math.Min(largest, move));
            largest = Math.Max(largest, move);
        }

        leaf[0] = largest > 0 ? Math.BitIncrement(leaf[0] + Math.BitIncrement(largest + second)) : leaf[0];
    }

    /// <summary>A bit for each block of so many points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint All(int points) => uint.MaxValue >> (33 - Length(points));

    /// <summary>A bit for each block whose bound does not settle it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Unsettled<TVector, TSimd>(double* leaf, int points)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        var unsettled = 0u;
        var drift = TSimd.Create(leaf[0]);
        for (var block = 0; block < Length(points) - 1; block += TSimd.Count)
        {
            unsettled |= TSimd.MaskNotGreater(TSimd.Load(leaf + 1 + block), drift) << block;
        }

        return unsettled & All(points);
    }

    public void Dispose() => _values.Dispose();
}
