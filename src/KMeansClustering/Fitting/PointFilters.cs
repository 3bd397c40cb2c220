using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Trees;

namespace KMeansClustering.Fitting;

/// <summary>
/// What is made of the points so that later passes need not read them all: a tree for few dimensions, the directions for sketches for many, or nothing. <see cref="KMeansAlgorithm.Auto"/> makes what a
/// look at the points says will pay.
/// </summary>
internal sealed unsafe class PointFilters<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Fewer multiplications in a pass than these are not worth any preparation.</summary>
    public const double LeastWork = 1 << 21;

    // Boxes of more dimensions hold little but corners.
    private const int MostTreeDimensions = 8;
    private const int LeastTreePoints = 1 << 12;
    private const int SmallestLeaf = 32;
    private const int LargestLeaf = 256;
    private const int LeavesPerCluster = 4;

    // A place in a list costs a leaf's point about so many times what a lane of the plain pass does.
    private const double TreeCost = 5;

    private const int LeastSketchDimensions = 129;
    private const double LeastSketchValues = 1 << 22;

    // A tree costs about as much as a plain pass with so many clusters, sketches of half the dimensions as one with so many.
    private const int LeastTreeClusters = 2048;
    private const int MostTreeDimensionsOfOnePass = 4;
    private const int LeastSketchClusters = 1024;

    // Up to so many, seeding takes all values of a point in 16 bits; beyond, its sketch.
    private const int MostShortDimensions = 512;

    private readonly PointView<T> _points;
    private readonly Crew _crew;
    private Sketch<T>? _sketch;
    private bool _mayTryBasis;

    private PointFilters(PointView<T> points, Crew crew)
    {
        _points = points;
        _crew = crew;
    }

    /// <summary>The tree, or null.</summary>
    public PointTree<T>? Tree { get; private set; }

    /// <summary>The directions for sketches, or null.</summary>
    public SketchBasis<T>? Basis { get; private set; }

    /// <summary>The directions by which seeding reduces the points, or null.</summary>
    public SketchBasis<T>? SeedingBasis => _points.Dimensions > MostShortDimensions && Basis is { HoldsNearlyAll: true } ? Basis : null;

    /// <summary>Whether sketches may pay once there have been some iterations: they are made, or can still be tried.</summary>
    public bool MaySketch => Basis is not null || _mayTryBasis;

    /// <summary>The sketches, made when first asked for; null without a basis.</summary>
    public Sketch<T>? Sketch => Basis is null ? null : _sketch ??= new Sketch<T>(_points, Basis, SketchLength, _crew);

    private int SketchLength { get; set; }

    /// <summary>What a fit by an algorithm needs.</summary>
    public static PointFilters<T> For(KMeansAlgorithm algorithm, PointView<T> points, int clusters, Crew crew)
    {
        var filters = new PointFilters<T>(points, crew);
        var work = (double)points.Count * clusters * points.Dimensions;
        switch (algorithm)
        {
            case KMeansAlgorithm.KdTree:
                filters.MakeTree(clusters);
                break;
            case KMeansAlgorithm.Sketch:
                filters.MakeBasis(SketchBasis<T>.MaxWidth);
                break;
            case KMeansAlgorithm.Auto when work >= LeastWork && points.Dimensions <= MostTreeDimensions && points.Count >= LeastTreePoints:
                filters.TryTree(clusters);
                break;
            case KMeansAlgorithm.Auto when work >= LeastWork && points.Dimensions >= LeastSketchDimensions && (double)points.Count * points.Dimensions >= LeastSketchValues:
                filters._mayTryBasis = true;
                if (points.Dimensions > MostShortDimensions)
                {
                    filters.TryBasis();
                }

                break;
            default:
                break;
        }

        return filters;
    }

    /// <summary>What a single pass over many points needs: only what pays for itself at once.</summary>
    public static PointFilters<T> ForOnePass(PointView<T> points, int clusters, Crew crew)
    {
        var filters = new PointFilters<T>(points, crew);
        if (clusters >= LeastTreeClusters && points.Dimensions <= MostTreeDimensionsOfOnePass && points.Count >= LeastTreePoints)
        {
            filters.TryTree(clusters);
        }
        else if (clusters >= LeastSketchClusters && points.Dimensions >= 2 * LeastSketchDimensions && (double)points.Count * points.Dimensions >= LeastSketchValues)
        {
            filters.TryBasis();
        }

        return filters;
    }

    /// <summary>Makes the directions, if they pay and have not been tried: gives whether there are any.</summary>
    public bool TrySketch()
    {
        if (Basis is null && _mayTryBasis)
        {
            TryBasis();
        }

        return Basis is not null;
    }

    /// <summary>Frees the sketches until they are asked for again: seeding needs the memory for its own rows.</summary>
    public void FreeSketch()
    {
        _sketch?.Dispose();
        _sketch = null;
    }

    public void Dispose()
    {
        Tree?.Dispose();
        FreeSketch();
        Basis?.Dispose();
    }

    private void MakeTree(int clusters) =>
        Tree = new PointTree<T>(_points, Math.Clamp(_points.Count / (LeavesPerCluster * clusters), SmallestLeaf, LargestLeaf), _crew);

    // Kept if leaves are small beside the clusters: if few of as many points, spread over the tree as centroids, remain at a leaf.
    private void TryTree(int clusters)
    {
        MakeTree(clusters);
        if (TreeProbe.Remaining(Tree!, clusters) * TreeCost > clusters)
        {
            Tree!.Dispose();
            Tree = null;
        }
    }

    private void MakeBasis(int width)
    {
        Basis = new SketchBasis<T>(_points, Math.Min(width, _points.Dimensions), _crew);
        SketchLength = Basis.BestWidth + 1;
    }

    // Kept if the directions hold most of what the points vary.
    private void TryBasis()
    {
        _mayTryBasis = false;
        MakeBasis(SketchBasis<T>.MaxWidth);
        if (!Basis!.Pays)
        {
            Basis.Dispose();
            Basis = null;
        }
    }
}
