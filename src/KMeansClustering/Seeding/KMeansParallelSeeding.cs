using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// k-means‖ (Bahmani, Moseley, Vattani, Kumar and Vassilvitskii 2012): in each of a few rounds every point becomes a candidate by a draw of its own, with a chance
/// of ℓ·w·D²/Σ w·D² and ℓ = 2k; then each candidate gets the weight of the points nearest to it, and greedy k-means++ reduces the candidates to k.
/// </summary>
internal static unsafe class KMeansParallelSeeding
{
    private const int Rounds = 5;
    private const int MaxRounds = 30;
    private const int Oversampling = 2;
    private const int WorkPerDraw = 16;

    public static void Choose<T>(SeedingData<T> data, T* centroids, int clusters, Xoshiro256 random, Action<int> seeded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var candidates = DrawCandidates(data, clusters, random, seeded);
        if (candidates.Count <= clusters)
        {
            data.FetchFilledUp(candidates, centroids, clusters);
            return;
        }

        var dimensions = data.Points.Dimensions;
        using var rows = new AlignedBuffer<T>((long)candidates.Count * dimensions);
        data.Fetch(CollectionsMarshal.AsSpan(candidates), rows.Pointer);
        using var weights = new AlignedBuffer<T>(candidates.Count);
        WeighCandidates(data, rows.Pointer, weights);
        using var reduced = new SeedingData<T>(new PointView<T>(rows.Pointer, candidates.Count, dimensions), weights.Pointer, data.Crew, null, data.Budget);
        KMeansPlusPlusSeeding.Choose(reduced, centroids, clusters, random, seeded);
    }

    private static List<long> DrawCandidates<T>(SeedingData<T> data, int clusters, Xoshiro256 random, Action<int> seeded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dimensions = data.Points.Dimensions;
        var drawSeed = random.NextUInt64();
        var all = new List<long>();
        var latest = new List<long> { RandomSeeding.First(data, random) };
        using var distances = NearestDistances<T>.Of(data, rounds: 0);
        for (var round = 0; ; round++)
        {
            all.AddRange(latest);
            seeded(Math.Min(all.Count, clusters));
            if (latest.Count > 0)
            {
                using var rows = new AlignedBuffer<T>((long)latest.Count * dimensions);
                data.Fetch(CollectionsMarshal.AsSpan(latest), rows.Pointer);
                distances.Include(rows.Pointer, latest.Count);
            }

            if (distances.Potential.Total == 0 || round == MaxRounds || (round >= Rounds && all.Count >= clusters))
            {
                return all;
            }

            latest = DrawRound(data, distances, (double)Oversampling * clusters, drawSeed, round);
        }
    }

    // The points in ascending order, so that the candidates' order depends on nothing else. D² of a candidate is 0: it is not drawn again.
    private static List<long> DrawRound<T>(SeedingData<T> data, NearestDistances<T> distances, double expected, ulong seed, int round)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var total = distances.Potential.TotalMass;
        var threads = new List<long>[data.Crew.Size];
        data.Crew.Run(data.Points.Count, Potential.BlockSize, WorkPerDraw, (thread, first, length) =>
            DrawBlock(distances, first, length, data.Share.First, seed, round, total, expected, threads[thread] ??= []));
        return data.Share.Join([.. threads.SelectMany(drawn => drawn ?? []).Order()]);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void DrawBlock<T>(NearestDistances<T> distances, int first, int length, long offset, ulong seed, int round, double total, double expected, List<long> drawn)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> masses = stackalloc double[Potential.BlockSize];
        masses = masses[..length];
        distances.Masses(first, masses);
        for (var i = 0; i < length; i++)
        {
            var point = offset + first + i;
            if (masses[i] > 0 && Xoshiro256.DrawAt(seed, round, point) * (1.0 / (1L << 53)) * total < expected * masses[i])
            {
                drawn.Add(point);
            }
        }
    }

    private static void WeighCandidates<T>(SeedingData<T> data, T* candidates, AlignedBuffer<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = (int)weights.Length;
        data.AssignToNearest(candidates, count);

        var potential = new Potential(data.Share);
        potential.TryRescale(data.ReadWeights, data.Crew);
        var threads = new Int128[]?[data.Crew.Size];
        data.Crew.Run(data.Points.Count, Potential.BlockSize, WorkPerDraw, (thread, first, length) =>
            AddWeights(data, first, length, potential, threads[thread] ??= new Int128[count]));
        var units = new Int128[count];
        foreach (var mine in threads)
        {
            for (var j = 0; mine is not null && j < count; j++)
            {
                units[j] += mine[j];
            }
        }

        data.Share.Collective.Sum(units, Potential.PartsOfSum);

        // Divided by a power of two above the greatest, so that no weight, and none times a distance, is too large.
        var exponent = Math.ILogB((double)units.Max()) + 1;
        for (var j = 0; j < count; j++)
        {
            weights.Pointer[j] = T.CreateTruncating(Math.ScaleB((double)units[j], -exponent));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddWeights<T>(SeedingData<T> data, int first, int length, Potential potential, Int128[] sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var labels = data.Labels;
        for (var i = first; i < first + length; i++)
        {
            var (high, low) = potential.Units(data.Weight(i));
            sums[labels[i]] += Potential.Join(high, low);
        }
    }
}
