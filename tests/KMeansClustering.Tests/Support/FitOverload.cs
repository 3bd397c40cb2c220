using System.Numerics;
using System.Numerics.Tensors;

namespace KMeansClustering.Tests.Support;

/// <summary>What a fit is called with, whatever form the points take.</summary>
internal sealed record FitInput<T>
    where T : unmanaged
{
    public required T[] Points { get; init; }

    public required int Dimensions { get; init; }

    public required int Clusters { get; init; }

    public required T[] InitialCentroids { get; init; }

    public KMeansOptions? Options { get; init; }

    public T[]? Weights { get; init; }

    public IProgress<KMeansProgress>? Progress { get; init; }

    public CancellationToken Cancellation { get; init; }

    public int Count => Points.Length / Dimensions;

    public T[,] AsArray()
    {
        T[,] array = new T[Count, Dimensions];
        for (int i = 0; i < Points.Length; i++)
        {
            array[i / Dimensions, i % Dimensions] = Points[i];
        }

        return array;
    }

    public T[][] AsRows() => [.. Points.Chunk(Dimensions)];

    public ReadOnlyMemory<T>[] AsMemories() =>
        [.. Enumerable.Range(0, Count).Select(i => (ReadOnlyMemory<T>)Points.AsMemory(i * Dimensions, Dimensions))];
}

/// <summary>The ten overloads of Fit under one call each.</summary>
internal sealed record FitOverload<T>(string Name, Func<FitInput<T>, KMeansResult<T>> Fit)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly FitOverload<T>[] All =
    [
        new("span, clusters", x => KMeans.Fit<T>(x.Points, x.Dimensions, x.Clusters, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("span, centroids", x => KMeans.Fit<T>(x.Points, x.Dimensions, x.InitialCentroids, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("tensor, clusters", x => KMeans.Fit(
            new ReadOnlyTensorSpan<T>(x.Points, [x.Count, x.Dimensions]), x.Clusters, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("tensor, centroids", x => KMeans.Fit(
            new ReadOnlyTensorSpan<T>(x.Points, [x.Count, x.Dimensions]), x.InitialCentroids, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("array, clusters", x => KMeans.Fit(x.AsArray(), x.Clusters, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("array, centroids", x => KMeans.Fit(x.AsArray(), x.InitialCentroids, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("rows, clusters", x => KMeans.Fit(x.AsRows(), x.Clusters, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("rows, centroids", x => KMeans.Fit(x.AsRows(), x.InitialCentroids, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("memories, clusters", x => KMeans.Fit(x.AsMemories(), x.Clusters, x.Options, x.Weights, x.Progress, x.Cancellation)),
        new("memories, centroids", x => KMeans.Fit(x.AsMemories(), x.InitialCentroids, x.Options, x.Weights, x.Progress, x.Cancellation)),
    ];

    public bool StartsFromCentroids => Name.EndsWith("centroids", StringComparison.Ordinal);

    public static FitOverload<T> Named(string name) => All.Single(overload => string.Equals(overload.Name, name, StringComparison.Ordinal));
}
