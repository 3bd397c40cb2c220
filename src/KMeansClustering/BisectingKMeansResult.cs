using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeansClustering;

/// <summary>What one fit of <see cref="BisectingKMeans"/> found.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class BisectingKMeansResult<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _labels;

    internal BisectingKMeansResult(BisectingTree<T> tree, int[] labels)
    {
        Tree = tree;
        _labels = labels;
    }

    /// <summary>The tree of splits, whose leaves are the clusters. It does not keep this result alive.</summary>
    public BisectingTree<T> Tree { get; }

    /// <summary>The leaves' centroids. As a model it gives each point to the nearest of all of them; the labels are the tree's.</summary>
    public KMeansModel<T> Model => Tree.Model;

    /// <summary>Each point's cluster, from 0 to k − 1; always what <see cref="BisectingTree{T}.Predict(ReadOnlySpan{T}, Span{int})"/> says of the same points.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Σ w·‖x − c‖² over all points, each with its own cluster's centroid: in squared units of the data. Σ w·(1 − cos) for <see cref="KMeansMetric.Cosine"/>.</summary>
    public double Inertia => Tree.Inertias[^1];

    /// <summary>The result before the last splits: what a fit of fewer clusters with the same options gives.</summary>
    /// <param name="clusters">From 1 to as many as there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1 or above the number of clusters.</exception>
    public BisectingKMeansResult<T> CutAt(int clusters)
    {
        var tree = Tree.CutAt(clusters);
        return new BisectingKMeansResult<T>(tree, Relabelled(_labels, Tree.ClustersIn(tree)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int[] Relabelled(int[] labels, int[] clusters)
    {
        var relabelled = GC.AllocateUninitializedArray<int>(labels.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            relabelled[i] = clusters[labels[i]];
        }

        return relabelled;
    }
}
