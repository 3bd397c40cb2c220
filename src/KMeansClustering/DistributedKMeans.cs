using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <summary>
/// <see cref="KMeans"/> over several processes, on any engine that keeps the laws of <see cref="ICollective"/>. Every rank brings rows of its own and calls the same fit with the same
/// other arguments; the answer has the bits that <see cref="KMeans"/> gives for all rows together, rank 0's first, however they are cut.
/// </summary>
/// <remarks>
/// All of the result is on every rank, but that <see cref="KMeansResult{T}.Labels"/> are those of its own rows. A rank may have no rows. What is said of bad arguments holds on every rank: what fails on one,
/// be it bad input, cancellation or an exception of its <c>progress</c>, ends the fit on all, with one type of exception and one message that names the rank.
/// </remarks>
public static unsafe class DistributedKMeans
{
    /// <summary>Clusters the points of all ranks, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="collective">The ranks.</param>
    /// <param name="localPoints">This rank's rows: n × d finite values, row-major; empty if it has none.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="clusters">How many clusters, k: from 1 to the number of all ranks' points.</param>
    /// <param name="options">Seeding, restarts, stopping, threads; null for the defaults. Threads and algorithm may differ between ranks.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread; may be there on some ranks only.</param>
    /// <param name="cancellationToken">Ends the fit on all ranks: on this one within milliseconds, on the others when they next talk to it.</param>
    /// <returns>The model, the labels of this rank's rows, and how the fit went.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, values are so large that squared distances would overflow, or the ranks' arguments differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Something else has failed on a rank.</exception>
    /// <exception cref="CollectiveException">The engine has failed, or another rank is gone; engines may throw others.</exception>
    public static KMeansResult<T> Fit<T>(
        ICollective collective,
        ReadOnlySpan<T> localPoints,
        int dimensions,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FitRows(collective, localPoints, dimensions, clusters, null, options, weights, progress, cancellationToken);

    /// <summary>Clusters the points of all ranks, from given starting centroids.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="collective">The ranks.</param>
    /// <param name="localPoints">This rank's rows: n × d finite values, row-major; empty if it has none.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="initialCentroids">k × d values, row-major: where the centroids start. The row count is the number of clusters.</param>
    /// <param name="options">Seeding, restarts, stopping, threads; null for the defaults. Threads and algorithm may differ between ranks.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread; may be there on some ranks only.</param>
    /// <param name="cancellationToken">Ends the fit on all ranks: on this one within milliseconds, on the others when they next talk to it.</param>
    /// <returns>The model, the labels of this rank's rows, and how the fit went.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, values are so large that squared distances would overflow, or the ranks' arguments differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Something else has failed on a rank.</exception>
    /// <exception cref="CollectiveException">The engine has failed, or another rank is gone; engines may throw others.</exception>
    public static KMeansResult<T> Fit<T>(
        ICollective collective,
        ReadOnlySpan<T> localPoints,
        int dimensions,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FitRows(collective, localPoints, dimensions, 0, initialCentroids.ToArray(), options, weights, progress, cancellationToken);

    /// <summary>Clusters the rows of the tensors of all ranks, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="collective">The ranks.</param>
    /// <param name="localPoints">This rank's rows, a tensor of shape [n, d]; n may be 0, n·d may pass 2³¹. Rows may lie apart; if the values of a row do, they are copied.</param>
    /// <param name="clusters">How many clusters, k: from 1 to the number of all ranks' points.</param>
    /// <param name="options">Seeding, restarts, stopping, threads; null for the defaults. Threads and algorithm may differ between ranks.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread; may be there on some ranks only.</param>
    /// <param name="cancellationToken">Ends the fit on all ranks: on this one within milliseconds, on the others when they next talk to it.</param>
    /// <returns>The model, the labels of this rank's rows, and how the fit went.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, values are so large that squared distances would overflow, or the ranks' arguments differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Something else has failed on a rank.</exception>
    /// <exception cref="CollectiveException">The engine has failed, or another rank is gone; engines may throw others.</exception>
    public static KMeansResult<T> Fit<T>(
        ICollective collective,
        in ReadOnlyTensorSpan<T> localPoints,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FitTensor(collective, localPoints, clusters, null, options, weights, progress, cancellationToken);

    /// <summary>Clusters the rows of the tensors of all ranks, from given starting centroids.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="collective">The ranks.</param>
    /// <param name="localPoints">This rank's rows, a tensor of shape [n, d]; n may be 0, n·d may pass 2³¹. Rows may lie apart; if the values of a row do, they are copied.</param>
    /// <param name="initialCentroids">k × d values, row-major: where the centroids start. The row count is the number of clusters.</param>
    /// <param name="options">Seeding, restarts, stopping, threads; null for the defaults. Threads and algorithm may differ between ranks.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread; may be there on some ranks only.</param>
    /// <param name="cancellationToken">Ends the fit on all ranks: on this one within milliseconds, on the others when they next talk to it.</param>
    /// <returns>The model, the labels of this rank's rows, and how the fit went.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, values are so large that squared distances would overflow, or the ranks' arguments differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Something else has failed on a rank.</exception>
    /// <exception cref="CollectiveException">The engine has failed, or another rank is gone; engines may throw others.</exception>
    public static KMeansResult<T> Fit<T>(
        ICollective collective,
        in ReadOnlyTensorSpan<T> localPoints,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FitTensor(collective, localPoints, 0, initialCentroids.ToArray(), options, weights, progress, cancellationToken);

    private static KMeansResult<T> FitRows<T>(
        ICollective collective,
        ReadOnlySpan<T> localPoints,
        int dimensions,
        int clusters,
        T[]? initialCentroids,
        KMeansOptions? options,
        ReadOnlySpan<T> weights,
        IProgress<KMeansProgress>? progress,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(collective);
        var guarded = new GuardedCollective(collective);
        try
        {
            Check.Supported<T>();
            ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
            var count = localPoints.IsEmpty ? 0 : Check.Rows(localPoints, dimensions);
            fixed (T* data = localPoints)
            {
                return guarded.Finish(FitJob<T>.Run(new PointView<T>(data, count, dimensions), clusters, initialCentroids, options, weights, progress, cancellationToken, guarded));
            }
        }
        catch (Exception failure) when (collective.Size > 1)
        {
            throw guarded.Fail(failure);
        }
    }

    private static KMeansResult<T> FitTensor<T>(
        ICollective collective,
        in ReadOnlyTensorSpan<T> localPoints,
        int clusters,
        T[]? initialCentroids,
        KMeansOptions? options,
        ReadOnlySpan<T> weights,
        IProgress<KMeansProgress>? progress,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(collective);
        var guarded = new GuardedCollective(collective);
        try
        {
            Check.Supported<T>();
            return guarded.Finish(KMeans.FitTensor(localPoints, clusters, initialCentroids, options, weights, progress, cancellationToken, guarded));
        }
        catch (Exception failure) when (collective.Size > 1)
        {
            throw guarded.Fail(failure);
        }
    }
}
