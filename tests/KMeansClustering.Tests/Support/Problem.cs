using System.Numerics;

namespace KMeansClustering.Tests.Support;

/// <summary>Points, their weights (or none) and the centroids to start from.</summary>
internal sealed record Problem<T>(string Name, T[] Points, int Dimensions, T[] Start, T[]? Weights = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Count => Points.Length / Dimensions;

    public int Clusters => Start.Length / Dimensions;

    public ReadOnlySpan<T> Point(int i) => Points.AsSpan(i * Dimensions, Dimensions);

    public KMeansResult<T> Fit(KMeansOptions? options = null) =>
        KMeans.Fit(Points, Dimensions, (ReadOnlySpan<T>)Start, options, Weights);

    public override string ToString() =>
        $"{Name}: n = {Count}, d = {Dimensions}, k = {Clusters}, {(Weights is null ? "no weights" : "weights")}, {typeof(T).Name}";
}
