using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Metrics;

namespace KMeansClustering;

/// <content>Points against the means of their clusters.</content>
public static unsafe partial class ClusteringMetrics
{
    /// <summary>
    /// The Davies–Bouldin index: for each cluster its likeness to the cluster most like it, (s_i + s_j)/‖m_i − m_j‖ with s the mean Euclidean distance of a cluster's points from its mean m; the mean over the clusters. Lower is better.
    /// 0 where all points are at their cluster's mean, or all means are one. Time O(n·d + k²·d). Davies and Bouldin, "A cluster separation measure", 1979.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels, 2 to n − 1 different ones.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <returns>0 or more.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, there is one label only or one for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double DaviesBouldin<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> weights = default,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Of(points, dimensions, labels, default, weights, 2, maxDegreeOfParallelism, (clustering, scale, crew) =>
        {
            using var dispersion = Dispersion<T>.Of(clustering, scale, crew);
            return dispersion.MeanSimilarity();
        }, cancellationToken);

    /// <summary>
    /// The Caliński–Harabasz index, or variance ratio: (Σ n_j‖m_j − m‖²/(k − 1)) / (Σ‖x − m_j‖²/(n − k)), m_j the mean of cluster j with n_j points, m that of all. Higher is better.
    /// 1 where all points are at their cluster's mean. Time O(n·d). Caliński and Harabasz, "A dendrite method for cluster analysis", 1974.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels, 2 to n − 1 different ones.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <returns>0 or more.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0 or they sum to no more than the number of clusters, there is one label only or one for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double CalinskiHarabasz<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> weights = default,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Of(points, dimensions, labels, default, weights, 2, maxDegreeOfParallelism, (clustering, scale, crew) =>
        {
            Check.TotalWeight(clustering.Total, clustering.Count, nameof(weights));
            using var dispersion = Dispersion<T>.Of(clustering, scale, crew);
            return dispersion.VarianceRatio();
        }, cancellationToken);

    /// <summary>
    /// The Bayesian information criterion of k-means as Pelleg and Moore have it: the log-likelihood of the points, less p/2·ln n for p free parameters. Each cluster is a normal distribution around its mean, all with one
    /// variance σ² in all directions, and the clusters' shares are those of the points: l = Σ n_j·ln(n_j/n) − n·d/2·ln(2πσ²) − d(n − k)/2, σ² = Σ‖x − m_j‖²/(d(n − k)), p = k(d + 1).
    /// Higher is better. Time O(n·d). Pelleg and Moore, "X-means: extending k-means with efficient estimation of the number of clusters", 2000 (docs/algorithms.md says where the formula there is another).
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels, 1 to n − 1 different ones.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <returns>Any number; positive infinity where all points are at their cluster's mean (σ² = 0).</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0 or they sum to no more than the number of clusters, there is a label for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double Bic<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> weights = default,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Of(points, dimensions, labels, default, weights, 1, maxDegreeOfParallelism, (clustering, scale, crew) =>
        {
            Check.TotalWeight(clustering.Total, clustering.Count, nameof(weights));
            using var dispersion = Dispersion<T>.Of(clustering, scale, crew);
            return dispersion.InformationCriterion();
        }, cancellationToken);
}
