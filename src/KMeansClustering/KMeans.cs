using System.Numerics;
using System.Numerics.Tensors;

namespace KMeansClustering;

/// <summary>k-means clustering by Lloyd's algorithm.</summary>
public static class KMeans
{
    public static KMeansResult<T> Fit<T>(ReadOnlySpan<T> points, int dimensions, int clusters, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<T> initialCentroids, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(in ReadOnlyTensorSpan<T> points, int clusters, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(in ReadOnlyTensorSpan<T> points, ReadOnlySpan<T> initialCentroids, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(T[,] points, int clusters, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(T[,] points, ReadOnlySpan<T> initialCentroids, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(IReadOnlyList<T[]> points, int clusters, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(IReadOnlyList<T[]> points, ReadOnlySpan<T> initialCentroids, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(IReadOnlyList<ReadOnlyMemory<T>> points, int clusters, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static KMeansResult<T> Fit<T>(IReadOnlyList<ReadOnlyMemory<T>> points, ReadOnlySpan<T> initialCentroids, KMeansOptions? options = null, ReadOnlySpan<T> weights = default, IProgress<KMeansProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static void InitializeCentroids<T>(ReadOnlySpan<T> points, int dimensions, Span<T> centroids, SeedingMethod seeding = SeedingMethod.KMeansPlusPlus, int seed = 0, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static int AssignPoints<T>(ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<T> centroids, Span<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static void RecalculateCentroids<T>(ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<int> labels, Span<T> centroids, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();
}
