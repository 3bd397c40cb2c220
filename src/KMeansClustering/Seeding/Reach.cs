using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// Says which points a few candidates may come closer to than the centroids chosen so far, so that the judge need not measure the others, and measures those (the idea of Raff 2021;
/// here with bounds on single points). In units that threads take one by one, the blocks of the <see cref="Potential"/>.
/// </summary>
/// <remarks>Invariant: a point left out is provably not closer to a candidate than its D², so what is drawn and chosen stays the same.</remarks>
internal abstract unsafe class Reach<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most candidates at once.</summary>
    public const int MaxCandidates = 32;

    /// <summary>The most points in a unit.</summary>
    public const int UnitSize = Potential.BlockSize;

    /// <summary>What a reach by short rows takes beside them, with the pairs that are kept for later.</summary>
    public static double BytesBesideRows(int count) => 8.0 * count;

    /// <summary>By the points' short rows, for the vectors of this machine.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="rows">Their short rows.</param>
    /// <param name="crew">The threads.</param>
    public static Reach<T> Of(PointView<T> points, ShortRows<T> rows, Crew crew)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new ShortReach<T, Vector512<float>, Simd512<float>>(points, rows, crew);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new ShortReach<T, Vector256<float>, Simd256<float>>(points, rows, crew);
        }

        return Vector128.IsHardwareAccelerated
            ? new ShortReach<T, Vector128<float>, Simd128<float>>(points, rows, crew)
            : new ShortReach<T, float, SimdScalar<float>>(points, rows, crew);
    }

    /// <summary>Takes up to <see cref="MaxCandidates"/> candidates: count × d, to stay where they are until the next call.</summary>
    public abstract void Prepare(T* candidates, int count, Crew crew);

    /// <summary>The points of a unit that a candidate comes closer to. Gives how many such pairs.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="unit">Which unit.</param>
    /// <param name="distances">D² of each point.</param>
    /// <param name="pairs">Receives them, at most <see cref="UnitSize"/> for each candidate, with room for one more.</param>
    public abstract int Find(int thread, int unit, double* distances, CloserPair* pairs);

    /// <summary>D² of a point has changed, or is known for the first time.</summary>
    public abstract void Came(int point, double distance);

    public abstract void Dispose();
}
