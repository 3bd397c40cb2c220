using System.Numerics;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;
using KMeansClustering.Seeding;

namespace KMeansClustering.Fitting;

/// <summary>What stands behind every <c>Fit</c>: checks, the one look at the data, the restarts, and the choice of the best.</summary>
internal static unsafe class FitJob
{
    /// <summary>Fits k clusters from seeding, or from given centroids.</summary>
    /// <param name="points">n × d; n &gt; 0.</param>
    /// <param name="clusters">k, where <paramref name="initialCentroids"/> is null.</param>
    /// <param name="initialCentroids">k × d starting centroids, or null.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="weights">n weights, or none.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the fit within a few milliseconds.</param>
    /// <param name="collective">The processes among which the points are spread, each having its own; starting centroids must then be given, to all of them.</param>
    /// <param name="budget">What may go to memory that only saves time; null for what the process has.</param>
    public static KMeansResult<T> Run<T>(
        PointView<T> points,
        int clusters,
        T[]? initialCentroids,
        KMeansOptions? options,
        ReadOnlySpan<T> weights,
        IProgress<KMeansProgress>? progress,
        CancellationToken cancellationToken,
        ICollective? collective = null,
        MemoryBudget? budget = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= new KMeansOptions();
        Check.Options(options);
        if (initialCentroids is not null)
        {
            clusters = Check.Rows<T>(initialCentroids, points.Dimensions);
            Check.Finite<T>(initialCentroids, points.Dimensions);
        }

        collective ??= SingleProcess.Instance;
        var (firstPoint, allPoints) = collective.Count(points.Count);
        Check.Clusters(clusters, allPoints, initialCentroids is null ? nameof(clusters) : nameof(initialCentroids));
        var (leastWeight, greatestWeight) = Check.Weights(weights, points.Count);
        (leastWeight, greatestWeight) = (-collective.Max(-leastWeight), collective.Max(greatestWeight));
        cancellationToken.ThrowIfCancellationRequested();
        using var crew = new Crew(options.MaxDegreeOfParallelism, cancellationToken);
        var survey = Survey<T>.Of(points, crew, nameof(points), collective);
        Check.Distances(survey, initialCentroids, greatestWeight, nameof(points));
        var scale = SumScale.For<T>(survey.Magnitudes, !weights.IsEmpty, leastWeight, greatestWeight);
        var settledShift = options.Tolerance > 0 ? options.Tolerance * Variance.Mean(points, survey, crew, collective, allPoints) : 0;
        fixed (T* weight = weights)
        {
            using var filters = PointFilters<T>.For(options.Algorithm, points, clusters, crew, budget ?? MemoryBudget.OfProcess);
            var data = new FitData<T>(points, weight, scale, crew, collective, firstPoint, filters);
            return initialCentroids is null
                ? RunRestarts(data, clusters, options, settledShift, progress)
                : RunOnce(data, (T[])initialCentroids.Clone(), new int[points.Count], options, settledShift, 0, progress);
        }
    }

    // One array of labels serves all restarts, and the seeding as scratch; the best one's labels are what its centroids say.
    private static KMeansResult<T> RunRestarts<T>(
        FitData<T> data, int clusters, KMeansOptions options, double settledShift, IProgress<KMeansProgress>? progress)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var labels = new int[data.Points.Count];
        KMeansResult<T>? best = null;
        KMeansResult<T>? latest = null;
        fixed (int* label = labels)
        {
            using var seeding = new SeedingData<T>(data.Points, data.Weights, data.Crew, label, data.Filters.Budget, data.Filters.SeedingRows, data.Filters.Tree);
            for (var restart = 0; restart < options.Restarts; restart++)
            {
                var centroids = Seed(seeding, clusters, options, restart, progress);
                latest = RunOnce(data, centroids, labels, options, settledShift, restart, progress);
                best = best is null || latest.Inertia < best.Inertia ? latest : best;
            }

            if (best != latest)
            {
                KMeans.Assign(data.Points, best!.Model.Centroids, clusters, labels, data.Crew, data.Filters.Budget);
            }
        }

        return best!;
    }

    private static T[] Seed<T>(SeedingData<T> seeding, int clusters, KMeansOptions options, int restart, IProgress<KMeansProgress>? progress)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var centroids = new T[checked(clusters * seeding.Points.Dimensions)];
        fixed (T* destination = centroids)
        {
            Seeder.Choose(options.Seeding, seeding, destination, clusters, options.Seed, restart, seeded =>
                progress?.Report(new KMeansProgress { Restart = restart, CentroidsSeeded = seeded, Iteration = 0 }));
        }

        seeding.Free();
        return centroids;
    }

    private static KMeansResult<T> RunOnce<T>(
        FitData<T> data, T[] centroids, int[] labels, KMeansOptions options, double settledShift, int restart, IProgress<KMeansProgress>? progress)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A zero that was given as −0 is the same place.
        for (var i = 0; i < centroids.Length; i++)
        {
            centroids[i] += T.Zero;
        }

        var clusters = centroids.Length / data.Points.Dimensions;
        using var loop = new LloydLoop<T>(data, clusters, options, settledShift);
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
