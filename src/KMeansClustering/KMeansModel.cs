using System.Numerics;

namespace KMeansClustering;

/// <summary>What outlives training: the centroids, and which of them is nearest to a point.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class KMeansModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
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
    public ReadOnlySpan<T> Centroid(int cluster) => throw new NotImplementedException();

    /// <summary>The cluster whose centroid is nearest to a point; the lowest wins a tie.</summary>
    /// <param name="point">d finite values.</param>
    /// <exception cref="ArgumentException">Its length is not d, or a value is not finite.</exception>
    public int Predict(ReadOnlySpan<T> point) => throw new NotImplementedException();

    /// <summary>The nearest cluster of each point, as <see cref="Predict(ReadOnlySpan{T})"/> says it, on all processors.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="labels">Receives n labels.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is not finite.</exception>
    public void Predict(ReadOnlySpan<T> points, Span<int> labels) => throw new NotImplementedException();

    /// <summary>The Euclidean distance of each point to each centroid.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="distances">Receives n × k distances, row-major.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is not finite.</exception>
    public void Transform(ReadOnlySpan<T> points, Span<T> distances) => throw new NotImplementedException();

    /// <summary>Σ w·‖x − c‖², each point with its nearest centroid.</summary>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="weights">A weight for each point, at least 0; or none, for 1 each.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is not finite, or a weight is negative.</exception>
    public double Inertia(ReadOnlySpan<T> points, ReadOnlySpan<T> weights = default) => throw new NotImplementedException();
}
