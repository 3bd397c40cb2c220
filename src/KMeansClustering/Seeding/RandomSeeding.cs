using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>k different points, each drawn with a chance proportional to its weight among those not yet drawn.</summary>
internal static unsafe class RandomSeeding
{
    public static void Choose<T>(SeedingData<T> data, T* centroids, int clusters, Xoshiro256 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var taken = new List<long>();
        foreach (var point in data.Weighted ? DrawWeighted(data, random) : DrawUniform(data, random))
        {
            data.Crew.ThrowIfCancelled();
            taken.Add(point);
            if (taken.Count == clusters)
            {
                break;
            }
        }

        data.FetchFilledUp(taken, centroids, clusters);
    }

    /// <summary>One point, drawn with a chance proportional to its weight.</summary>
    public static long First<T>(SeedingData<T> data, Xoshiro256 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        data.Weighted ? DrawWeighted(data, random).First() : random.Next(data.Share.Total);

    private static IEnumerable<long> DrawUniform<T>(SeedingData<T> data, Xoshiro256 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var taken = new HashSet<long>();
        while (taken.Count < data.Share.Total)
        {
            var point = random.Next(data.Share.Total);
            if (taken.Add(point))
            {
                yield return point;
            }
        }
    }

    // A point drawn leaves the distribution; points of weight 0 were never in it.
    private static IEnumerable<long> DrawWeighted<T>(SeedingData<T> data, Xoshiro256 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var taken = new HashSet<int>();
        var point = new long[1];
        var potential = new Potential(data.Share);
        void Masses(int first, Span<double> masses)
        {
            for (var i = 0; i < masses.Length; i++)
            {
                masses[i] = taken.Contains(first + i) ? 0 : data.Weight(first + i);
            }
        }

        while (true)
        {
            if (potential.IsCoarse && !potential.TryRescale(Masses, data.Crew))
            {
                yield break;
            }

            potential.Draw([random.Next53()], Masses, point);
            if (data.Share.Own(point[0]) is { } own)
            {
                potential.Remove(own, data.Weight(own));
                taken.Add(own);
            }

            potential.Share();
            yield return point[0];
        }
    }
}
