using System.Numerics;
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

    internal KMeansModel(T[] centroids, int dimensions)
    {
        _centroids = centroids;
        Dimensions = dimensions;
    }

    /// <summary>The number of clusters, k.</summary>
    public int Clusters => _centroids.Length / Dimensions;

    /// <summary>The number of values in a point, d.</summary>
    public int Dimensions { get; }

    /// <summary>All centroids, row-major: k × d.</summary>
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
    /// <exception cref="ArgumentException">Its length is not d, a value is not finite, or so large that squared distances overflow.</exception>
    public int Predict(ReadOnlySpan<T> point)
    {
        Check.Length(point.Length, Dimensions, "one value for each dimension", nameof(point));
        Check.Finite(point, Dimensions);
        fixed (T* x = point, centroids = _centroids)
        {
            return Judge<T>.Nearest(x, centroids, Clusters, Dimensions, out var distance) is var nearest && double.IsFinite(distance)
                ? nearest
                : throw Check.Overflow(nameof(point));
        }
    }

    /// <summary>The nearest cluster of each point, as <see cref="Predict(ReadOnlySpan{T})"/> says it, on all processors.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="labels">Receives n labels.</param>
    /// <exception cref="ArgumentException">A length does not fit, a value is not finite, or so large that squared distances overflow.</exception>
    public void Predict(ReadOnlySpan<T> points, Span<int> labels)
    {
        var count = Check.Rows(points, Dimensions);
        Check.Length(labels.Length, count, "a label for each point", nameof(labels));
        using var crew = new Crew();
        fixed (T* data = points)
        {
            KMeans.CheckAndAssign(new PointView<T>(data, count, Dimensions), _centroids, Clusters, labels, crew);
        }
    }

    /// <summary>The Euclidean distance of each point to each centroid, on all processors.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="distances">Receives n × k distances, row-major.</param>
    /// <exception cref="ArgumentException">A length does not fit, a value is not finite, or so large that squared distances overflow.</exception>
    public void Transform(ReadOnlySpan<T> points, Span<T> distances)
    {
        var count = Check.Rows(points, Dimensions);
        var (clusters, dimensions) = (Clusters, Dimensions);
        Check.Length(distances.Length, (long)count * clusters, "a distance for each point and centroid", nameof(distances));
        using var crew = new Crew();
        fixed (T* data = points, centroids = _centroids, destination = distances)
        {
            var view = new PointView<T>(data, count, dimensions);
            Check.Distances(Survey<T>.Of(view, crew, nameof(points)), _centroids, 1, nameof(points));
            var (first, output) = ((nint)centroids, (nint)destination);
            crew.Run(count, Math.Max(1, BlockValues / clusters), _centroids.Length, (_, start, length) =>
            {
                for (var i = start; i < start + length; i++)
                {
                    for (var j = 0; j < clusters; j++)
                    {
                        var distance = Judge<T>.DistanceSquared(view.Row(i), (T*)first + ((nint)j * dimensions), dimensions);
                        ((T*)output)[((nint)i * clusters) + j] = T.CreateTruncating(Math.Sqrt(distance));
                    }
                }
            });
        }
    }

    /// <summary>Σ w·‖x − c‖², each point with its nearest centroid, exact and rounded once.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="weights">A weight for each point, at least 0 and not all 0; or none, for 1 each.</param>
    /// <exception cref="ArgumentException">A length does not fit, a value is not finite, or so large that squared distances overflow, or a weight is negative.</exception>
    public double Inertia(ReadOnlySpan<T> points, ReadOnlySpan<T> weights = default)
    {
        var count = Check.Rows(points, Dimensions);
        var (_, greatestWeight) = Check.Weights(weights, count);
        var labels = new int[count];
        using var crew = new Crew();
        fixed (T* data = points, weight = weights, centroids = _centroids)
        fixed (int* label = labels)
        {
            var view = new PointView<T>(data, count, Dimensions);
            KMeans.CheckAndAssign(view, _centroids, Clusters, labels, crew, greatestWeight);
            return InertiaPass<T>.Run(view, weight, centroids, label, crew);
        }
    }

    /// <summary>A model of its own, for one whose centroids a fit still moves.</summary>
    internal KMeansModel<T> Copy() => new([.. _centroids], Dimensions);
}
