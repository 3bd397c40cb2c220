using System.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>
/// The distance that defines every answer, written as it is defined: eight lanes, lane l summing the coordinates p ≡ l (mod 8)
/// in ascending order, each squared difference rounded before it is added, then one fixed tree.
/// </summary>
internal static class JudgeDistance
{
    public static double Squared<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> lanes = stackalloc double[8];
        lanes.Clear();
        for (int p = 0; p < x.Length; p++)
        {
            double difference = double.CreateChecked(x[p]) - double.CreateChecked(c[p]);
            double square = difference * difference;
            lanes[p % 8] += square;
        }

        return (lanes[0] + lanes[4] + (lanes[2] + lanes[6])) + (lanes[1] + lanes[5] + (lanes[3] + lanes[7]));
    }

    /// <summary>The nearest centroid, the lowest of several equally near ones.</summary>
    public static int Nearest<T>(ReadOnlySpan<T> point, ReadOnlySpan<T> centroids)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int d = point.Length;
        int nearest = 0;
        double lowest = double.PositiveInfinity;
        for (int j = 0; j < centroids.Length / d; j++)
        {
            double distance = Squared(point, centroids.Slice(j * d, d));
            if (distance < lowest)
            {
                (nearest, lowest) = (j, distance);
            }
        }

        return nearest;
    }

    public static int[] NearestOfEach<T>(ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<T> centroids)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] labels = new int[points.Length / dimensions];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = Nearest(points.Slice(i * dimensions, dimensions), centroids);
        }

        return labels;
    }
}
