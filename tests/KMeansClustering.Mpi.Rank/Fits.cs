using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace KMeansClustering.Mpi.Rank;

/// <summary>How points are spread over the ranks.</summary>
public enum Cut
{
    /// <summary>As evenly as it goes.</summary>
    Equal,

    /// <summary>Rank 0 has most of them, rank 1 of three or more has none.</summary>
    Unequal,
}

/// <summary>Fits by every seeding and algorithm, of float and double, with and without weights, and one hash of all their answers.</summary>
public static class Fits
{
    private const int Count = 500;
    private const int Dimensions = 5;
    private const int Clusters = 7;

    /// <summary>Runs them; the same hash on every rank.</summary>
    /// <param name="collective">The ranks.</param>
    /// <param name="cut">How the points are spread over them.</param>
    /// <param name="every">1 for all fits, 11 for every eleventh of them: still each seeding, of each type.</param>
    public static string Hash(ICollective collective, Cut cut, int every)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var number = 0;
        foreach (var weighted in new[] { false, true })
        {
            foreach (var seeding in Enum.GetValues<SeedingMethod>())
            {
                foreach (var algorithm in Enum.GetValues<KMeansAlgorithm>())
                {
                    if (number++ % every == 0)
                    {
                        // Every fifth by direction: the first of eleven, and in all each algorithm and each seeding.
                        var metric = number % 5 == 1 ? KMeansMetric.Cosine : KMeansMetric.Euclidean;
                        var options = new KMeansOptions { Seeding = seeding, Algorithm = algorithm, Metric = metric, Seed = number, MaxIterations = 4, MaxDegreeOfParallelism = 1 };
                        Add<float>(hash, collective, cut, options, weighted);
                        Add<double>(hash, collective, cut, options, weighted);
                    }
                }
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>A fit of the points in a file, each rank's its own slice of it; the same hash on every rank.</summary>
    /// <param name="collective">The ranks.</param>
    /// <param name="path">A .npy file of floats.</param>
    /// <param name="cut">How the points are spread over the ranks.</param>
    public static string HashOfFile(ICollective collective, string path, Cut cut)
    {
        using var points = MappedPoints.Open<float>(path);
        var (first, end) = Share(collective.Rank, collective.Size, (int)points.Count, cut);
        var options = new KMeansOptions { Seeding = SeedingMethod.KMeansParallel };
        var fit = collective.Size == 1
            ? KMeans.Fit(points.Points, Clusters, options)
            : DistributedKMeans.Fit(collective, points.Slice(first, end - first), Clusters, options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, collective, fit, first, (int)points.Count);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The first of a rank's points, and the end of them.</summary>
    public static (int First, int End) Share(int rank, int size, int count, Cut cut)
    {
        if (cut == Cut.Equal || size == 1)
        {
            return ((int)((long)count * rank / size), (int)((long)count * (rank + 1) / size));
        }

        int[] shares = [.. Enumerable.Range(0, size).Select(i => i == 0 ? 9 : i == 1 && size > 2 ? 0 : 1)];
        return (count * shares.Take(rank).Sum() / shares.Sum(), count * shares.Take(rank + 1).Sum() / shares.Sum());
    }

    /// <summary>The same points everywhere: a few heaps, with ties.</summary>
    public static T[] Points<T>(int count, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var points = new T[count * dimensions];
        var state = 1u;
        for (var i = 0; i < points.Length; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            points[i] = T.CreateChecked((i / dimensions % 9 * 40) + (state >> 26)) / T.CreateChecked(7);
        }

        return points;
    }

    private static void Add<T>(IncrementalHash hash, ICollective collective, Cut cut, KMeansOptions options, bool weighted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var points = Points<T>(Count, Dimensions);
        var weights = weighted ? Array.ConvertAll(points[..Count], x => T.Abs(x) + T.One) : null;
        var (first, end) = Share(collective.Rank, collective.Size, Count, cut);
        var fit = collective.Size == 1
            ? KMeans.Fit<T>(points, Dimensions, Clusters, options, weights)
            : DistributedKMeans.Fit<T>(collective, points.AsSpan(first * Dimensions, (end - first) * Dimensions), Dimensions, Clusters, options, weights is null ? default : weights.AsSpan(first, end - first));
        Add(hash, collective, fit, first, Count);
    }

    private static void Add<T>(IncrementalHash hash, ICollective collective, KMeansResult<T> fit, int first, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        hash.AppendData(MemoryMarshal.AsBytes(fit.Model.Centroids));
        hash.AppendData(MemoryMarshal.AsBytes<double>([fit.Inertia, fit.Iterations, (int)fit.StopReason, fit.Relocations]));
        hash.AppendData(MemoryMarshal.AsBytes(fit.ClusterWeights));

        var labels = new double[count];
        for (var i = 0; i < fit.Labels.Length; i++)
        {
            labels[first + i] = fit.Labels[i];
        }

        collective.Sum(labels);
        hash.AppendData(MemoryMarshal.AsBytes<double>(labels));
    }
}
