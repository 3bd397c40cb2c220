using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// Inertia: Σ w·d²(x, c) of every point and its own centroid, each term a double of the <see cref="Judge{T}"/>'s, the sum exact and rounded once; half of it for <see cref="KMeansMetric.Cosine"/>, since
/// 1 − cos = ½·d² where both have length 1.
/// </summary>
internal static unsafe class InertiaPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 14;

    /// <summary>Of all points.</summary>
    public static double Run(PointView<T> points, T* weights, T* centroids, int* labels, Crew crew, KMeansMetric metric, ICollective? collective = null) =>
        Total(Each(points, weights, centroids, labels, 1, crew), metric, collective ?? SingleProcess.Instance);

    /// <summary>The inertia of all processes' points, of which these are the sums of this one's.</summary>
    public static double Total(ExactSum[] sums, KMeansMetric metric, ICollective collective)
    {
        var total = new ExactSum();
        foreach (var sum in sums)
        {
            total.Add(sum);
        }

        total.Share(collective);
        return Of(total, metric);
    }

    /// <summary>The inertia that a sum of w·d² makes.</summary>
    public static double Of(ExactSum sum, KMeansMetric metric) => metric == KMeansMetric.Cosine ? sum.ToDouble() / 2 : sum.ToDouble();

    /// <summary>Σ w·d² of each of a few clusters, of which every thread holds a sum; of 1, the sum over all.</summary>
    public static ExactSum[] Each(PointView<T> points, T* weights, T* centroids, int* labels, int clusters, Crew crew)
    {
        var dimensions = points.Dimensions;
        var threads = new ExactSum[]?[crew.Size];
        crew.Run(points.Count, Math.Max(1, BlockValues / dimensions), dimensions, (thread, first, count) =>
            AddBlock(points, weights, centroids, labels, first, count, threads[thread] ??= Empty(clusters)));

        var totals = Empty(clusters);
        foreach (var mine in threads)
        {
            for (var j = 0; mine is not null && j < clusters; j++)
            {
                totals[j].Add(mine[j]);
            }
        }

        return totals;
    }

    /// <summary>Adds the terms of some points, to the sum of their cluster or to the only one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddBlock(PointView<T> points, T* weights, T* centroids, int* labels, int first, int count, ExactSum[] sums)
    {
        var dimensions = points.Dimensions;
        for (var i = first; i < first + count; i++)
        {
            var distance = Judge<T>.DistanceSquared(points.Row(i), centroids + ((nint)labels[i] * dimensions), dimensions);
            sums[sums.Length == 1 ? 0 : labels[i]].Add(weights == null ? distance : double.CreateTruncating(weights[i]) * distance);
        }
    }

    private static ExactSum[] Empty(int sums) => [.. Enumerable.Range(0, sums).Select(_ => new ExactSum())];
}
