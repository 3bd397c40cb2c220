using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <summary>
/// k-means clustering by Lloyd's algorithm: <c>Fit</c> does it all; <see cref="InitializeCentroids"/>, <see cref="AssignPoints"/> and
/// <see cref="RecalculateCentroids"/> are its three steps, for a loop of one's own.
/// </summary>
/// <remarks>
/// The result is a function of the points, the weights, the options and the seed alone: not of the number of threads, the CPU or the algorithm.
/// The three steps compare by distance. For directions, as <see cref="KMeansMetric.Cosine"/> has them, give them points of length 1, and divide each centroid by its length after <see cref="RecalculateCentroids"/>.
/// Points and weights are only read. A weight below 2⁻¹²⁰ times the largest may count as 0.
/// </remarks>
public static unsafe partial class KMeans
{
    /// <summary>Clusters points in one block of memory, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="clusters">How many clusters, k: from 1 to n.</param>
    /// <param name="options">Seeding, restarts, stopping, threads; null for the defaults.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the fit within milliseconds.</param>
    /// <returns>The model, the labels, and how the fit went.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, or values are so large that squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static KMeansResult<T> Fit<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        fixed (T* data = points)
        {
            return FitJob<T>.Run(new PointView<T>(data, count, dimensions), clusters, null, options, weights, progress, cancellationToken);
        }
    }

    /// <summary>Clusters points in one block of memory, from given starting centroids.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="initialCentroids">k × d values, row-major: where the centroids start. The row count is the number of clusters.</param>
    /// <param name="options">Seeding, restarts, stopping, threads; null for the defaults.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the fit within milliseconds.</param>
    /// <returns>The model, the labels, and how the fit went.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, or values are so large that squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static KMeansResult<T> Fit<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        fixed (T* data = points)
        {
            return FitJob<T>.Run(new PointView<T>(data, count, dimensions), 0, initialCentroids.ToArray(), options, weights, progress, cancellationToken);
        }
    }
}
