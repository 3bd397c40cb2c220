using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;
using KMeansClustering.Seeding;

namespace KMeansClustering.Fitting;

/// <summary>
/// What stands behind every <c>Fit</c>: the checks and the one look at the data, which are the constructor's; then fits of the same points, each with its restarts and the choice
/// of the best.
/// </summary>
internal sealed unsafe class FitJob<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KMeansOptions _options;
    private readonly double _settledShift;
    private readonly MetricRows<T> _rows;
    private readonly FitData<T> _data;

    // A process without points in a fit with weights: its sums have the form of the others'.
    private readonly AlignedBuffer<T>? _weightOfNothing;

    /// <summary>Looks at the points, and prepares what all fits of them share.</summary>
    /// <param name="points">n × d; n &gt; 0.</param>
    /// <param name="weights">n weights in pinned memory, or none.</param>
    /// <param name="clusters">The most clusters that will be asked for: what is prepared suits them best.</param>
    /// <param name="initialCentroids">The k × d centroids that a fit will start from, directions for <see cref="KMeansMetric.Cosine"/>, or null.</param>
    /// <param name="options">Checked already.</param>
    /// <param name="crew">The threads.</param>
    /// <param name="collective">The processes among which the points are spread, each having its own, or none.</param>
    /// <param name="budget">What may go to memory that only saves time.</param>
    public FitJob(PointView<T> points, ReadOnlySpan<T> weights, int clusters, T[]? initialCentroids, KMeansOptions options, Crew crew, ICollective collective, MemoryBudget budget)
    {
        var share = PointShare.Of(points.Count, collective);
        var weighted = Agreement.Check(share, points.Dimensions, clusters, initialCentroids, !weights.IsEmpty, options);
        Check.Clusters(clusters, share.Total, initialCentroids is null ? nameof(clusters) : nameof(initialCentroids));
        var (leastWeight, greatestWeight) = weighted && weights.IsEmpty ? (double.PositiveInfinity, 0) : Check.AnyWeights(weights, points.Count);
        (leastWeight, greatestWeight) = (-collective.Max(-leastWeight), collective.Max(greatestWeight));
        Check.NotAllZero(greatestWeight, nameof(weights));
        crew.ThrowIfCancelled();
        _rows = MetricRows<T>.Of(options.Metric, points, crew, nameof(points));
        points = _rows.View;
        Survey = Survey<T>.Of(points, crew, nameof(points), collective);
        Check.Distances(Survey, initialCentroids, greatestWeight, nameof(points));
        var scale = SumScale.For<T>(Survey.Magnitudes, weighted, leastWeight, greatestWeight);
        _options = options;
        _settledShift = options.Tolerance > 0 ? options.Tolerance * Variance.Mean(points, Survey, crew, share) : 0;
        _weightOfNothing = weighted && weights.IsEmpty ? new AlignedBuffer<T>(1) : null;
        var weight = _weightOfNothing is null ? null : _weightOfNothing.Pointer;
        weight = weights.IsEmpty ? weight : (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(weights));
        _data = new FitData<T>(points, weight, scale, crew, share, PointFilters<T>.For(options.Algorithm, points, clusters, crew, budget));
    }

    /// <summary>The points as they are fitted, and what goes with them.</summary>
    public FitData<T> Data => _data;

    /// <summary>The box that they lie in.</summary>
    public Survey<T> Survey { get; }

    /// <summary>One fit, of k clusters from seeding or from given centroids.</summary>
    /// <param name="points">n × d; n &gt; 0.</param>
    /// <param name="clusters">k, where <paramref name="initialCentroids"/> is null.</param>
    /// <param name="initialCentroids">k × d starting centroids, or null.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="weights">n weights, or none.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the fit within a few milliseconds.</param>
    /// <param name="collective">The processes among which the points are spread; null for one.</param>
    /// <param name="budget">What may go to memory that only saves time; null for what the process has.</param>
    public static KMeansResult<T> Run(
        PointView<T> points,
        int clusters,
        T[]? initialCentroids,
        KMeansOptions? options,
        ReadOnlySpan<T> weights,
        IProgress<KMeansProgress>? progress,
        CancellationToken cancellationToken,
        ICollective? collective = null,
        MemoryBudget? budget = null)
    {
        options ??= new KMeansOptions();
        collective ??= SingleProcess.Instance;
        clusters = initialCentroids is null ? clusters : initialCentroids.Length / points.Dimensions;
        var watch = FitWatch.Start(points.Count, points.Dimensions, clusters, initialCentroids is null, options, progress);
        try
        {
            var result = CheckAndFit(points, clusters, initialCentroids, options, weights, watch ?? progress, collective, budget ?? MemoryBudget.OfProcess, cancellationToken);
            watch?.Completed(result);
            return result;
        }
        catch (Exception failure) when (watch is not null)
        {
            watch.Failed(failure);
            throw;
        }
    }

    /// <summary>A fit from given centroids, which stay as they are.</summary>
    public KMeansResult<T> From(T[] initialCentroids, IProgress<KMeansProgress>? progress) =>
        RunOnce((T[])initialCentroids.Clone(), new int[_data.Points.Count], 0, progress);

    /// <summary>A fit of k clusters from seeding. One array of labels serves all restarts, and the seeding as scratch; the best one's labels are what its centroids say.</summary>
    /// <param name="clusters">k.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration.</param>
    /// <param name="starts">What fits of other numbers of clusters share; null for one fit.</param>
    public KMeansResult<T> FromSeeding(int clusters, IProgress<KMeansProgress>? progress, SharedStarts<T>? starts = null)
    {
        var labels = new int[_data.Points.Count];
        KMeansResult<T>? best = null;
        KMeansResult<T>? latest = null;
        fixed (int* label = labels)
        {
            using var seeding = new SeedingData<T>(_data.Points, _data.Weights, _data.Crew, label, _data.Filters.Budget, _data.Filters.SeedingRows, _data.Filters.Tree, _data.Share);
            for (var restart = 0; restart < _options.Restarts; restart++)
            {
                var centroids = starts is null
                    ? Seed(seeding, clusters, restart, progress)
                    : starts.Take(clusters, _data.Points.Dimensions, restart, most => Seed(seeding, most, restart, progress));
                latest = RunOnce(centroids, labels, restart, progress);
                best = best is null || latest.Inertia < best.Inertia ? latest : best;
            }

            if (best != latest)
            {
                KMeans.Assign(_data.Points, best!.Model.Centroids, clusters, labels, _data.Crew, _data.Filters.Budget);
            }
        }

        return best!;
    }

    public void Dispose()
    {
        _data.Filters.Dispose();
        _weightOfNothing?.Dispose();
        _rows.Dispose();
    }

    private static T[] Directions(T[] initialCentroids, int dimensions)
    {
        var directions = (T[])initialCentroids.Clone();
        return UnitRow<T>.Normalise(directions, dimensions) is var zero and >= 0 ? throw Check.NoDirection(zero, nameof(initialCentroids)) : directions;
    }

    private static KMeansResult<T> CheckAndFit(
        PointView<T> points,
        int clusters,
        T[]? initialCentroids,
        KMeansOptions options,
        ReadOnlySpan<T> weights,
        IProgress<KMeansProgress>? progress,
        ICollective collective,
        MemoryBudget budget,
        CancellationToken cancellationToken)
    {
        Check.Options(options);
        if (initialCentroids is not null)
        {
            Check.Rows<T>(initialCentroids, points.Dimensions);
            Check.Finite<T>(initialCentroids, points.Dimensions);
            initialCentroids = options.Metric == KMeansMetric.Cosine ? Directions(initialCentroids, points.Dimensions) : initialCentroids;
        }

        using var crew = new Crew(options.MaxDegreeOfParallelism, cancellationToken);
        fixed (T* pinned = weights)
        {
            using var job = new FitJob<T>(points, weights, clusters, initialCentroids, options, crew, collective, budget);
            return initialCentroids is null ? job.FromSeeding(clusters, progress) : job.From(initialCentroids, progress);
        }
    }

    private T[] Seed(SeedingData<T> seeding, int clusters, int restart, IProgress<KMeansProgress>? progress)
    {
        using var activity = FitWatch.StartSeeding(restart);
        var centroids = new T[checked(clusters * seeding.Points.Dimensions)];
        fixed (T* destination = centroids)
        {
            Seeder.Choose(_options.Seeding, seeding, destination, clusters, _options.Seed, restart, seeded =>
                progress?.Report(new KMeansProgress { Restart = restart, CentroidsSeeded = seeded, Iteration = 0 }));
        }

        seeding.Free();
        return centroids;
    }

    private KMeansResult<T> RunOnce(T[] centroids, int[] labels, int restart, IProgress<KMeansProgress>? progress)
    {
        // A zero that was given as −0 is the same place.
        for (var i = 0; i < centroids.Length; i++)
        {
            centroids[i] += T.Zero;
        }

        var clusters = centroids.Length / _data.Points.Dimensions;
        using var loop = new LloydLoop<T>(_data, clusters, _options, _settledShift);
        var model = new KMeansModel<T>(centroids, _data.Points.Dimensions, _options.Metric);
        return loop.Run(centroids, labels, (iteration, done, stop) =>
        {
            if (progress is null)
            {
                return;
            }

            using var current = new ReportedModel(model);
            progress.Report(new KMeansProgress
            {
                Restart = restart,
                CentroidsSeeded = clusters,
                Iteration = iteration,
                LabelsChanged = done.LabelsChanged,
                CentroidShift = done.CentroidShift,
                Inertia = done.Inertia,
                StopReason = stop,
                Current = current,
            });
        });
    }
}
