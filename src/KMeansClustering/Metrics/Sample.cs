using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>A random sample without replacement.</summary>
internal static class Sample
{
    /// <summary>Some of n indices, ascending: by a Fisher–Yates shuffle that ends when it has enough.</summary>
    public static int[] Draw(int count, int size, int seed)
    {
        var random = new Xoshiro256(seed, restart: 0);
        var indices = new int[count];
        for (var i = 0; i < count; i++)
        {
            indices[i] = i;
        }

        for (var i = 0; i < size; i++)
        {
            var j = i + (int)random.Next(count - i);
            (indices[i], indices[j]) = (indices[j], indices[i]);
        }

        Array.Resize(ref indices, size);
        Array.Sort(indices);
        return indices;
    }
}
