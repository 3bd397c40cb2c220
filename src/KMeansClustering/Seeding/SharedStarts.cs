using System.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// Starting centroids for several numbers of clusters, asked for in ascending order, from fewer seedings.
/// </summary>
/// <remarks>
/// Invariant: what a seeding of k clusters chooses begins with what one of fewer chooses, as long as both draw the same: <see cref="SeedingMethod.Random"/> always, greedy k-means++ as long as both try as many candidates
/// (2 + ⌊ln k⌋: for 3 to 7, 8 to 20, 21 to 54 …). k-means‖ draws by k, and shares nothing.
/// </remarks>
internal sealed class SharedStarts<T>(SeedingMethod method, int[] clusters)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<int, T[]> _latest = [];
    private int _seeded;

    /// <summary>The k × d starting centroids of a restart, which the caller may change.</summary>
    /// <param name="k">How many.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="restart">For which restart.</param>
    /// <param name="seed">Seeds so many; is called where no earlier seeding will do.</param>
    public T[] Take(int k, int dimensions, int restart, Func<int, T[]> seed)
    {
        if (k > _seeded)
        {
            _latest.Clear();
            _seeded = Array.FindLast(clusters, more => DrawsTheSame(k, more));
        }

        if (!_latest.TryGetValue(restart, out var centroids))
        {
            centroids = seed(_seeded);
            _latest.Add(restart, centroids);
        }

        return centroids[..(k * dimensions)];
    }

    private bool DrawsTheSame(int k, int more) => method switch
    {
        SeedingMethod.Random => true,
        SeedingMethod.KMeansPlusPlus => KMeansPlusPlusSeeding.Candidates(k) == KMeansPlusPlusSeeding.Candidates(more),
        _ => k == more,
    };
}
