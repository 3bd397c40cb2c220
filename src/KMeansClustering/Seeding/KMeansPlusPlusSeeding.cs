using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// Greedy k-means++ (Arthur and Vassilvitskii 2007): for each next centroid 2 + ⌊ln k⌋ points are drawn with a chance proportional to w·D², and the
/// one that lowers the potential Σ w·D² most is kept, the lowest draw winning a tie.
/// </summary>
internal static unsafe class KMeansPlusPlusSeeding
{
    public static void Choose<T>(SeedingData<T> data, T* centroids, int clusters, Xoshiro256 random, Action<int> seeded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dimensions = data.Points.Dimensions;
        var draws = Candidates(clusters);
        using var candidates = new AlignedBuffer<T>((long)draws * dimensions);
        using var distances = NearestDistances<T>.Of(data, clusters - 1);
        var taken = new List<long> { RandomSeeding.First(data, random) };
        data.Fetch([taken[0]], centroids);
        var bits = new ulong[draws];
        var drawn = new long[draws];
        distances.IncludeFirst(centroids);
        for (var chosen = 1; chosen < clusters; chosen++)
        {
            seeded(chosen);
            if (distances.Potential.Total == 0)
            {
                data.FetchFilledUp(taken, centroids, clusters);
                return;
            }

            for (var draw = 0; draw < draws; draw++)
            {
                bits[draw] = random.Next53();
            }

            distances.Draw(bits, drawn);
            data.Fetch(drawn, candidates.Pointer);
            var gains = distances.Gains(candidates.Pointer, draws);
            var best = Array.IndexOf(gains, gains.Max());
            taken.Add(drawn[best]);
            new ReadOnlySpan<T>(candidates.Pointer + ((nint)best * dimensions), dimensions).CopyTo(new Span<T>(centroids + ((nint)chosen * dimensions), dimensions));
            if (chosen < clusters - 1)
            {
                distances.IncludeCandidate(candidates.Pointer, best);
            }
        }
    }

    /// <summary>How many points are drawn for each centroid: 2 + ⌊ln k⌋, from the powers of e, so that no machine's logarithm decides: ln k is never an integer for k &gt; 1.</summary>
    public static int Candidates(int clusters)
    {
        ReadOnlySpan<int> powers = [3, 8, 21, 55, 149, 404, 1097, 2981, 8104, 22027, 59875, 162755, 442414, 1202605, 3269018, 8886111, 24154953, 65659970, 178482301, 485165196, 1318815735];
        var floor = 0;
        while (floor < powers.Length && clusters >= powers[floor])
        {
            floor++;
        }

        return 2 + floor;
    }
}
