using System.Numerics;

namespace KMeansClustering.Benchmarks;

/// <summary>Made-up points: k normal clusters of spread 1.5 around centres uniform in ±10, as benchmarks/peers/make_data.py makes them. The same on every run.</summary>
internal static class Mixture
{
    private const double Spread = 1.5;
    private const double Range = 10;

    /// <summary>n × d values, row-major.</summary>
    public static float[] Points(int count, int dimensions, int clusters, int seed = 1)
    {
        var random = new Random(seed);
        var centres = new double[clusters * dimensions];
        for (var i = 0; i < centres.Length; i++)
        {
            centres[i] = Range * ((2 * random.NextDouble()) - 1);
        }

        var points = new float[checked(count * dimensions)];
        for (var i = 0; i < count; i++)
        {
            var centre = random.Next(clusters) * dimensions;
            for (var p = 0; p < dimensions; p++)
            {
                points[(i * dimensions) + p] = (float)(centres[centre + p] + (Spread * Normal(random)));
            }
        }

        return points;
    }

    /// <summary>k different rows of the points, to start from.</summary>
    public static T[] Rows<T>(T[] points, int dimensions, int clusters, int seed = 2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var count = points.Length / dimensions;
        var rows = new HashSet<int>();
        while (rows.Count < clusters)
        {
            rows.Add(random.Next(count));
        }

        var centroids = new T[clusters * dimensions];
        var next = 0;
        foreach (var row in rows)
        {
            points.AsSpan(row * dimensions, dimensions).CopyTo(centroids.AsSpan(next, dimensions));
            next += dimensions;
        }

        return centroids;
    }

    // The polar method of Marsaglia, one of its two values.
    private static double Normal(Random random)
    {
        while (true)
        {
            var x = (2 * random.NextDouble()) - 1;
            var y = (2 * random.NextDouble()) - 1;
            var square = (x * x) + (y * y);
            if (square is > 0 and < 1)
            {
                return x * Math.Sqrt(-2 * Math.Log(square) / square);
            }
        }
    }
}
