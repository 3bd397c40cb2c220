using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// Says which points a few candidates may come closer to than the centroids chosen so far, so that the judge need not measure the others, and measures those (the idea of Raff 2021; here with the filters
/// of the assignment). In units that threads take one by one.
/// </summary>
/// <remarks>Invariant: a point left out is provably not closer to a candidate than its D², so what is drawn and chosen stays the same.</remarks>
internal abstract unsafe class Reach<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Units of work.</summary>
    public abstract int Units { get; }

    /// <summary>The most points in a unit.</summary>
    public abstract int UnitSize { get; }

    /// <summary>What the seeding of n points begins with: nothing is near.</summary>
    public abstract void Begin();

    /// <summary>Takes up to <see cref="MaxCandidates"/> candidates: count × d, to stay where they are until the next call.</summary>
    public abstract void Prepare(T* candidates, int count, Crew crew);

    /// <summary>The most candidates at once.</summary>
    public const int MaxCandidates = 32;

    /// <summary>The points of a unit that a candidate comes closer to. Gives how many such pairs.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="unit">Which unit.</param>
    /// <param name="distances">D² of each point.</param>
    /// <param name="pairs">Receives them, at most <see cref="UnitSize"/> for each candidate.</param>
    public abstract int Find(int thread, int unit, double* distances, CloserPair* pairs);

    /// <summary>D² of a point has changed.</summary>
    public abstract void Came(int place, double distance);

    public abstract void Dispose();

    /// <summary>The reach of candidates by the tile, over the points or their sketches.</summary>
    public static Reach<T> ByTile(PointView<T> points, Sketch<T>? sketch, Crew crew)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new TileReach<T, Vector512<T>, Simd512<T>>(points, sketch, crew);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new TileReach<T, Vector256<T>, Simd256<T>>(points, sketch, crew);
        }

        return Vector128.IsHardwareAccelerated
            ? new TileReach<T, Vector128<T>, Simd128<T>>(points, sketch, crew)
            : new TileReach<T, T, SimdScalar<T>>(points, sketch, crew);
    }
}
