using System.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>Squared distances without any rounding.</summary>
internal static class ExactDistance
{
    public static ExactNumber Squared<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ExactNumber sum = ExactNumber.Zero;
        for (int p = 0; p < x.Length; p++)
        {
            ExactNumber difference = ExactNumber.From(x[p]) - ExactNumber.From(c[p]);
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>The nearest centroid, the lowest of several equally near ones.</summary>
    public static int Nearest<T>(ReadOnlySpan<T> point, ReadOnlySpan<T> centroids)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int d = point.Length;
        int nearest = 0;
        ExactNumber lowest = Squared(point, centroids[..d]);
        for (int j = 1; j < centroids.Length / d; j++)
        {
            ExactNumber distance = Squared(point, centroids.Slice(j * d, d));
            if (distance < lowest)
            {
                (nearest, lowest) = (j, distance);
            }
        }

        return nearest;
    }

    /// <summary>
    /// Whether a centroid is as near as any, but for what the rounding of the judge's distance explains: 2(d+3)·2⁻⁵³ of the
    /// distance, and d·2⁻¹⁰⁷⁴.
    /// </summary>
    public static bool IsNearest<T>(int label, ReadOnlySpan<T> point, ReadOnlySpan<T> centroids)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int d = point.Length;
        int nearest = Nearest(point, centroids);
        if (label == nearest)
        {
            return true;
        }

        ExactNumber lowest = Squared(point, centroids.Slice(nearest * d, d));
        ExactNumber margin = (lowest * ExactNumber.From(d + 3)).Scale(-52) + ExactNumber.From(d).Scale(-1074);
        return Squared(point, centroids.Slice(label * d, d)) <= lowest + margin;
    }
}
