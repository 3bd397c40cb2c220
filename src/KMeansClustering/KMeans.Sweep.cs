using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;
using KMeansClustering.Sweeping;

namespace KMeansClustering;

/// <content>Fits for many numbers of clusters, to choose one.</content>
public static unsafe partial class KMeans
{
    /// <summary>
    /// Clusters points in one block of memory into each number of clusters of a range, and says how good each clustering is. Each row is what <c>Fit</c> gives for its number of clusters, bit for bit, and takes less time: the points are looked at
    /// and prepared once, and one seeding serves many numbers of clusters.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="minClusters">The least number of clusters: from 1 to <paramref name="maxClusters"/>.</param>
    /// <param name="maxClusters">The greatest: up to n.</param>
    /// <param name="options">What is fitted and computed; null for the defaults.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration of each fit, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the sweep within milliseconds.</param>
    /// <returns>A row for each number of clusters, with its model and its figures, and what each criterion suggests.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, or values or weights are so large that sums of weighted squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of clusters is below 1 or above the number of points, or the least is above the greatest, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static KMeansSweep<T> Sweep<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        int minClusters,
        int maxClusters,
        KMeansSweepOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansSweepProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        var clusters = Check.ClusterRange(minClusters, maxClusters, count);
        fixed (T* data = points)
        {
            return SweepJob<T>.Run(new PointView<T>(data, count, dimensions), clusters, options, weights, progress, cancellationToken);
        }
    }

    /// <summary>
    /// Clusters points in one block of memory into each number of clusters of a list, and says how good each clustering is. Each row is what <c>Fit</c> gives for its number of clusters, bit for bit, and takes less time: the points are looked at
    /// and prepared once, and one seeding serves many numbers of clusters.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="clusters">The numbers of clusters, ascending, each from 1 to n.</param>
    /// <param name="options">What is fitted and computed; null for the defaults.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration of each fit, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the sweep within milliseconds.</param>
    /// <returns>A row for each number of clusters, with its model and its figures, and what each criterion suggests.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, the numbers of clusters are none or do not ascend, a weight is negative, all weights are 0, or values or weights are so large that sums of weighted squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static KMeansSweep<T> Sweep<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> clusters,
        KMeansSweepOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansSweepProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        var list = Check.ClusterList(clusters, count);
        fixed (T* data = points)
        {
            return SweepJob<T>.Run(new PointView<T>(data, count, dimensions), list, options, weights, progress, cancellationToken);
        }
    }

    /// <summary>
    /// Clusters the rows of a tensor into each number of clusters of a range, and says how good each clustering is. Each row is what <c>Fit</c> gives for its number of clusters, bit for bit, and takes less time: the points are looked at
    /// and prepared once, and one seeding serves many numbers of clusters.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">A tensor of shape [n, d]; n·d may pass 2³¹. Rows may lie apart; if the values of a row do, they are copied.</param>
    /// <param name="minClusters">The least number of clusters: from 1 to <paramref name="maxClusters"/>.</param>
    /// <param name="maxClusters">The greatest: up to n.</param>
    /// <param name="options">What is fitted and computed; null for the defaults.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration of each fit, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the sweep within milliseconds.</param>
    /// <returns>A row for each number of clusters, with its model and its figures, and what each criterion suggests.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, or values or weights are so large that sums of weighted squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of clusters is below 1 or above the number of points, or the least is above the greatest, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static KMeansSweep<T> Sweep<T>(
        in ReadOnlyTensorSpan<T> points,
        int minClusters,
        int maxClusters,
        KMeansSweepOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansSweepProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        return OverRows(points, weights, (rows, rowWeights) =>
            SweepJob<T>.Run(rows, Check.ClusterRange(minClusters, maxClusters, rows.Count), options, rowWeights, progress, cancellationToken));
    }

    /// <summary>
    /// Clusters the rows of a tensor into each number of clusters of a list, and says how good each clustering is. Each row is what <c>Fit</c> gives for its number of clusters, bit for bit, and takes less time: the points are looked at
    /// and prepared once, and one seeding serves many numbers of clusters.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">A tensor of shape [n, d]; n·d may pass 2³¹. Rows may lie apart; if the values of a row do, they are copied.</param>
    /// <param name="clusters">The numbers of clusters, ascending, each from 1 to n.</param>
    /// <param name="options">What is fitted and computed; null for the defaults.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration of each fit, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the sweep within milliseconds.</param>
    /// <returns>A row for each number of clusters, with its model and its figures, and what each criterion suggests.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, the numbers of clusters are none or do not ascend, a weight is negative, all weights are 0, or values or weights are so large that sums of weighted squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of clusters is below 1 or above the number of points, or an option is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static KMeansSweep<T> Sweep<T>(
        in ReadOnlyTensorSpan<T> points,
        ReadOnlySpan<int> clusters,
        KMeansSweepOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansSweepProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var list = clusters.ToArray();
        return OverRows(points, weights, (rows, rowWeights) =>
            SweepJob<T>.Run(rows, Check.ClusterList(list, rows.Count), options, rowWeights, progress, cancellationToken));
    }
}
