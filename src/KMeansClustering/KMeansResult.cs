using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <summary>What one fit found.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class KMeansResult<T>
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _labels;
    private readonly double[] _clusterWeights;

    internal KMeansResult(KMeansModel<T> model, int[] labels, double[] clusterWeights, ExactSum[] inertias)
    {
        Model = model;
        _labels = labels;
        _clusterWeights = clusterWeights;
        Inertias = inertias;
    }

    /// <summary>The centroids, and what can be asked of them. It does not keep this result alive.</summary>
    public KMeansModel<T> Model { get; }

    /// <summary>Each point's cluster, from 0 to k − 1; always what <see cref="KMeansModel{T}.Predict(ReadOnlySpan{T}, Span{int})"/> says of the same points.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The labels themselves.</summary>
    internal int[] LabelArray => _labels;

    /// <summary>
    /// Σ w·‖x − c‖² over all points, each with its own cluster's centroid: in squared units of the data. Lower is tighter. For <see cref="KMeansMetric.Cosine"/> Σ w·(1 − cos), summed as
    /// Σ w·½‖x − c‖² over the directions as rounded to T, which leaves each ‖x − c‖ right to 2⁻²⁰ for <see cref="float"/>, to (d + 8)·2⁻⁵² for <see cref="double"/>.
    /// </summary>
    public required double Inertia { get; init; }

    /// <summary>Σ w·d² of each of at most two clusters, exact; of more, the sum over all. Of this process's points.</summary>
    internal ExactSum[] Inertias { get; }

    /// <summary>How many iterations were run, counted as scikit-learn counts them.</summary>
    public required int Iterations { get; init; }

    /// <summary>Why the fit stopped.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>Whether the fit stopped by itself, before <see cref="KMeansOptions.MaxIterations"/>.</summary>
    public bool Converged => StopReason != StopReason.MaxIterations;

    /// <summary>The sum of weights in each cluster (of points, where there are no weights).</summary>
    public ReadOnlySpan<double> ClusterWeights => _clusterWeights;

    /// <summary>How many clusters have no point of positive weight: more than 0 where there are fewer distinct points than clusters.</summary>
    public required int EmptyClusterCount { get; init; }

    /// <summary>How many times an empty cluster was moved to a far point, over all iterations.</summary>
    public required int Relocations { get; init; }

    /// <summary>The algorithm that ran: what <see cref="KMeansAlgorithm.Auto"/> chose.</summary>
    public required KMeansAlgorithm Algorithm { get; init; }

    /// <summary>One entry for each iteration.</summary>
    public required IReadOnlyList<KMeansIteration> History { get; init; }
}

/// <summary>Why a fit stopped.</summary>
public enum StopReason
{
    /// <summary>No point changed its cluster: a fixed point of Lloyd's algorithm.</summary>
    LabelsUnchanged,

    /// <summary>The centroids moved no more than the tolerance allows.</summary>
    CentroidsSettled,

    /// <summary><see cref="KMeansOptions.MaxIterations"/> (or <see cref="MiniBatchKMeansOptions.MaxEpochs"/>) was reached first.</summary>
    MaxIterations,

    /// <summary>The smoothed inertia of mini-batches did not fall for <see cref="MiniBatchKMeansOptions.MaxNoImprovement"/> batches. Of <see cref="MiniBatchKMeans{T}"/> only.</summary>
    NoImprovement,
}
