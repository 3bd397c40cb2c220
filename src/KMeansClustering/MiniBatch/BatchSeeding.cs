using System.Numerics;
using KMeansClustering.Numerics;
using KMeansClustering.Seeding;

namespace KMeansClustering.MiniBatch;

/// <summary>Starting centroids for batches: chosen a few times from some of the points; those with the lowest inertia on a sample are taken, the first of equal ones.</summary>
internal static unsafe class BatchSeeding
{
    /// <summary>Sets a learner's centroids; their weights to 0.</summary>
    /// <param name="learner">It has no centroids yet.</param>
    /// <param name="points">At least k of positive weight.</param>
    /// <param name="weights">Their weights; null for 1 each.</param>
    /// <param name="positive">The points of positive weight; empty where all are.</param>
    /// <param name="options">How.</param>
    /// <param name="crew">The threads.</param>
    public static void Start<T>(BatchLearner<T> learner, PointView<T> points, T* weights, int[] positive, MiniBatchKMeansOptions options, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (clusters, dimensions) = (learner.Centroids.Clusters, points.Dimensions);
        var size = Math.Min(Size(options, clusters), positive.Length > 0 ? positive.Length : points.Count);
        var random = RandomStreams.Seeding(options.Seed);
        var tries = options.InitialTries;
        var rows = new DrawnRows<T>[tries];
        using var centroids = new AlignedBuffer<T>((long)tries * clusters * dimensions);
        using var sample = new DrawnRows<T>(points, weights, positive, size);
        sample.DrawDistinct(random);
        for (var attempt = 0; attempt < tries; attempt++)
        {
            rows[attempt] = new DrawnRows<T>(points, weights, positive, size);
            rows[attempt].DrawDistinct(random);
        }

        var tried = (nint)centroids.Pointer;
        if (tries == 1)
        {
            Try(rows[0].Batch, (T*)tried, clusters, options, 0, crew);
        }
        else
        {
            crew.Run(tries, 1, double.MaxValue, (_, attempt, _) =>
            {
                using var alone = crew.OfOne();
                Try(rows[attempt].Batch, (T*)tried + ((nint)attempt * clusters * dimensions), clusters, options, attempt, alone);
            });
        }

        var lowest = double.PositiveInfinity;
        for (var attempt = 0; attempt < tries; attempt++)
        {
            var found = centroids.Pointer + ((nint)attempt * clusters * dimensions);
            var inertia = tries == 1 ? 0 : learner.Inertia(sample.Batch, found, crew);
            if (attempt == 0 || inertia < lowest)
            {
                lowest = inertia;
                for (var j = 0; j < clusters; j++)
                {
                    learner.Centroids.Set(j, found + ((nint)j * dimensions), 0);
                }
            }

            rows[attempt].Dispose();
        }
    }

    private static void Try<T>(Batch<T> rows, T* centroids, int clusters, MiniBatchKMeansOptions options, int attempt, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        rows.BringAll(crew);
        using var labels = new AlignedBuffer<int>(rows.Rows.Count);
        using var data = new SeedingData<T>(rows.Rows, rows.Weights, crew, labels.Pointer);
        Seeder.Choose(options.Seeding, data, centroids, clusters, options.Seed, attempt, static _ => { });
    }

    private static int Size(MiniBatchKMeansOptions options, int clusters)
    {
        const int Times = 3;
        if (options.InitSize is { } size)
        {
            return size;
        }

        var batches = Times * (long)options.BatchSize;
        return (int)Math.Min(batches < clusters ? Times * (long)clusters : batches, int.MaxValue);
    }
}
