using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Seeding;
using KMeansClustering.Trees;

namespace KMeansClustering.Fitting;

/// <summary>
/// What is made of the points so that later passes need not read them all: a tree for few dimensions, rows of 16 bits for more, of sketches where there are many, or nothing. <see cref="KMeansAlgorithm.Auto"/> makes what a
/// look at the points says will pay, where there is memory for it; an algorithm that was asked for by name gets what it needs.
/// </summary>
internal sealed unsafe class PointFilters<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Fewer multiplications in a pass than these are not worth any preparation.</summary>
    public const double LeastWork = 1 << 21;

    /// <summary>Two centroids have a pass of their own in so many dimensions, which needs nothing made; in fewer, plain passes over rows of 16 bits are as fast.</summary>
    public const int LeastPairDimensions = 64;

    // A tree takes longer to make than a fit of so few clusters.
    private const int Pair = 2;

    // Boxes of more dimensions hold little but corners.
    private const int MostTreeDimensions = 8;
    private const int LeastTreePoints = 1 << 12;
    private const int SmallestLeaf = 32;
    private const int LargestLeaf = 256;
    private const int LeavesPerCluster = 4;

    // A place in a list costs a leaf's point about so many times what a lane of the plain pass does.
    private const double TreeCost = 5;

    // Up to so many, 16-bit rows hold all values of a point; beyond, its sketch, where that pays.
    private const int MostWholeDimensions = 256;
    private const int LeastSketchDimensions = 129;
    private const double LeastSketchValues = 1 << 22;

    // A tree costs about as much as a plain pass with so many clusters, sketches of half the dimensions as one with so many.
    private const int LeastTreeClusters = 2048;
    private const int MostTreeDimensionsOfOnePass = 4;
    private const int LeastSketchClusters = 1024;

    private readonly PointView<T> _points;
    private readonly Crew _crew;
    private SketchBasis<T>? _basis;
    private ShortRows<T>? _rows;
    private bool _hasRows;

    private PointFilters(PointView<T> points, Crew crew, MemoryBudget budget)
    {
        _points = points;
        _crew = crew;
        Budget = budget;
    }

    /// <summary>What may go to memory that only saves time.</summary>
    public MemoryBudget Budget { get; }

    /// <summary>The tree, or null.</summary>
    public PointTree<T>? Tree { get; private set; }

    /// <summary>The points' short rows, made when first asked for, or null: whole points or their sketches.</summary>
    public ShortRows<T>? Rows => _hasRows ? _rows ??= new ShortRows<T>(_points, _basis, _crew) : null;

    /// <summary>Those of them that seeding can do with, whose candidates are points and not means, or null.</summary>
    public ShortRows<T>? SeedingRows => _basis is null or { HoldsNearlyAll: true } ? Rows : null;

    /// <summary>What a fit by an algorithm needs.</summary>
    public static PointFilters<T> For(KMeansAlgorithm algorithm, PointView<T> points, int clusters, Crew crew, MemoryBudget budget)
    {
        var filters = new PointFilters<T>(points, crew, budget);
        var work = (double)points.Count * clusters * points.Dimensions;
        switch (work > 0 ? algorithm : KMeansAlgorithm.Lloyd)
        {
            case KMeansAlgorithm.KdTree:
                filters.MakeTree(clusters);
                break;
            case KMeansAlgorithm.Sketch:
                filters.MakeBasis();
                break;
            case KMeansAlgorithm.Hamerly when clusters <= Pair:
                break;
            case KMeansAlgorithm.Hamerly or KMeansAlgorithm.Yinyang:
                filters.MakeRows();
                break;
            case KMeansAlgorithm.Auto when work >= LeastWork:
                filters.TryTree(clusters);
                filters.TryRows(clusters);
                break;
            default:
                break;
        }

        return filters;
    }

    /// <summary>What a single pass over many points needs: only what pays for itself at once.</summary>
    public static PointFilters<T> ForOnePass(PointView<T> points, int clusters, Crew crew, MemoryBudget budget)
    {
        var filters = new PointFilters<T>(points, crew, budget);
        if (clusters >= LeastTreeClusters && points.Dimensions <= MostTreeDimensionsOfOnePass)
        {
            filters.TryTree(clusters);
        }
        else if (clusters >= LeastSketchClusters && points.Dimensions >= 2 * LeastSketchDimensions)
        {
            filters.TryBasis();
        }

        return filters;
    }

    public void Dispose()
    {
        Tree?.Dispose();
        _rows?.Dispose();
        _basis?.Dispose();
    }

    private int LeafSize(int clusters) => Math.Clamp(_points.Count / (LeavesPerCluster * clusters), SmallestLeaf, LargestLeaf);

    private void MakeTree(int clusters) => Tree = new PointTree<T>(_points, LeafSize(clusters), _crew);

    // Kept if leaves are small beside the clusters: if few of as many points, spread over the tree as centroids, remain at a leaf.
    private void TryTree(int clusters)
    {
        if (clusters <= Pair || _points.Dimensions > MostTreeDimensions || _points.Count < LeastTreePoints
            || !Budget.Holds(PointTree<T>.Bytes(_points.Count, _points.Dimensions, LeafSize(clusters))))
        {
            return;
        }

        MakeTree(clusters);
        if (TreeProbe.Remaining(Tree!, clusters) * TreeCost > clusters)
        {
            Tree!.Dispose();
            Tree = null;
        }
    }

    private void MakeBasis()
    {
        _basis = new SketchBasis<T>(_points, Math.Min(SketchBasis<T>.MaxWidth, _points.Dimensions), _crew);
        _hasRows = true;
    }

    // Whole points or, where those are too long, sketches, whether they pay or not.
    private void MakeRows()
    {
        if (_points.Dimensions > MostWholeDimensions)
        {
            MakeBasis();
        }

        _hasRows = true;
    }

    // The lane tile is as good where there are few dimensions.
    private void TryRows(int clusters)
    {
        if (clusters <= Pair && _points.Dimensions >= LeastPairDimensions)
        {
            return;
        }

        TryBasis();
        _hasRows |= _points.Dimensions is > MostTreeDimensions and <= MostWholeDimensions
            && Budget.Holds(ShortRows<T>.Bytes(_points.Count, _points.Dimensions) + Reach<T>.BytesBesideRows(_points.Count));
    }

    // Kept if the directions hold most of what the points vary.
    private void TryBasis()
    {
        if (_points.Dimensions < LeastSketchDimensions || (double)_points.Count * _points.Dimensions < LeastSketchValues
            || !Budget.Holds((double)_points.Count * Passes.BytesPerPoint))
        {
            return;
        }

        MakeBasis();
        if (!_basis!.Pays)
        {
            _basis.Dispose();
            _basis = null;
            _hasRows = false;
        }
    }
}
