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

    public static double Run(PointView<T> points, T* weights, T* centroids, int* labels, Crew crew, KMeansMetric metric, ICollective? collective = null)
    {
        var dimensions = points.Dimensions;
        var sums = new ExactSum?[crew.Size];
        crew.Run(points.Count, Math.Max(1, BlockValues / dimensions), dimensions, (thread, first, count) =>
            AddBlock(points, weights, centroids, labels, first, count, sums[thread] ??= new ExactSum()));

        var total = new ExactSum();
        foreach (var sum in sums)
        {
            if (sum is not null)
            {
                total.Add(sum);
            }
        }

        total.Share(collective ?? SingleProcess.Instance);
        return metric == KMeansMetric.Cosine ? total.ToDouble() / 2 : total.ToDouble();
    }

    /// <summary>Adds the terms of some points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddBlock(PointView<T> points, T* weights, T* centroids, int* labels, int first, int count, ExactSum sum)
    {
        var dimensions = points.Dimensions;
        for (var i = first; i < first + count; i++)
        {
            var distance = Judge<T>.DistanceSquared(points.Row(i), centroids + ((nint)labels[i] * dimensions), dimensions);
            sum.Add(weights == null ? distance : double.CreateTruncating(weights[i]) * distance);
        }
    }
}
