using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>What stands behind a fit of a data set: batches are drawn from it, and learned from, until they teach nothing more.</summary>
internal static unsafe class MiniBatchFit
{
    /// <summary>Runs to the end.</summary>
    /// <param name="learner">New, or with the centroids to start from.</param>
    /// <param name="points">n × d.</param>
    /// <param name="weights">n weights; null for 1 each.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told of each batch, on the calling thread.</param>
    /// <param name="crew">The threads.</param>
    /// <returns>Why it stopped, and the smoothed inertia of the last batches; null where there was only one.</returns>
    public static (StopReason Reason, double? SmoothedInertia) Run<T>(
        BatchLearner<T> learner, PointView<T> points, ReadOnlySpan<T> weights, MiniBatchKMeansOptions options, IProgress<MiniBatchKMeansProgress>? progress, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (_, greatestWeight) = Check.Weights(weights, points.Count);
        var positive = PositiveRows(weights);
        var count = positive.Length > 0 ? positive.Length : points.Count;
        var size = Math.Min(options.BatchSize, count);
        var batches = Math.Max(1, (long)options.MaxEpochs * count / size);
        var survey = Survey<T>.Of(points, crew, nameof(points));
        learner.Bounds.Include(survey, greatestWeight, size, (double)batches * size, nameof(points));
        var settledShift = options.Tolerance > 0 ? options.Tolerance * Variance.Mean(points, survey, crew, PointShare.All(points.Count)) : -1;
        var stop = new EarlyStop(Math.Min(1, 2.0 * size / (count + 1.0)), options.MaxNoImprovement, settledShift);
        fixed (T* weight = weights)
        {
            if (!learner.HasCentroids)
            {
                Check.PointsForClusters(count, learner.Centroids.Clusters, nameof(points));
                BatchSeeding.Start(learner, points, weight, positive, options, crew);
            }

            using var rows = new DrawnRows<T>(points, weight, positive, size);
            var random = RandomStreams.Batches(options.Seed);
            StopReason? reason = null;
            for (var batch = 0L; batch < batches && reason is null; batch++)
            {
                crew.ThrowIfCancelled();
                rows.Draw(random);
                learner.Learn(rows.Batch, crew);
                reason = stop.After(learner.BatchInertia, learner.Shift);
                progress?.Report(new MiniBatchKMeansProgress
                {
                    Batch = batch + 1,
                    BatchInertia = learner.BatchInertia,
                    SmoothedInertia = stop.Smoothed,
                    Reassignments = learner.Reassignments,
                });
            }

            return (reason ?? StopReason.MaxIterations, stop.Smoothed);
        }
    }

    // Empty where all are.
    private static int[] PositiveRows<T>(ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!weights.Contains(T.Zero))
        {
            return [];
        }

        var rows = new List<int>();
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > T.Zero)
            {
                rows.Add(i);
            }
        }

        return [.. rows];
    }
}
