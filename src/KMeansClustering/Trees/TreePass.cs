using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>
/// The pass that goes down a tree (Pelleg and Moore 1999; the filtering algorithm of Kanungo et al. 2002): a node keeps the centroids that may be nearest to some point of its box; one alone takes
/// the node whole, and a leaf's points are measured against those that are left.
/// </summary>
/// <remarks>
/// Invariant: a centroid is dropped only if at every place of the box another is nearer by more than the judge's error, so each point's judge would drop it too. A node whose owner is not
/// <see cref="Mixed"/> has that label for all its points, and its descendants' owners mean nothing until it hands its own down.
/// </remarks>
internal sealed unsafe class TreePass<T> : AssignmentPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The owner of a node whose points have several labels.</summary>
    public const int Mixed = -2;

    private const int UnitsPerThread = 32;
    private const int MinUnit = 512;

    private readonly PointTree<T> _tree;
    private readonly PointView<T> _points;
    private readonly T* _weights;
    private readonly int _clusters;
    private readonly ClusterTotals<T>? _totals;
    private readonly Crew _crew;
    private readonly AlignedBuffer<int> _labels;
    private readonly AlignedBuffer<double> _centroids;
    private readonly int[] _owners;
    private readonly int _mostPoints;
    private readonly TreeWorker<T>?[] _workers;
    private readonly List<(int Node, int[] Candidates)> _units = [];
    private bool _isStale = true;

    /// <summary>Prepares passes.</summary>
    /// <param name="tree">The points' tree.</param>
    /// <param name="points">n × d.</param>
    /// <param name="weights">n weights, or null.</param>
    /// <param name="clusters">k.</param>
    /// <param name="totals">The clusters' sums; null for a pass that only labels.</param>
    /// <param name="crew">The threads.</param>
    public TreePass(PointTree<T> tree, PointView<T> points, T* weights, int clusters, ClusterTotals<T>? totals, Crew crew)
    {
        Sums = totals is null ? null : new TreeSums<T>(tree, weights, totals.Scale, crew);
        _tree = tree;
        _points = points;
        _weights = weights;
        _clusters = clusters;
        _totals = totals;
        _crew = crew;
        _labels = new AlignedBuffer<int>(points.Count);
        _centroids = new AlignedBuffer<double>((long)clusters * points.Dimensions);
        _owners = new int[tree.Nodes.Length];
        _mostPoints = Math.Max(MinUnit, points.Count / (UnitsPerThread * crew.Size));
        _workers = new TreeWorker<T>?[crew.Size];
    }

    public override KMeansAlgorithm Algorithm => KMeansAlgorithm.KdTree;

    public PointTree<T> Tree => _tree;

    public T* Weights => _weights;

    public ClusterTotals<T>? Totals => _totals;

    /// <summary>The nodes' sums; null in a pass that only labels.</summary>
    public TreeSums<T>? Sums { get; }

    public int Clusters => _clusters;

    /// <summary>The centroids in double.</summary>
    public double* Centroids => _centroids.Pointer;

    /// <summary>The label of each place.</summary>
    public int* PlaceLabels => _labels.Pointer;

    /// <summary>The label of each point.</summary>
    public int* PointLabels { get; private set; }

    /// <summary>The one label of each node's points, −1 for none yet; or <see cref="Mixed"/>.</summary>
    public int[] Owners => _owners;

    public override int Run(T* centroids, int* labels, out PassWork work)
    {
        PointLabels = labels;
        for (var i = 0L; i < _centroids.Length; i++)
        {
            _centroids.Pointer[i] = double.CreateTruncating(centroids[i]);
        }

        if (_isStale)
        {
            Reload(labels);
        }

        // The upper part of the tree first; what hangs below it is work for all threads.
        _units.Clear();
        var main = _workers[0] ??= TreeWorker<T>.Of(this);
        main.Visit(0, [.. Enumerable.Range(0, _clusters)], _mostPoints, _units);
        _crew.Run(_units.Count, 1, double.MaxValue, (thread, unit, _) =>
            (_workers[thread] ??= TreeWorker<T>.Of(this)).Visit(_units[unit].Node, _units[unit].Candidates, 0, _units));
        var changed = 0;
        work = default;
        foreach (var worker in _workers)
        {
            if (worker is not null)
            {
                changed += worker.HandIn(ref work);
            }
        }

        _totals?.Share();
        return changed;
    }

    public override void Forget(int point) => _isStale = true;

    public override void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker?.Dispose();
        }

        Sums?.Dispose();
        _labels.Dispose();
        _centroids.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Reload(int* labels)
    {
        var none = true;
        for (var place = 0; place < _points.Count; place++)
        {
            _labels.Pointer[place] = labels[_tree.Order[place]];
            none &= _labels.Pointer[place] < 0;
        }

        Array.Fill(_owners, none ? -1 : Mixed);
        _isStale = false;
    }
}
