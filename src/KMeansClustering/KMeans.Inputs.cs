using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <content>The same two fits for points in other forms.</content>
public static unsafe partial class KMeans
{
    /// <summary>Clusters the rows of a tensor, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">A tensor of shape [n, d]; n·d may pass 2³¹. Rows may lie apart; if the values of a row do, they are copied.</param>
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
        in ReadOnlyTensorSpan<T> points,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        return FitTensor(points, clusters, null, options, weights, progress, cancellationToken);
    }

    /// <summary>Clusters the rows of a tensor, from given starting centroids.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">A tensor of shape [n, d]; n·d may pass 2³¹. Rows may lie apart; if the values of a row do, they are copied.</param>
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
        in ReadOnlyTensorSpan<T> points,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        return FitTensor(points, 0, initialCentroids.ToArray(), options, weights, progress, cancellationToken);
    }

    /// <summary>Clusters the rows of a rectangular array, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n rows of d finite values.</param>
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
        T[,] points,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        ArgumentNullException.ThrowIfNull(points);
        return FitTensor(new ReadOnlyTensorSpan<T>(points), clusters, null, options, weights, progress, cancellationToken);
    }

    /// <summary>Clusters the rows of a rectangular array, from given starting centroids.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n rows of d finite values.</param>
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
        T[,] points,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        ArgumentNullException.ThrowIfNull(points);
        return FitTensor(new ReadOnlyTensorSpan<T>(points), 0, initialCentroids.ToArray(), options, weights, progress, cancellationToken);
    }

    /// <summary>Clusters points that are arrays, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n arrays of d finite values. They are copied once, into one block.</param>
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
        IReadOnlyList<T[]> points,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        ArgumentNullException.ThrowIfNull(points);
        return FitRows(points.Count, row => points[row] ?? throw NullRow(row, nameof(points)), clusters, null, options, weights, progress, cancellationToken);
    }

    /// <summary>Clusters points that are arrays, from given starting centroids.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n arrays of d finite values. They are copied once, into one block.</param>
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
        IReadOnlyList<T[]> points,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        ArgumentNullException.ThrowIfNull(points);
        return FitRows(points.Count, row => points[row] ?? throw NullRow(row, nameof(points)), 0, initialCentroids.ToArray(), options, weights, progress, cancellationToken);
    }

    /// <summary>Clusters points that are memories, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n memories of d finite values, such as the vectors of embeddings. They are copied once, into one block.</param>
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
        IReadOnlyList<ReadOnlyMemory<T>> points,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        ArgumentNullException.ThrowIfNull(points);
        return FitRows(points.Count, row => points[row].Span, clusters, null, options, weights, progress, cancellationToken);
    }

    /// <summary>Clusters points that are memories, from given starting centroids.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n memories of d finite values, such as the vectors of embeddings. They are copied once, into one block.</param>
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
        IReadOnlyList<ReadOnlyMemory<T>> points,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        ArgumentNullException.ThrowIfNull(points);
        return FitRows(points.Count, row => points[row].Span, 0, initialCentroids.ToArray(), options, weights, progress, cancellationToken);
    }

    internal static KMeansResult<T> FitTensor<T>(
        in ReadOnlyTensorSpan<T> points,
        int clusters,
        T[]? initialCentroids,
        KMeansOptions? options,
        ReadOnlySpan<T> weights,
        IProgress<KMeansProgress>? progress,
        CancellationToken cancellationToken,
        ICollective? collective = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // One of several processes may have no points.
        var least = collective is null ? 1 : 0;
        if (points.Rank != 2 || points.Lengths[0] < least || points.Lengths[0] > int.MaxValue || points.Lengths[1] is < 1 or > int.MaxValue)
        {
            throw new ArgumentException(FormattableString.Invariant($"The shape must be [n, d], with n from {least} and d from 1 to 2147483647."), nameof(points));
        }

        var (count, dimensions) = ((int)points.Lengths[0], (int)points.Lengths[1]);
        if (points.Strides[1] != 1 && dimensions > 1)
        {
            using var copy = PackedRows.Copy(points);
            return FitJob<T>.Run(new PointView<T>(copy.Pointer, count, dimensions), clusters, initialCentroids, options, weights, progress, cancellationToken, collective);
        }

        fixed (T* data = points)
        {
            var view = new PointView<T>(data, count, dimensions, count > 1 ? points.Strides[0] : dimensions);
            return FitJob<T>.Run(view, clusters, initialCentroids, options, weights, progress, cancellationToken, collective);
        }
    }

    private static KMeansResult<T> FitRows<T>(
        int count,
        PackedRows.RowAt<T> rowAt,
        int clusters,
        T[]? initialCentroids,
        KMeansOptions? options,
        ReadOnlySpan<T> weights,
        IProgress<KMeansProgress>? progress,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var copy = PackedRows.Copy(count, rowAt, out var dimensions);
        return FitJob<T>.Run(new PointView<T>(copy.Pointer, count, dimensions), clusters, initialCentroids, options, weights, progress, cancellationToken);
    }

    private static ArgumentException NullRow(int row, string parameter) => new(FormattableString.Invariant($"Row {row} is null."), parameter);
}
