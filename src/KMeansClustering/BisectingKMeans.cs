using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Bisecting;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <summary>
/// Bisecting k-means (Steinbach, Karypis and Kumar, "A comparison of document clustering techniques", 2000): all points are one cluster at first; then, again and again, one cluster is split in two
/// by k-means, until there are k. It gives a tree of clusters, of which every smaller number is a cut; for many clusters it takes less time than k-means, for a higher inertia.
/// </summary>
/// <remarks>
/// Each split is what <see cref="KMeans"/> finds for two clusters of the points of the one that is split, so the result is a function of the points, the weights, the options and the seed alone: not of the
/// number of threads, the CPU or the algorithm. A cluster is left whole if its inertia is 0, or if the fit of two clusters leaves one without a point of positive weight; then the next is split. Where no cluster is left to
/// split there are fewer clusters than asked for: as many as there are different points, at most.
/// Points and weights are only read. Beyond what fits of two clusters need, memory holds copies of the clusters at hand (of small ones several; never of all points), and eight bytes a point; for <see cref="KMeansMetric.Cosine"/>
/// also the points' directions, unless all have length 1.
/// </remarks>
public static unsafe class BisectingKMeans
{
    /// <summary>Clusters points in one block of memory, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="clusters">How many clusters, k: from 1 to n.</param>
    /// <param name="options">Which cluster is split next, and how; null for the defaults.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <param name="progress">Is told of each split, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the fit within milliseconds.</param>
    /// <returns>The tree, the labels and the flat model of its clusters.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, or values are so large that squared distances would overflow; or a point is all zeros, and the metric is <see cref="KMeansMetric.Cosine"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static BisectingKMeansResult<T> Fit<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        int clusters,
        BisectingKMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<BisectingKMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        fixed (T* data = points)
        {
            return BisectingJob<T>.Run(new PointView<T>(data, count, dimensions), clusters, options, weights, progress, cancellationToken);
        }
    }
}
