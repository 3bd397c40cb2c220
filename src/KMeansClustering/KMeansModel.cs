using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Assignment;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <summary>What outlives training: the centroids, and which of them is nearest to a point. Safe to use from many threads.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe partial class KMeansModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 12;

    private readonly T[] _centroids;

    internal KMeansModel(T[] centroids, int dimensions, KMeansMetric metric = KMeansMetric.Euclidean)
    {
        _centroids = centroids;
        Dimensions = dimensions;
        Metric = metric;
    }

    /// <summary>The number of clusters, k.</summary>
    public int Clusters => _centroids.Length / Dimensions;

    /// <summary>The number of values in a point, d.</summary>
    public int Dimensions { get; }

    /// <summary>How points are compared with the centroids. For <see cref="KMeansMetric.Cosine"/> the points may have any length but 0; they are normalised as in a fit, in a copy unless all have length 1.</summary>
    public KMeansMetric Metric { get; }

    /// <summary>All centroids, row-major: k × d. For <see cref="KMeansMetric.Cosine"/> each has length 1, but for rounding.</summary>
    public ReadOnlySpan<T> Centroids => _centroids;

    /// <summary>The centroid of one cluster, d values.</summary>
    /// <param name="cluster">From 0 to <see cref="Clusters"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cluster.</exception>
    public ReadOnlySpan<T> Centroid(int cluster)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cluster);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cluster, Clusters);
        return _centroids.AsSpan(cluster * Dimensions, Dimensions);
    }

    /// <summary>The cluster whose centroid is nearest to a point; the lowest wins a tie.</summary>
    /// <param name="point">d finite values.</param>
    /// <exception cref="ArgumentException">Its length is not d, a value is not finite, or so large that squared distances overflow; or it has no direction, and the model's metric needs one.</exception>
    public int Predict(ReadOnlySpan<T> point)
    {
        Check.Length(point.Length, Dimensions, "one value for each dimension", nameof(point));
        Check.Finite(point, Dimensions);
        fixed (T* x = AsCompared(point, nameof(point)), centroids = _centroids)
        {
            return Judge<T>.Nearest(x, centroids, Clusters, Dimensions, out var distance) is var nearest && double.IsFinite(distance)
                ? nearest
                : throw Check.Overflow(nameof(point));
        }
    }

    /// <summary>The nearest cluster of each point, as <see cref="Predict(ReadOnlySpan{T})"/> says it, on all processors.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="labels">Receives n labels.</param>
    /// <exception cref="ArgumentException">A length does not fit, a value is not finite, or so large that squared distances overflow; or a point has no direction, and the model's metric needs one.</exception>
    public void Predict(ReadOnlySpan<T> points, Span<int> labels)
    {
        var count = Check.Rows(points, Dimensions);
        Check.Length(labels.Length, count, "a label for each point", nameof(labels));
        using var crew = new Crew();
        fixed (T* data = points)
        {
            using var rows = Rows(new PointView<T>(data, count, Dimensions), crew);
            KMeans.CheckAndAssign(rows.View, _centroids, Clusters, labels, crew);
        }
    }

    /// <summary>The nearest cluster of each row of a tensor, as <see cref="Predict(ReadOnlySpan{T})"/> says it, on all processors. For points of a file: all of them, or a part at a time.</summary>
    /// <param name="points">A tensor of shape [n, d]; n·d may pass 2³¹. Rows may lie apart; if the values of a row do, they are copied.</param>
    /// <param name="labels">Receives n labels.</param>
    /// <exception cref="ArgumentException">The shape or the length does not fit, a value is not finite, or so large that squared distances overflow; or a point has no direction, and the model's metric needs one.</exception>
    public void Predict(in ReadOnlyTensorSpan<T> points, Span<int> labels)
    {
        CheckShape(points);
        Check.Length(labels.Length, points.Lengths[0], "a label for each point", nameof(labels));
        using var crew = new Crew();
        using var copy = PackedRows.CopyIfApart(points);
        fixed (T* data = points)
        {
            using var rows = Rows(PackedRows.View(points, data, copy), crew);
            KMeans.CheckAndAssign(rows.View, _centroids, Clusters, labels, crew);
        }
    }

    /// <summary>The Euclidean distance of each point to each centroid, on all processors; 1 − cos for <see cref="KMeansMetric.Cosine"/>, from 0 to 2 but for rounding.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="distances">Receives n × k distances, row-major.</param>
    /// <exception cref="ArgumentException">A length does not fit, a value is not finite, or so large that squared distances overflow; or a point has no direction, and the model's metric needs one.</exception>
    public void Transform(ReadOnlySpan<T> points, Span<T> distances)
    {
        var count = Check.Rows(points, Dimensions);
        var (clusters, dimensions) = (Clusters, Dimensions);
        Check.Length(distances.Length, (long)count * clusters, "a distance for each point and centroid", nameof(distances));
        using var crew = new Crew();
        fixed (T* data = points, centroids = _centroids, destination = distances)
        {
            using var rows = Rows(new PointView<T>(data, count, Dimensions), crew);
            var view = rows.View;
            Check.Distances(Survey<T>.Of(view, crew, nameof(points)), _centroids, 1, nameof(points));
            var (first, output) = ((nint)centroids, (nint)destination);
            crew.Run(count, Math.Max(1, BlockValues / clusters), _centroids.Length, (_, start, length) =>
            {
                for (var i = start; i < start + length; i++)
                {
                    for (var j = 0; j < clusters; j++)
                    {
                        var distance = Judge<T>.DistanceSquared(view.Row(i), (T*)first + ((nint)j * dimensions), dimensions);
                        ((T*)output)[((nint)i * clusters) + j] = T.CreateTruncating(Metric == KMeansMetric.Cosine ? distance / 2 : Math.Sqrt(distance));
                    }
                }
            });
        }
    }

    /// <summary>Σ w·‖x − c‖², each point with its nearest centroid, exact and rounded once; Σ w·(1 − cos) for <see cref="KMeansMetric.Cosine"/>, as in <see cref="KMeansResult{T}.Inertia"/>.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="weights">A weight for each point, at least 0 and not all 0; or none, for 1 each.</param>
    /// <exception cref="ArgumentException">A length does not fit, a value is not finite, or so large that squared distances overflow, or a weight is negative; or a point has no direction, and the model's metric needs one.</exception>
    public double Inertia(ReadOnlySpan<T> points, ReadOnlySpan<T> weights = default)
    {
        var count = Check.Rows(points, Dimensions);
        fixed (T* data = points)
        {
            return Inertia(new PointView<T>(data, count, Dimensions), weights);
        }
    }

    /// <summary>
    /// Σ w·‖x − c‖² over the rows of a tensor, each with its nearest centroid, exact and rounded once; Σ w·(1 − cos) for <see cref="KMeansMetric.Cosine"/>, as in <see cref="KMeansResult{T}.Inertia"/>. Takes 4 bytes of memory a
    /// point.
    /// </summary>
    /// <param name="points">A tensor of shape [n, d]; n·d may pass 2³¹. Rows may lie apart; if the values of a row do, they are copied.</param>
    /// <param name="weights">A weight for each point, at least 0 and not all 0; or none, for 1 each.</param>
    /// <exception cref="ArgumentException">
    /// The shape or a length does not fit, a value is not finite, or so large that squared distances overflow, or a weight is negative; or a point has no direction, and the model's metric needs one.
    /// </exception>
    public double Inertia(in ReadOnlyTensorSpan<T> points, ReadOnlySpan<T> weights = default)
    {
        CheckShape(points);
        using var copy = PackedRows.CopyIfApart(points);
        fixed (T* data = points)
        {
            return Inertia(PackedRows.View(points, data, copy), weights);
        }
    }

    /// <summary>A model of its own, for one whose centroids a fit still moves.</summary>
    internal KMeansModel<T> Copy() => new([.. _centroids], Dimensions, Metric);

    /// <summary>A point as the metric compares it: itself or, for <see cref="KMeansMetric.Cosine"/>, its direction.</summary>
    internal ReadOnlySpan<T> AsCompared(ReadOnlySpan<T> point, string parameter)
    {
        if (Metric == KMeansMetric.Euclidean)
        {
            return point;
        }

        var direction = point.ToArray();
        return UnitRow<T>.Normalise(direction, Dimensions) == 0 ? throw Check.NoDirection(0, parameter) : direction;
    }

    private double Inertia(PointView<T> points, ReadOnlySpan<T> weights)
    {
        var (_, greatestWeight) = Check.Weights(weights, points.Count);
        var labels = new int[points.Count];
        using var crew = new Crew();
        fixed (T* weight = weights, centroids = _centroids)
        fixed (int* label = labels)
        {
            using var rows = Rows(points, crew);
            KMeans.CheckAndAssign(rows.View, _centroids, Clusters, labels, crew, greatestWeight);
            return InertiaPass<T>.Run(rows.View, weight, centroids, label, crew, Metric);
        }
    }

    private void CheckShape(in ReadOnlyTensorSpan<T> points)
    {
        Check.Shape(points, nameof(points));
        if (points.Lengths[1] != Dimensions)
        {
            throw new ArgumentException(FormattableString.Invariant($"The points have {points.Lengths[1]} values each; the model's have {Dimensions}."), nameof(points));
        }
    }

    private MetricRows<T> Rows(PointView<T> points, Crew crew) => MetricRows<T>.Of(Metric, points, crew, nameof(points));
}
