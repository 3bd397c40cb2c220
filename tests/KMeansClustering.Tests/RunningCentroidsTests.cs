using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.MiniBatch;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The kernel that moves centroids, with every width of vectors that this machine has: the same bits.</summary>
public abstract unsafe class RunningCentroidsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(45)]
    [InlineData(300)]
    public void Every_width_of_vectors_moves_centroids_alike(int d)
    {
        const int Count = 50;
        const int Clusters = 6;
        T[] points = TestData.Points<T>(DataKind.Columns, Count, d);
        T[] weights = TestData.Weights<T>(WeightKind.Uniform, Count)!;

        // A tiny negative mean is no negative zero in float.
        points[0] = -T.CreateTruncating(1e-60);
        int[] labels = [.. Enumerable.Range(0, Count).Select(i => i == 0 ? 5 : i * i % 5)];
        List<T[]> all = [.. AllWidths(Clusters, d).Select(centroids => Moved(centroids, points, weights, labels))];

        foreach (T[] moved in all)
        {
            Same.Bits<T>(all[0], moved, $"d = {d}");
            moved.Any(value => value == T.Zero && T.IsNegative(value)).Should().BeFalse();
        }
    }

    private static T[] Moved(RunningCentroids<T> centroids, T[] points, T[] weights, int[] labels)
    {
        using Crew crew = new(2);
        using ClusterRows groups = new(centroids.Clusters);
        fixed (T* point = points, weight = weights)
        fixed (int* label = labels)
        {
            PointView<T> rows = new(point, labels.Length, centroids.Dimensions);
            for (int j = 0; j < centroids.Clusters; j++)
            {
                centroids.Set(j, rows, j, 0);
            }

            groups.Sort(label, labels.Length);
            centroids.Include(rows, weight, groups, crew);
            centroids.Include(rows, null, groups, crew);
        }

        T[] moved = new ReadOnlySpan<T>(centroids.Rounded, centroids.Clusters * centroids.Dimensions).ToArray();
        centroids.Dispose();
        return moved;
    }

    private static List<RunningCentroids<T>> AllWidths(int clusters, int d)
    {
        List<RunningCentroids<T>> widths = [new VectorRunningCentroids<T, double, SimdScalar<double>>(clusters, d)];
        if (Vector128.IsHardwareAccelerated)
        {
            widths.Add(new VectorRunningCentroids<T, Vector128<double>, Simd128<double>>(clusters, d));
        }

        if (Vector256.IsHardwareAccelerated)
        {
            widths.Add(new VectorRunningCentroids<T, Vector256<double>, Simd256<double>>(clusters, d));
        }

        if (Vector512.IsHardwareAccelerated)
        {
            widths.Add(new VectorRunningCentroids<T, Vector512<double>, Simd512<double>>(clusters, d));
        }

        return widths;
    }
}

public sealed class FloatRunningCentroidsTests : RunningCentroidsTests<float>;

public sealed class DoubleRunningCentroidsTests : RunningCentroidsTests<double>;
