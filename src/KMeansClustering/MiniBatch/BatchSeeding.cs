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
        var size = Size(options, clusters, positive.Length > 0 ? positive.Length : points.Count);
        var tries = options.InitialTries;
        var rows = new DrawnRows<T>?[crew.Size];
        using var centroids = new AlignedBuffer<T>((long)tries * clusters * dimensions);
        var tried = (nint)centroids.Pointer;

        void Try(int thread, int attempt, Crew mates)
        {
            var drawn = rows[thread] ??= new DrawnRows<T>(points, weights, positive, size);
            drawn.DrawDistinct(RandomStreams.Seeding(options.Seed, attempt));
            Choose(drawn.Batch, (T*)tried + ((nint)attempt * clusters * dimensions), clusters, options, attempt, mates);
        }

        // A try on one thread costs less than on several; one that would be left over is shared by all.
        var together = crew.Size == 1 ? 0 : tries - (tries % crew.Size == 1 ? 1 : 0);
        crew.Run(together, 1, double.MaxValue, (thread, attempt, _) =>
        {
            using var alone = crew.OfOne();
            Try(thread, attempt, alone);
        });
        for (var attempt = together; attempt < tries; attempt++)
        {
            Try(0, attempt, crew);
        }

        var sample = rows[0] ??= new DrawnRows<T>(points, weights, positive, size);
        sample.DrawDistinct(RandomStreams.Seeding(options.Seed, tries));
        var lowest = double.PositiveInfinity;
        for (var attempt = 0; attempt < tries; attempt++)
        {
            var found = centroids.Pointer + ((nint)attempt * clusters * dimensions);
            var inertia = tries == 1 ? 0 : learner.Inertia(sample.Batch, found, crew);
            if (attempt == 0 || inertia < lowest)
            {
                lowest = inertia;
                learner.Start(found, default);
            }
        }

        foreach (var drawn in rows)
        {
            drawn?.Dispose();
        }
    }

    private static void Choose<T>(Batch<T> rows, T* centroids, int clusters, MiniBatchKMeansOptions options, int attempt, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        rows.BringAll(crew);
        using var labels = new AlignedBuffer<int>(rows.Rows.Count);
        using var data = new SeedingData<T>(rows.Rows, rows.Weights, crew, labels.Pointer, MemoryBudget.OfProcess);
        Seeder.Choose(options.Seeding, data, centroids, clusters, options.Seed, attempt, static _ => { });
    }

    // At most all points.
    private static int Size(MiniBatchKMeansOptions options, int clusters, int points)
    {
        const long Times = 3;
        var size = options.InitSize ?? Times * (Times * options.BatchSize < clusters ? clusters : options.BatchSize);
        return (int)Math.Min(size, points);
    }
}
