using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Bisecting;

/// <summary>The tree while it grows: its nodes in the order in which they are made, and the exact inertia of the leaves.</summary>
internal sealed class GrowingTree<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The node of all points.</summary>
    public const int Root = 0;

    private readonly int _dimensions;
    private readonly KMeansMetric _metric;
    private readonly List<BisectingNode> _nodes = [];
    private readonly List<double> _inertias = [];
    private readonly ExactSum _total = new();

    // What each leaf adds to the total; null for a node that was split.
    private readonly List<ExactSum?> _sums = [];
    private T[] _centroids;

    /// <summary>A tree without nodes, for at most so many clusters.</summary>
    public GrowingTree(int clusters, int dimensions, KMeansMetric metric)
    {
        _dimensions = dimensions;
        _metric = metric;
        _centroids = new T[checked(((2 * clusters) - 1) * dimensions)];
    }

    /// <summary>How many leaves.</summary>
    public int Clusters => _inertias.Count;

    /// <summary>The inertia of all leaves.</summary>
    public double TotalInertia => _inertias[^1];

    public double Inertia(int node) => _nodes[node].Inertia;

    public double Weight(int node) => _nodes[node].Weight;

    /// <summary>The first node, from a fit of one cluster.</summary>
    public void AddRoot(KMeansResult<T> fit)
    {
        Add(-1, fit, 0);
        _inertias.Add(InertiaPass<T>.Of(_total, _metric));
    }

    /// <summary>Two nodes below a leaf, from a fit of two clusters; gives the number of the left one.</summary>
    public int Split(int node, KMeansResult<T> fit)
    {
        var left = _nodes.Count;
        _total.Subtract(_sums[node]!);
        _sums[node] = null;
        _nodes[node] = _nodes[node] with { Left = left };
        Add(node, fit, 0);
        Add(node, fit, 1);
        _inertias.Add(InertiaPass<T>.Of(_total, _metric));
        return left;
    }

    /// <summary>The tree as it is now.</summary>
    public BisectingTree<T> Finish()
    {
        Array.Resize(ref _centroids, _nodes.Count * _dimensions);
        return new BisectingTree<T>([.. _nodes], _centroids, _dimensions, _metric, [.. _inertias]);
    }

    private void Add(int parent, KMeansResult<T> fit, int cluster)
    {
        var inertia = fit.Inertias[cluster];
        fit.Model.Centroid(cluster).CopyTo(_centroids.AsSpan(_nodes.Count * _dimensions));
        _total.Add(inertia);
        _sums.Add(inertia);
        _nodes.Add(new BisectingNode { Parent = parent, Left = -1, Weight = fit.ClusterWeights[cluster], Inertia = InertiaPass<T>.Of(inertia, _metric) });
    }
}
