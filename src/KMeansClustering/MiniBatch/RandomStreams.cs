using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>The streams of one seed: 0, 1, 2 … are those of the tries to seed, and these are the others.</summary>
internal static class RandomStreams
{
    /// <summary>Which points the starting centroids are chosen from, and judged by.</summary>
    public static Xoshiro256 Seeding(int seed, int attempt) => new(seed, -3 - attempt);

    /// <summary>Which points make the batches of a fit.</summary>
    public static Xoshiro256 Batches(int seed) => new(seed, -1);

    /// <summary>Which rows starved centroids are put on.</summary>
    public static Xoshiro256 Reassignment(int seed) => new(seed, -2);

    /// <summary>A number below a limit that was not taken yet; it is then.</summary>
    public static int NextDistinct(this Xoshiro256 random, int limit, HashSet<int> taken)
    {
        while (true)
        {
            var next = (int)random.Next(limit);
            if (taken.Add(next))
            {
                return next;
            }
        }
    }
}
