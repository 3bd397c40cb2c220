using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.MiniBatch;
using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <summary>tmp</summary>
public sealed unsafe class MiniBatchKMeans<T>(int dimensions, int clusters, MiniBatchKMeansOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>tmp</summary>
    public long Batches { get; private set; }

    /// <summary>tmp</summary>
    public void Fit(ReadOnlySpan<T> points, ReadOnlySpan<T> weights = default, IProgress<MiniBatchKMeansProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var count = Check.Rows(points, dimensions);
        using var crew = new Crew(options.MaxDegreeOfParallelism, cancellationToken);
        fixed (T* data = points, weight = weights)
        {
            var view = new PointView<T>(data, count, dimensions);
            var t0 = System.Diagnostics.Stopwatch.GetTimestamp();
            var survey = Survey<T>.Of(view, crew, nameof(points));
            var t1 = System.Diagnostics.Stopwatch.GetTimestamp();
            using var learner = new BatchLearner<T>(clusters, dimensions, options, false);
            BatchSeeding.Start(learner, view, weight, [], options, crew);
            var t2 = System.Diagnostics.Stopwatch.GetTimestamp();
            var size = Math.Min(options.BatchSize, count);
            using var rows = new DrawnRows<T>(view, weight, [], size);
            var random = RandomStreams.Batches(options.Seed);
            var stop = new EarlyStop(Math.Min(1, 2.0 * size / (count + 1.0)), options.MaxNoImprovement, -1);
            do
            {
                rows.Draw(random);
                learner.Learn(rows.Batch, crew);
            }
            while (stop.After(learner.BatchInertia, 0) is null);
            var t3 = System.Diagnostics.Stopwatch.GetTimestamp();
            if (Environment.GetEnvironmentVariable("MB") != null) Console.WriteLine($"survey {(t1-t0)/1e6:F1} seeding {(t2-t1)/1e6:F1} steps {(t3-t2)/1e6:F1} batches {learner.Batches} per step {(t3-t2)/1e3/learner.Batches:F0} us");
            Batches = learner.Batches;
            Model = new KMeansModel<T>(new ReadOnlySpan<T>(learner.Centroids.Rounded, clusters * dimensions).ToArray(), dimensions);
        }
    }

    /// <summary>tmp</summary>
    public KMeansModel<T> ToModel() => Model!;

    private KMeansModel<T>? Model;
}

/// <summary>tmp</summary>
public sealed record MiniBatchKMeansProgress;
