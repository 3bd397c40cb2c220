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
        using var rows = new DrawnRows<T>(points, weights, positive, size);
        using var sample = new DrawnRows<T>(points, weights, positive, size);
        using var labels = new AlignedBuffer<int>(size);
        using var centroids = new AlignedBuffer<T>((long)clusters * dimensions);
        sample.DrawDistinct(random, crew);
        var lowest = double.PositiveInfinity;
        for (var attempt = 0; attempt < options.InitialTries; attempt++)
        {
            rows.DrawDistinct(random, crew);
            using var data = new SeedingData<T>(rows.Rows, rows.Weights, crew, labels.Pointer);
            Seeder.Choose(options.Seeding, data, centroids.Pointer, clusters, options.Seed, attempt, static _ => { });
            var inertia = options.InitialTries == 1 ? 0 : learner.Inertia(sample.Rows, sample.Weights, centroids.Pointer, crew);
            if (attempt == 0 || inertia < lowest)
            {
                lowest = inertia;
                for (var j = 0; j < clusters; j++)
                {
                    learner.Centroids.Set(j, centroids.Pointer + ((nint)j * dimensions), 0);
                }
            }
        }
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
