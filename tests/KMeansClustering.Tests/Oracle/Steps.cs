using System.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>The steps of the algorithm as they are defined, one plain function each.</summary>
internal static class Steps
{
    /// <summary>How many labels differ; all of them while there are none yet.</summary>
    public static int CountChanged(int[]? before, int[] after) =>
        before is null ? after.Length : before.Zip(after).Count(pair => pair.First != pair.Second);

    /// <summary>How many points of positive weight each cluster has.</summary>
    public static int[] Counts<T>(int[] labels, int clusters, T[]? weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] counts = new int[clusters];
        for (int i = 0; i < labels.Length; i++)
        {
            counts[labels[i]] += weights is null || weights[i] > T.Zero ? 1 : 0;
        }

        return counts;
    }

    /// <summary>The sum of weights in each cluster, exact and rounded once; of points, where there are no weights.</summary>
    public static double[] ClusterWeights<T>(int[] labels, int clusters, T[]? weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ExactNumber[] sums = new ExactNumber[clusters];
        for (int i = 0; i < labels.Length; i++)
        {
            sums[labels[i]] += ExactNumber.From(weights is null ? T.One : weights[i]);
        }

        return Array.ConvertAll(sums, sum => sum.ToDouble());
    }

    /// <summary>
    /// Gives each empty cluster, in ascending order, the point with the largest w·d² to the centroid it was assigned to, the lowest
    /// index of equal ones: from a cluster that keeps a point of positive weight, each point once, none where w·d² is 0.
    /// Returns how many labels it moved, and whether a slightly different centroid could have moved another.
    /// </summary>
    public static (int Moved, bool Close) Relocate<T>(T[] points, int dimensions, int[] labels, T[] centroids, T[]? weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] counts = Counts(labels, centroids.Length / dimensions, weights);
        if (!counts.Contains(0))
        {
            return (0, false);
        }

        double[] values = new double[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            values[i] = WeightedDistance(points, dimensions, i, labels[i], centroids, weights);
        }

        int moved = 0;
        bool close = false;
        for (int j = 0; j < counts.Length; j++)
        {
            if (counts[j] > 0)
            {
                continue;
            }

            int farthest = -1;
            double largest = 0;
            for (int i = 0; i < labels.Length; i++)
            {
                if (counts[labels[i]] < 2)
                {
                    continue;
                }

                close |= largest > 0 && Math.Abs(values[i] - largest) <= 1e-5 * largest;
                if (values[i] > largest)
                {
                    (farthest, largest) = (i, values[i]);
                }
            }

            if (farthest < 0)
            {
                continue;
            }

            counts[labels[farthest]]--;
            counts[j]++;
            labels[farthest] = j;
            values[farthest] = 0; // each point at most once
            moved++;
        }

        return (moved, close);
    }

    /// <summary>Σ‖Δc‖², the centroids' squared movements added in ascending order.</summary>
    public static double Shift<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> after, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int start = 0; start < before.Length; start += dimensions)
        {
            sum += JudgeDistance.Squared(before.Slice(start, dimensions), after.Slice(start, dimensions));
        }

        return sum;
    }

    /// <summary>Σ fl(w·d²), the products added exactly and the sum rounded once.</summary>
    public static double Inertia<T>(ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<int> labels, ReadOnlySpan<T> centroids, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ExactNumber sum = ExactNumber.Zero;
        for (int i = 0; i < labels.Length; i++)
        {
            sum += ExactNumber.From(WeightedDistance(points, dimensions, i, labels[i], centroids, weights));
        }

        return sum.ToDouble();
    }

    /// <summary>The mean over the coordinates of their unweighted variance, rounded once.</summary>
    public static double MeanVariance<T>(T[] points, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ExactNumber n = ExactNumber.From(points.Length / dimensions);
        ExactNumber total = ExactNumber.Zero;
        for (int p = 0; p < dimensions; p++)
        {
            ExactNumber sum = ExactNumber.Zero;
            ExactNumber squares = ExactNumber.Zero;
            for (int i = p; i < points.Length; i += dimensions)
            {
                ExactNumber x = ExactNumber.From(points[i]);
                sum += x;
                squares += x * x;
            }

            total += (n * squares) - (sum * sum);
        }

        return ExactNumber.Divide<double>(total, n * n * ExactNumber.From(dimensions));
    }

    private static double WeightedDistance<T>(ReadOnlySpan<T> points, int dimensions, int i, int label, ReadOnlySpan<T> centroids, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double distance = JudgeDistance.Squared(points.Slice(i * dimensions, dimensions), centroids.Slice(label * dimensions, dimensions));
        return weights.IsEmpty ? distance : double.CreateChecked(weights[i]) * distance;
    }
}
