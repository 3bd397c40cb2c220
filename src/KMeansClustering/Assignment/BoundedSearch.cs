using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The search that remembers: <see cref="PointBounds"/> decide which points look at which groups of centroids (Hamerly 2010 with one group, Yinyang of Ding et al. 2015
/// with more); the <see cref="ShortTile{TVector, TSimd}"/>, over the points' <see cref="ShortRows{T}"/>, decides which centroids they look at; the judge decides.
/// </summary>
/// <remarks>
/// Invariant: a centroid is discarded only if its distance is provably above that of a centroid which the judge has measured (or, by the margin of the tile, another score), and a group is passed over only if all
/// in it are. Labels given to it must be those it gave, or the point must be forgotten.
/// </remarks>
internal sealed unsafe class BoundedSearch<T, TVector, TSimd> : NearestSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const int SmallestBlock = 48;
    private const int LargestBlock = 1 << 11;
    private const int BlocksAtLeast = 64;

    private readonly int _clusters;
    private readonly int _dimensions;
    private readonly int _mostGroups;
    private readonly AlignedBuffer<T> _previous;
    private readonly int _count;

    /// <summary>For n points, which are to be the same in every pass.</summary>
    /// <param name="rows">The points' short rows.</param>
    /// <param name="clusters">k.</param>
    /// <param name="groups">The most bounds a point.</param>
    public BoundedSearch(ShortRows<T> rows, int clusters, int groups)
    {
        Rows = rows;
        _count = rows.Count;
        _clusters = clusters;
        _dimensions = rows.Form.Dimensions;
        _mostGroups = groups;
        _previous = new AlignedBuffer<T>((long)clusters * _dimensions);
    }

    /// <summary>The most bounds a point may have: a bit each in a mask.</summary>
    public const int MaxGroups = 64;

    public override int BlockSize => Math.Clamp(_count / BlocksAtLeast, SmallestBlock, LargestBlock);

    public CentroidGroups Groups { get; private set; } = null!;

    public PointBounds Bounds { get; private set; } = null!;

    public ShortCentroids<T> Packed { get; private set; } = null!;

    /// <summary>The points' rows.</summary>
    public ShortRows<T> Rows { get; }

    public int Dimensions => _dimensions;

    public int Clusters => _clusters;

    public override void Prepare(T* centroids, Crew crew)
    {
        if (Groups is null)
        {
            Groups = _mostGroups == 1
                ? CentroidGroups.One(_clusters, TSimd.Count)
                : CentroidGroups.Of(centroids, _clusters, _dimensions, TSimd.Count, Math.Min(_mostGroups, MaxGroups));
            Bounds = new PointBounds(_count, _clusters, Groups.Count, _dimensions, Rows.Form.Scale, typeof(T) == typeof(float) ? 0 : PointBounds.LostOfDoubles);
            Bounds.ForgetAll(crew);
            Packed = new ShortCentroids<T>(Rows, Groups, ShortTile<TVector, TSimd>.MaxColumns);
        }
        else
        {
            Bounds.Move(_previous.Pointer, centroids, _dimensions, Groups, crew);
        }

        var bytes = (nuint)_clusters * (nuint)_dimensions * (nuint)sizeof(T);
        Buffer.MemoryCopy(centroids, _previous.Pointer, bytes, bytes);
        Packed.Pack(centroids, crew);
    }

    public override void Forget(int point) => Bounds?.Forget(point);

    public override Worker CreateWorker() => new BoundedWorker<T, TVector, TSimd>(this);

    public override void Dispose()
    {
        _previous.Dispose();
        Bounds?.Dispose();
        Packed?.Dispose();
    }
}
