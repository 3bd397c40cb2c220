using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>The plain search over <see cref="ShortRows{T}"/> of whole points: each point against every centroid, a lane being a point. Of each point the lowest score, its centroid and the second lowest score are kept.</summary>
/// <remarks>
/// Invariant: a centroid is discarded only if its score is above the winner's by more than both may be off by. A point with one centroid left is settled; the others are scored once more, together, and
/// the judge decides among those not discarded.
/// </remarks>
internal sealed unsafe class ShortSearch<T, TVector, TSimd> : NearestSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const int MostPoints = 1 << 10;
    private const double WorkPerBlock = 1 << 26;

    private readonly ShortRows<T> _rows;
    private readonly ShortCentroids<T> _centroids;

    public ShortSearch(ShortRows<T> rows, int clusters)
    {
        _rows = rows;
        _centroids = new ShortCentroids<T>(rows, CentroidGroups.One(clusters, TSimd.Count), columns: 0);
        var atOnce = ShortLanes<TVector, TSimd>.Points;
        var points = Math.Min(WorkPerBlock / ((double)clusters * rows.Pairs), rows.Count / 64.0);
        BlockSize = (int)Math.Clamp(points, atOnce, MostPoints) / atOnce * atOnce;
    }

    public override int BlockSize { get; }

    public override void Prepare(T* centroids, Crew crew) => _centroids.Pack(centroids, crew);

    public override Worker CreateWorker() => new ShortWorker<T, TVector, TSimd>(_rows, _centroids, BlockSize);

    public override void Dispose() => _centroids.Dispose();
}
