using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>k different points, each drawn with a chance proportional to its weight among those not yet drawn.</summary>
internal static unsafe class RandomSeeding
{
    public static void Choose<T>(SeedingData<T> data, T* centroids, int clusters, Xoshiro256 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var taken = new HashSet<int>();
        foreach (var point in data.Weighted ? DrawWeighted(data, random, taken) : DrawUniform(data, random, taken))
        {
            data.Crew.ThrowIfCancelled();
            data.Copy(point, centroids, taken.Count - 1);
            if (taken.Count == clusters)
            {
                return;
            }
        }

        data.FillUp(centroids, taken.Count, clusters, taken);
    }

    /// <summary>One point, drawn with a chance proportional to its weight.</summary>
    public static int First<T>(SeedingData<T> data, Xoshiro256 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        data.Weighted ? DrawWeighted(data, random, []).First() : random.Next(data.Points.Count);

    private static IEnumerable<int> DrawUniform<T>(SeedingData<T> data, Xoshiro256 random, HashSet<int> taken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (taken.Count < data.Points.Count)
        {
            var point = random.Next(data.Points.Count);
            if (taken.Add(point))
            {
                yield return point;
            }
        }
    }

    // A point drawn leaves the distribution; points of weight 0 were never in it.
    private static IEnumerable<int> DrawWeighted<T>(SeedingData<T> data, Xoshiro256 random, HashSet<int> taken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var potential = new Potential(data.Points.Count);
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

            var point = potential.Draw(random.Next53(), Masses);
            potential.Remove(point, data.Weight(point));
            taken.Add(point);
            yield return point;
        }
    }
}
