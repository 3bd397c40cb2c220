using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KMeansClustering.Assignment;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <summary>The tree of splits that <see cref="BisectingKMeans"/> makes, and which of its leaves a point belongs to. It outlives training; safe to use from many threads.</summary>
/// <remarks>
/// Nodes are numbered in the order in which they are made: 0 is all points, and the s-th split (from 1) makes nodes 2s − 1 and 2s. So the first 2k − 1 nodes are the tree of k clusters.
/// Its leaves are the clusters, numbered from left to right.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class BisectingTree<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 12;

    private readonly BisectingNode[] _nodes;
    private readonly T[] _centroids;
    private readonly double[] _inertias;
    private readonly int[] _leaves;

    /// <summary>Takes nodes whose clusters are yet to be numbered.</summary>
    internal BisectingTree(BisectingNode[] nodes, T[] centroids, int dimensions, KMeansMetric metric, double[] inertias)
    {
        _nodes = nodes;
        _centroids = centroids;
        _inertias = inertias;
        Dimensions = dimensions;
        _leaves = NumberLeaves(nodes);
        var flat = new T[_leaves.Length * dimensions];
        for (var cluster = 0; cluster < _leaves.Length; cluster++)
        {
            Centroid(_leaves[cluster]).CopyTo(flat.AsSpan(cluster * dimensions));
        }

        Model = new KMeansModel<T>(flat, dimensions, metric);
    }

    /// <summary>The number of leaves, k.</summary>
    public int Clusters => _leaves.Length;

    /// <summary>The number of values in a point, d.</summary>
    public int Dimensions { get; }

    /// <summary>All 2k − 1 nodes, in the order in which they were made.</summary>
    public IReadOnlyList<BisectingNode> Nodes => _nodes.AsReadOnly();

    /// <summary>The node of each cluster: the k leaves from left to right.</summary>
    public ReadOnlySpan<int> Leaves => _leaves;

    /// <summary>The inertia with 1, 2, … k clusters: what was left before the first split and after each. Exact sums over all points, rounded once.</summary>
    public ReadOnlySpan<double> Inertias => _inertias;

    /// <summary>The leaves' centroids as a flat model, which also says how points are compared. It gives a point to the nearest leaf of all, which need not be the one that the tree leads to.</summary>
    public KMeansModel<T> Model { get; }

    /// <summary>The centroid of a node, d values.</summary>
    /// <param name="node">From 0 to 2k − 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public ReadOnlySpan<T> Centroid(int node)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(node);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(node, _nodes.Length);
        return _centroids.AsSpan(node * Dimensions, Dimensions);
    }

    /// <summary>The cluster that the tree leads a point to: from each node to the child whose centroid is nearer, the left one on a tie.</summary>
    /// <param name="point">d finite values.</param>
    /// <exception cref="ArgumentException">Its length is not d, a value is not finite, or so large that squared distances overflow; or it has no direction, and the metric needs one.</exception>
    public int Predict(ReadOnlySpan<T> point)
    {
        Check.Length(point.Length, Dimensions, "one value for each dimension", nameof(point));
        Check.Finite(point, Dimensions);
        fixed (T* x = Model.AsCompared(point, nameof(point)), centroids = _centroids)
        {
            return Descend(x, centroids) is var leaf and >= 0 ? _nodes[leaf].Cluster : throw Check.Overflow(nameof(point));
        }
    }

    /// <summary>The cluster that the tree leads each point to, as <see cref="Predict(ReadOnlySpan{T})"/> says it, on all processors.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="labels">Receives n labels.</param>
    /// <exception cref="ArgumentException">A length does not fit, a value is not finite, or so large that squared distances overflow; or a point has no direction, and the metric needs one.</exception>
    public void Predict(ReadOnlySpan<T> points, Span<int> labels)
    {
        var count = Check.Rows(points, Dimensions);
        Check.Length(labels.Length, count, "a label for each point", nameof(labels));
        using var crew = new Crew();
        fixed (T* data = points, centroids = _centroids)
        fixed (int* label = labels)
        {
            using var rows = MetricRows<T>.Of(Model.Metric, new PointView<T>(data, count, Dimensions), crew, nameof(points));
            var view = rows.View;
            Check.Distances(Survey<T>.Of(view, crew, nameof(points)), _centroids, 1, nameof(points));
            var (tree, destination) = ((nint)centroids, (nint)label);
            crew.Run(count, Math.Max(1, BlockValues / Dimensions), Math.Log2(2 * Clusters) * 2 * Dimensions, (_, first, length) =>
                Label(view, first, length, (T*)tree, (int*)destination));
        }
    }

    /// <summary>The tree of fewer clusters, before the last splits: what a fit of so many gives.</summary>
    /// <param name="clusters">From 1 to <see cref="Clusters"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1 or above <see cref="Clusters"/>.</exception>
    public BisectingTree<T> CutAt(int clusters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, Clusters);
        var nodes = _nodes[..((2 * clusters) - 1)];
        for (var node = 0; node < nodes.Length; node++)
        {
            nodes[node] = nodes[node] with { Left = nodes[node].Left < nodes.Length ? nodes[node].Left : -1 };
        }

        return new BisectingTree<T>(nodes, _centroids[..(nodes.Length * Dimensions)], Dimensions, Model.Metric, _inertias[..clusters]);
    }

    /// <summary>For each cluster, the one that it belongs to in a tree that is this one cut.</summary>
    internal int[] ClustersIn(BisectingTree<T> cut)
    {
        var clusters = new int[Clusters];
        for (var cluster = 0; cluster < clusters.Length; cluster++)
        {
            // A child's number is above its parent's.
            var node = _leaves[cluster];
            while (node >= cut._nodes.Length)
            {
                node = _nodes[node].Parent;
            }

            clusters[cluster] = cut._nodes[node].Cluster;
        }

        return clusters;
    }

    // The leaves from left to right; says of each node which it is.
    private static int[] NumberLeaves(BisectingNode[] nodes)
    {
        var leaves = new List<int>();
        var left = new Stack<int>([0]);
        while (left.TryPop(out var node))
        {
            nodes[node] = nodes[node] with { Cluster = nodes[node].IsLeaf ? leaves.Count : -1 };
            if (nodes[node].IsLeaf)
            {
                leaves.Add(node);
            }
            else
            {
                left.Push(nodes[node].Right);
                left.Push(nodes[node].Left);
            }
        }

        return [.. leaves];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Label(PointView<T> points, int first, int count, T* centroids, int* labels)
    {
        for (var i = first; i < first + count; i++)
        {
            labels[i] = _nodes[Descend(points.Row(i), centroids)].Cluster;
        }
    }

    // The leaf; −1 where a squared distance overflows. The centroids of two children lie side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Descend(T* x, T* centroids)
    {
        var node = 0;
        for (var left = _nodes[0].Left; left >= 0; left = _nodes[node].Left)
        {
            node = left + Judge<T>.Nearest(x, centroids + ((nint)left * Dimensions), 2, Dimensions, out var distance);
            if (!double.IsFinite(distance))
            {
                return -1;
            }
        }

        return node;
    }
}

/// <summary>A cluster that is a leaf of the tree, or was split.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BisectingNode
{
    /// <summary>The node that was split to make this one; −1 for the first, which is all points.</summary>
    public required int Parent { get; init; }

    /// <summary>The left child, cluster 0 of the split; −1 for a leaf.</summary>
    public required int Left { get; init; }

    /// <summary>The right child, cluster 1 of the split: the node after <see cref="Left"/>; −1 for a leaf.</summary>
    public int Right => IsLeaf ? -1 : Left + 1;

    /// <summary>Whether it was not split.</summary>
    public bool IsLeaf => Left < 0;

    /// <summary>The label of its points; −1 if it was split.</summary>
    public int Cluster { get; init; }

    /// <summary>The sum of its points' weights (how many they are, where there are no weights).</summary>
    public required double Weight { get; init; }

    /// <summary>Σ w·‖x − c‖² over its points, c being its centroid; Σ w·(1 − cos) for <see cref="KMeansMetric.Cosine"/>.</summary>
    public required double Inertia { get; init; }
}
