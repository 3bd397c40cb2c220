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
    private readonly FitData<T> _data;

    /// <summary>Looks at the points, and prepares what all fits of them share.</summary>
    /// <param name="points">n × d; n &gt; 0.</param>
    /// <param name="weights">n weights in pinned memory, or none.</param>
    /// <param name="clusters">The most clusters that will be asked for: what is prepared suits them best.</param>
    /// <param name="initialCentroids">The k × d centroids that a fit will start from, or null.</param>
    /// <param name="options">Checked already.</param>
    /// <param name="crew">The threads.</param>
    /// <param name="collective">The processes among which the points are spread, each having its own; starting centroids must then be given, to all of them.</param>
    public FitJob(PointView<T> points, ReadOnlySpan<T> weights, int clusters, T[]? initialCentroids, KMeansOptions options, Crew crew, ICollective collective)
    {
        var (firstPoint, allPoints) = collective.Count(points.Count);
        Check.Clusters(clusters, allPoints, initialCentroids is null ? nameof(clusters) : nameof(initialCentroids));
        var (leastWeight, greatestWeight) = Check.Weights(weights, points.Count);
        (leastWeight, greatestWeight) = (-collective.Max(-leastWeight), collective.Max(greatestWeight));
        crew.ThrowIfCancelled();
        var survey = Survey<T>.Of(points, crew, nameof(points), collective);
        Check.Distances(survey, initialCentroids, greatestWeight, nameof(points));
        var scale = SumScale.For<T>(survey.Magnitudes, !weights.IsEmpty, leastWeight, greatestWeight);
        _options = options;
        _settledShift = options.Tolerance > 0 ? options.Tolerance * Variance.Mean(points, survey, crew, collective, allPoints) : 0;
        var weight = weights.IsEmpty ? null : (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(weights));
        _data = new FitData<T>(points, weight, scale, crew, collective, firstPoint, PointFilters<T>.For(options.Algorithm, points, clusters, crew));
    }

    /// <summary>One fit, of k clusters from seeding or from given centroids.</summary>
    /// <param name="points">n × d; n &gt; 0.</param>
    /// <param name="clusters">k, where <paramref name="initialCentroids"/> is null.</param>
    /// <param name="initialCentroids">k × d starting centroids, or null.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="weights">n weights, or none.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the fit within a few milliseconds.</param>
    /// <param name="collective">The processes among which the points are spread; null for one.</param>
    public static KMeansResult<T> Run(
        PointView<T> points,
        int clusters,
        T[]? initialCentroids,
        KMeansOptions? options,
        ReadOnlySpan<T> weights,
        IProgress<KMeansProgress>? progress,
        CancellationToken cancellationToken,
        ICollective? collective = null)
    {
        options ??= new KMeansOptions();
        Check.Options(options);
        if (initialCentroids is not null)
        {
            clusters = Check.Rows<T>(initialCentroids, points.Dimensions);
            Check.Finite<T>(initialCentroids, points.Dimensions);
        }

        using var crew = new Crew(options.MaxDegreeOfParallelism, cancellationToken);
        fixed (T* pinned = weights)
        {
            using var job = new FitJob<T>(points, weights, clusters, initialCentroids, options, crew, collective ?? SingleProcess.Instance);
            return initialCentroids is null ? job.FromSeeding(clusters, progress) : job.From(initialCentroids, progress);
        }
    }

    /// <summary>A fit from given centroids, which stay as they are.</summary>
    public KMeansResult<T> From(T[] initialCentroids, IProgress<KMeansProgress>? progress) =>
        RunOnce((T[])initialCentroids.Clone(), new int[_data.Points.Count], 0, progress);

    /// <summary>A fit of k clusters from seeding. One array of labels serves all restarts, and the seeding as scratch; the best one's labels are what its centroids say.</summary>
    public KMeansResult<T> FromSeeding(int clusters, IProgress<KMeansProgress>? progress)
    {
        var labels = new int[_data.Points.Count];
        KMeansResult<T>? best = null;
        KMeansResult<T>? latest = null;
        fixed (int* label = labels)
        {
            using var seeding = new SeedingData<T>(_data.Points, _data.Weights, _data.Crew, label, _data.Filters.SeedingRows, _data.Filters.Tree);
            for (var restart = 0; restart < _options.Restarts; restart++)
            {
                latest = RunOnce(Seed(seeding, clusters, restart, progress), labels, restart, progress);
                best = best is null || latest.Inertia < best.Inertia ? latest : best;
            }

            if (best != latest)
            {
                KMeans.Assign(_data.Points, best!.Model.Centroids, clusters, labels, _data.Crew);
            }
        }

        return best!;
    }

    /// <summary>The inertia of each cluster of a fit, exact.</summary>
    public ExactSum[] Inertias(KMeansResult<T> fit)
    {
        fixed (T* centroids = fit.Model.Centroids)
        fixed (int* labels = fit.Labels)
        {
            return InertiaPass<T>.Each(_data.Points, _data.Weights, centroids, labels, fit.Model.Clusters, _data.Crew);
        }
    }

    public void Dispose() => _data.Filters.Dispose();

    private T[] Seed(SeedingData<T> seeding, int clusters, int restart, IProgress<KMeansProgress>? progress)
    {
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
        return loop.Run(centroids, labels, (iteration, done) => progress?.Report(new KMeansProgress
        {
            Restart = restart,
            CentroidsSeeded = clusters,
            Iteration = iteration,
            LabelsChanged = done.LabelsChanged,
            CentroidShift = done.CentroidShift,
            Inertia = done.Inertia,
        }));
    }
}
