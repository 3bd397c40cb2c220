using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The search with a lane for each point, for few dimensions, where the <see cref="TileSearch{T, TVector, TSimd}"/> would spend its time on
/// comparing lanes: two vectors of points stay in registers while the centroids pass by, and no lane is ever compared with another.
/// </summary>
/// <remarks>The invariant and the margin are the tile's: what a lane cannot settle, the judge decides.</remarks>
internal sealed unsafe class LaneSearch<T, TVector, TSimd> : NearestSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    /// <summary>The most dimensions it is written for.</summary>
    public const int MaxDimensions = 8;

    private const int MaxBlock = 1024;
    private const double WorkPerBlock = 1 << 23;

    private readonly PackedCentroids<T> _centroids;

    public LaneSearch(int clusters, int dimensions)
    {
        _centroids = new PackedCentroids<T>(clusters, dimensions, lanes: 1, columns: 1, roundings: 2 * (dimensions + 2));
        var group = 2 * TSimd.Count;
        BlockSize = (int)Math.Clamp(WorkPerBlock / ((double)clusters * (dimensions + 4)), group, MaxBlock) / group * group;
    }

    public override int BlockSize { get; }

    public override void Prepare(T* centroids, Crew crew) => _centroids.Pack(centroids, crew);

    public override Worker CreateWorker() => new LaneWorker<T, TVector, TSimd>(_centroids, BlockSize);

    public override void Dispose() => _centroids.Dispose();
}
