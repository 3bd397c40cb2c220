using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Metrics;
using KMeansClustering.Numerics;

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
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <returns>0 or more.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, there is one label only or one for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double DaviesBouldin<T>(
        ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<int> labels, int maxDegreeOfParallelism = -1, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        OfDispersion(points, dimensions, labels, maxDegreeOfParallelism, dispersion => dispersion.MeanSimilarity(), cancellationToken);

    /// <summary>
    /// The Caliński–Harabasz index, or variance ratio: (Σ n_j‖m_j − m‖²/(k − 1)) / (Σ‖x − m_j‖²/(n − k)), m_j the mean of cluster j with n_j points, m that of all. Higher is better.
    /// 1 where all points are at their cluster's mean. Time O(n·d). Caliński and Harabasz, "A dendrite method for cluster analysis", 1974.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels, 2 to n − 1 different ones.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <returns>0 or more.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, there is one label only or one for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double CalinskiHarabasz<T>(
        ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<int> labels, int maxDegreeOfParallelism = -1, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        OfDispersion(points, dimensions, labels, maxDegreeOfParallelism, dispersion => dispersion.VarianceRatio(), cancellationToken);

    private static double OfDispersion<T>(
        ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<int> labels, int maxDegreeOfParallelism, Func<Dispersion<T>, double> index, CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = CheckShape(points, dimensions, labels, maxDegreeOfParallelism);
        var labelling = CheckedLabels(labels);
        using var crew = new Crew(maxDegreeOfParallelism, cancellationToken);
        fixed (T* data = points)
        {
            var view = new PointView<T>(data, count, dimensions);
            var survey = Survey<T>.Of(view, crew, nameof(points));
            Check.Distances(survey, default, 1, nameof(points));
            using var dispersion = new Dispersion<T>(view, survey, labelling, crew);
            return index(dispersion);
        }
    }
}
