using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The search that remembers: <see cref="PointBounds{T}"/> decide which points look at which groups of centroids (Hamerly 2010 with one group, Yinyang of Ding et al. 2015
/// with more); the <see cref="Tile{T, TVector, TSimd}"/>, over the points or over their sketches, decides which centroids they look at; the judge decides.
/// </summary>
/// <remarks>
/// Invariant: a centroid is discarded only if its distance is provably above that of a centroid which the judge has measured (or, by the margin of the tile, another score), and a group is passed over only if all
/// in it are. Labels given to it must be those it gave, or the point must be forgotten.
/// </remarks>
internal sealed unsafe class BoundedSearch<T, TVector, TSimd> : NearestSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private const int SmallestBlock = 48;
    private const int LargestBlock = 1 << 11;
    private const int BlocksAtLeast = 64;

    private readonly int _clusters;
    private readonly int _dimensions;
    private readonly Sketch<T>? _sketch;
    private readonly int _mostGroups;
    private readonly AlignedBuffer<T> _previous;
    private readonly AlignedBuffer<T>? _sketches;
    private readonly RowPacker<T, TVector, TSimd>? _rows;
    private readonly T[] _norms;
    private readonly int _count;

    /// <summary>For n points, which are to be the same in every pass.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="clusters">k.</param>
    /// <param name="groups">The most bounds a point.</param>
    /// <param name="sketch">The points' sketches, or null for the points as they are.</param>
    public BoundedSearch(PointView<T> points, int clusters, int groups, Sketch<T>? sketch)
    {
        _count = points.Count;
        _clusters = clusters;
        _dimensions = points.Dimensions;
        _mostGroups = groups;
        _sketch = sketch;
        _previous = new AlignedBuffer<T>(((long)clusters * _dimensions) + TSimd.Count);
        _rows = sketch is null ? new RowPacker<T, TVector, TSimd>(_dimensions, clusters) : null;
        _norms = new T[clusters];
        _sketches = sketch is null ? null : new AlignedBuffer<T>((long)clusters * sketch.Length);
    }

    /// <summary>The most bounds a point may have: a bit each in a mask.</summary>
    public const int MaxGroups = 64;

    public override int BlockSize => Math.Clamp(_count / BlocksAtLeast, SmallestBlock, LargestBlock);

    public CentroidGroups Groups { get; private set; } = null!;

    public PointBounds<T> Bounds { get; private set; } = null!;

    public PackedCentroids<T> Packed { get; private set; } = null!;

    /// <summary>The centroids as they are: what the judge sees.</summary>
    public T* Centroids { get; private set; }

    public Sketch<T>? Sketch => _sketch;

    public int Dimensions => _dimensions;

    public int Clusters => _clusters;

    /// <summary>σ of the packed rows, in units of the data: a distance there is this many times the real one.</summary>
    public double UnitScale { get; private set; }

    public override void Prepare(T* centroids, Crew crew)
    {
        var values = (nuint)_clusters * (nuint)_dimensions;
        Centroids = centroids;
        if (Groups is null)
        {
            Groups = _mostGroups == 1
                ? CentroidGroups.One(_clusters, TSimd.Count)
                : CentroidGroups.Of(centroids, _clusters, _dimensions, TSimd.Count, Math.Min(_mostGroups, MaxGroups));
            Bounds = new PointBounds<T>(_count, _clusters, Groups.Count, _dimensions);
            Bounds.ForgetAll(crew);
            var length = _sketch?.Length ?? _dimensions;
            Packed = new PackedCentroids<T>(
                Groups, length, Tile<T, TVector, TSimd>.MaxColumns, Tile<T, TVector, TSimd>.Roundings(length), _sketch, _dimensions);
        }
        else
        {
            Bounds.Move(_previous.Pointer, centroids, _dimensions, Groups, crew);
        }

        Buffer.MemoryCopy(centroids, _previous.Pointer, values * (nuint)sizeof(T), values * (nuint)sizeof(T));
        if (_sketch is null)
        {
            Packed.Pack(centroids, crew);
            PackRows(crew);
        }
        else
        {
            _sketch.Project(new PointView<T>(centroids, _clusters, _dimensions), _sketches!.Pointer, crew);
            Packed.Pack(_sketches.Pointer, crew);
        }

        UnitScale = double.CreateTruncating(Packed.Scale) * (_sketch?.Scale ?? 1);
    }

    /// <summary>A centroid packed as the points are; null with sketches.</summary>
    public T* PackedRow(int centroid) => _rows is null ? null : _rows.Row(centroid);

    /// <summary>Its norm b².</summary>
    public T NormOf(int centroid) => _norms[centroid];

    public override void Forget(int point) => Bounds?.Forget(point);

    public override Worker CreateWorker() => new BoundedWorker<T, TVector, TSimd>(this);

    public override void Dispose()
    {
        _previous.Dispose();
        _rows?.Dispose();
        _sketches?.Dispose();
        Bounds?.Dispose();
        Packed?.Dispose();
    }

    private void PackRows(Crew crew)
    {
        _rows!.Centre(Packed.Mean, Packed.Scale);

        // The copy may be read past its last row, as if there were more.
        var rows = new PointView<T>(_previous.Pointer, _clusters + TSimd.Count, _dimensions);
        crew.Run(_clusters, 16, _dimensions, (_, first, count) =>
        {
            for (var j = first; j < first + count; j++)
            {
                _norms[j] = _rows.PackOne(rows, j, j, null).Norm;
            }
        });
    }
}
