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
    private const int MostMore = 2;

    private readonly PointTree<T> _tree;
    private readonly PointView<T> _points;
    private readonly T* _weights;
    private readonly int _clusters;
    private readonly ClusterTotals<T>? _totals;
    private readonly Crew _crew;
    private readonly AlignedBuffer<int> _labels;
    private readonly int[] _owners;
    private readonly int _mostPoints;
    private readonly TreeWorker<T>?[] _workers;
    private readonly Dictionary<int, TreeUnit> _known = [];
    private readonly List<TreeUnit> _units = [];
    private int _walks;
    private long _plainPairs;
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
        _labels = new AlignedBuffer<int>(points.Count + LaneJudge<T>.Padding);
        Moves = new CentroidMoves(clusters, points.Dimensions, tree.LeafExtent());
        Bounds = totals is null ? null : new LeafBounds(tree.Nodes.Length, tree.LeafSize);
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

    /// <summary>The centroids, and how they move.</summary>
    public CentroidMoves Moves { get; }

    /// <summary>What is known of the leaves' points; null in a pass that only labels.</summary>
    public LeafBounds? Bounds { get; }

    /// <summary>The label of each place.</summary>
    public int* PlaceLabels => _labels.Pointer;

    /// <summary>The label of each point.</summary>
    public int* PointLabels { get; private set; }

    /// <summary>The one label of each node's points, −1 for none yet; or <see cref="Mixed"/>.</summary>
    public int[] Owners => _owners;

    public override int Run(T* centroids, int* labels, out PassWork work)
    {
        PointLabels = labels;
        if (_isStale)
        {
            Reload(labels);
        }

        var holds = Follow(centroids);
        if (!holds)
        {
            Walk();
        }

        _crew.Run(_units.Count, 1, double.MaxValue, (thread, unit, _) => Visit(_workers[thread] ??= TreeWorker<T>.Of(this), _units[unit], !holds));
        var changed = 0;
        work = new PassWork { PointsSkipped = _points.Count };
        foreach (var worker in _workers)
        {
            if (worker is not null)
            {
                changed += worker.HandIn(ref work);
            }
        }

        if (!holds)
        {
            Weigh(work.ExactDistances);
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
        Moves.Dispose();
        Bounds?.Dispose();
    }

    // Whether what this walk remembers will pay: not if it left many more candidates than a walk that remembers nothing.
    private void Weigh(long pairs)
    {
        if (!Moves.MoveLittle)
        {
            _plainPairs = pairs;
        }
        else if (pairs > MostMore * _plainPairs || _units.Count(unit => !unit.IsComplete) > _units.Count / 2)
        {
            Moves.AllowLess();
        }
    }

    private bool Follow(T* centroids)
    {
        var values = new double[_clusters * _points.Dimensions];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = double.CreateTruncating(centroids[i]);
        }

        return Moves.Follow(values);
    }

    // The upper part of the tree; what hangs below it is work for all threads.
    private void Walk()
    {
        Moves.Walk();
        _walks++;
        _units.Clear();
        var found = new List<(int Node, int[] Candidates)>();
        (_workers[0] ??= TreeWorker<T>.Of(this)).Walk([.. Enumerable.Range(0, _clusters)], _mostPoints, found);
        foreach (var (node, candidates) in found)
        {
            if (!_known.TryGetValue(node, out var unit))
            {
                _known.Add(node, unit = new TreeUnit(node, _tree.Nodes[node].Count));
            }

            unit.Candidates = candidates;
            _units.Add(unit);
        }
    }

    private void Visit(TreeWorker<T> worker, TreeUnit unit, bool walks)
    {
        if (walks && Moves.MoveLittle && Bounds is not null)
        {
            unit.Begin(_walks);
            worker.Walk(unit, records: true);
        }
        else if (unit.IsComplete && unit.Walk == _walks)
        {
            worker.Revisit(unit);
        }
        else
        {
            worker.Walk(unit, records: false);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Reload(int* labels)
    {
        var known = new ReadOnlySpan<int>(labels, _points.Count).IndexOfAnyExcept(-1) >= 0;
        Array.Fill(_owners, known ? Mixed : -1);
        new Span<int>(PlaceLabels, _points.Count).Fill(-1);
        for (var place = 0; known && place < _points.Count; place++)
        {
            _labels.Pointer[place] = labels[_tree.Order[place]];
        }

        _known.Clear();
        _units.Clear();
        Moves.Forget();
        _isStale = false;
    }
}
