using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The search with a lane for each centroid: a block of points, centred while it is copied into the cache, goes through the
/// <see cref="Tile{T, TVector, TSimd}"/> against one panel after another. For each point and lane the lowest score, its centroid
/// and the second lowest score are kept; no n × k matrix is made.
/// </summary>
/// <remarks>
/// Invariant: a centroid is discarded only if its score is above the winner's by more than the <see cref="Margin{T}"/>. A point with one
/// centroid left is settled; for the others the scores are made once more, and the judge decides among those not discarded.
/// </remarks>
internal sealed unsafe class TileSearch<T, TVector, TSimd> : NearestSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private const int TileRows = Tile<T, TVector, TSimd>.Rows;
    private const int MaxTiles = 16;
    private const double WorkPerBlock = 1 << 25;

    // A block, its packed copy and the block that is fetched meanwhile share the second cache with a panel and the sums.
    private const double MaxBlockBytes = 1 << 15;

    private readonly PackedCentroids<T> _centroids;

    public TileSearch(int clusters, int dimensions)
    {
        _centroids = new PackedCentroids<T>(
            clusters, dimensions, TSimd.Count, Tile<T, TVector, TSimd>.MaxColumns, Tile<T, TVector, TSimd>.Roundings(dimensions));
        var tiles = Math.Min(WorkPerBlock / clusters, MaxBlockBytes / sizeof(T)) / ((double)TileRows * dimensions);
        BlockSize = TileRows * (int)Math.Clamp(tiles, 1, MaxTiles);
    }

    public override int BlockSize { get; }

    public override void Prepare(T* centroids, Crew crew) => _centroids.Pack(centroids, crew);

    public override Worker CreateWorker() => new TileWorker<T, TVector, TSimd>(_centroids, BlockSize);

    public override void Dispose() => _centroids.Dispose();
}
