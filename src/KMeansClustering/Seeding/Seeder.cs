using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>Chooses starting centroids.</summary>
internal static unsafe class Seeder
{
    /// <summary>Writes k starting centroids, each a point of the data.</summary>
    /// <param name="method">How.</param>
    /// <param name="data">The points.</param>
    /// <param name="centroids">Receives k × d values.</param>
    /// <param name="clusters">k.</param>
    /// <param name="seed">The seed, and</param>
    /// <param name="restart">which of its streams.</param>
    /// <param name="seeded">Is told how many are chosen, now and then.</param>
    public static void Choose<T>(SeedingMethod method, SeedingData<T> data, T* centroids, int clusters, int seed, int restart, Action<int> seeded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Xoshiro256(seed, restart);
        switch (method)
        {
            case SeedingMethod.Random:
                RandomSeeding.Choose(data, centroids, clusters, random);
                break;
            case SeedingMethod.KMeansParallel:
                KMeansParallelSeeding.Choose(data, centroids, clusters, random, seeded);
                break;
            default:
                KMeansPlusPlusSeeding.Choose(data, centroids, clusters, random, seeded);
                break;
        }

        seeded(clusters);
    }
}
