using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Metrics;
using KMeansClustering.Numerics;
using KMeansClustering.Seeding;

namespace KMeansClustering.Sweeping;

/// <summary>
/// What stands behind every <c>Sweep</c>: fits of the data for all numbers of clusters, from one look at them and few seedings, each judged while its labels are at hand; then the same fits of random
/// points, for the gap statistic.
/// </summary>
internal sealed unsafe class SweepJob<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _clusters;
    private readonly KMeansSweepOptions _options;
    private readonly Crew _crew;
    private readonly SweepReports _reports;

    private SweepJob(int[] clusters, KMeansSweepOptions options, IProgress<KMeansSweepProgress>? progress, Crew crew)
    {
        _clusters = clusters;
        _options = options;
        _crew = crew;
        _reports = new SweepReports(progress, clusters, 1 + ReferenceSets);
    }

    private int ReferenceSets => _options.Criteria.HasFlag(SweepCriteria.Gap) ? _options.ReferenceSets : 0;

    /// <summary>Fits all numbers of clusters.</summary>
    /// <param name="points">n × d; n &gt; 0.</param>
    /// <param name="clusters">The numbers, ascending, from 1 to n.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="weights">n weights, or none.</param>
    /// <param name="progress">Is told of each report of each fit, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the sweep within a few milliseconds.</param>
    public static KMeansSweep<T> Run(
        PointView<T> points, int[] clusters, KMeansSweepOptions? options, ReadOnlySpan<T> weights, IProgress<KMeansSweepProgress>? progress, CancellationToken cancellationToken)
    {
        options ??= new KMeansSweepOptions();
        Check.Options(options);
        using var crew = new Crew(options.Fit.MaxDegreeOfParallelism, cancellationToken);
        fixed (T* pinned = weights)
        {
            return new SweepJob<T>(clusters, options, progress, crew).Run(points, weights);
        }
    }

    private KMeansSweep<T> Run(PointView<T> points, ReadOnlySpan<T> weights)
    {
        KMeansSweepRow<T>[] rows;
        Survey<T> survey;
        using (var job = Prepare(points, weights))
        {
            survey = job.Survey;
            rows = Judge(job, weights);
        }

        if (ReferenceSets > 0)
        {
            var gap = new GapStatistic();
            for (var set = 1; set <= ReferenceSets; set++)
            {
                using var uniform = ReferenceSet.Draw(survey, points.Count, _options.Fit.Seed, set, _crew);
                using var job = Prepare(new PointView<T>(uniform.Pointer, points.Count, points.Dimensions), weights);
                var inertias = new double[rows.Length];
                FitAll(job, set, (i, fit) => inertias[i] = fit.Inertia);
                gap.AddReference(inertias);
            }

            for (var i = 0; i < rows.Length; i++)
            {
                (rows[i].Gap, rows[i].GapError) = gap.Of(i, rows[i].Inertia);
            }
        }

        return new KMeansSweep<T>(rows);
    }

    private FitJob<T> Prepare(PointView<T> points, ReadOnlySpan<T> weights) =>
        new(points, weights, _clusters[^1], null, _options.Fit, _crew, SingleProcess.Instance, MemoryBudget.OfProcess);

    // One fit after another, so that only one's labels are kept.
    private void FitAll(FitJob<T> job, int set, Action<int, KMeansResult<T>> found)
    {
        var starts = new SharedStarts<T>(_options.Fit.Seeding, _clusters);
        for (var i = 0; i < _clusters.Length; i++)
        {
            found(i, Fit(job, _clusters[i], _reports.Begin(_clusters[i], set), starts));
            _reports.End();
        }
    }

    private KMeansResult<T> Fit(FitJob<T> job, int clusters, IProgress<KMeansProgress>? progress, SharedStarts<T> starts)
    {
        var watch = FitWatch.Start(job.Data.Points.Count, job.Data.Points.Dimensions, clusters, seeded: true, _options.Fit, progress);
        try
        {
            var result = job.FromSeeding(clusters, watch ?? progress, starts);
            watch?.Completed(result);
            return result;
        }
        catch (Exception failure) when (watch is not null)
        {
            watch.Failed(failure);
            throw;
        }
    }

    private KMeansSweepRow<T>[] Judge(FitJob<T> job, ReadOnlySpan<T> weights)
    {
        var data = job.Data;
        var greatestWeight = Check.Weights(weights, data.Points.Count).Greatest;
        Check.Distances(job.Survey, default, weights.IsEmpty ? 1 : data.Points.Count * greatestWeight, nameof(weights));
        var rows = new KMeansSweepRow<T>[_clusters.Length];
        var exact = new List<(KMeansSweepRow<T> Row, LabelledPoints<T> Clustering)>();
        FitAll(job, 0, (i, fit) =>
        {
            var clustering = LabelledPoints<T>.OfFit(data.Points, data.Weights, fit);
            rows[i] = RowFigures.Of(fit, clustering, data.Scale, _options.Criteria, _crew);
            if (_options.Criteria.HasFlag(SweepCriteria.Silhouette) && clustering.IsComparable)
            {
                exact.Add((rows[i], clustering));
            }
        });

        if (exact.Count > 0)
        {
            var silhouettes = SilhouettePass.Run([.. exact.Select(one => one.Clustering)], null, _crew);
            for (var i = 0; i < silhouettes.Length; i++)
            {
                exact[i].Row.Silhouette = silhouettes[i];
            }
        }

        return rows;
    }
}
