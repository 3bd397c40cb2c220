using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>
/// What the listeners of an <see cref="ActivitySource"/> and a <see cref="Meter"/> are told of one fit (docs/diagnostics.md). It hears of the fit's progress, and passes it on.
/// Where nobody listens there is none: no clock is read, and nothing allocated.
/// </summary>
internal sealed class FitWatch : IProgress<KMeansProgress>
{
    private const string Name = "KMeansClustering";
    private const string AlgorithmTag = "kmeans.algorithm";
    private const string StopReasonTag = "kmeans.stop_reason";
    private const string ErrorTag = "error.type";

    private static readonly string s_version = typeof(FitWatch).Assembly.GetName().Version!.ToString(3);
    private static readonly ActivitySource s_source = new(Name, s_version);
    private static readonly Meter s_meter = new(Name, s_version);
    private static readonly Counter<long> s_fits = s_meter.CreateCounter<long>("kmeans.fits", "{fit}", "Fits that have ended.");
    private static readonly Counter<long> s_iterations = s_meter.CreateCounter<long>("kmeans.iterations", "{iteration}", "Iterations of all fits and restarts.");
    private static readonly Counter<long> s_assigned = s_meter.CreateCounter<long>("kmeans.points.assigned", "{point}", "Points given to a cluster: all points of a fit, in each iteration.");
    private static readonly Histogram<double> s_duration = s_meter.CreateHistogram<double>(
        "kmeans.fit.duration",
        "s",
        "How long fits take, from the checks of their input to the result.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800] });

    private readonly int _points;
    private readonly KMeansAlgorithm _algorithm;
    private readonly IProgress<KMeansProgress>? _progress;
    private readonly Activity? _activity;
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _iterations;

    private FitWatch(int points, int dimensions, int clusters, bool seeded, KMeansOptions options, IProgress<KMeansProgress>? progress)
    {
        _points = points;
        _algorithm = options.Algorithm;
        _progress = progress;
        var tags = new TagList
        {
            { "kmeans.points", points },
            { "kmeans.dimensions", dimensions },
            { "kmeans.clusters", clusters },
            { AlgorithmTag, options.Algorithm.ToString() },
        };
        if (seeded)
        {
            tags.Add("kmeans.seeding", options.Seeding.ToString());
            tags.Add("kmeans.restarts", options.Restarts);
        }

        _activity = s_source.StartActivity("kmeans.fit", ActivityKind.Internal, default(ActivityContext), tags);
    }

    /// <summary>A fit has begun: its input is still to be checked. Null where nobody listens.</summary>
    /// <param name="points">n.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="clusters">k.</param>
    /// <param name="seeded">Whether starting centroids are to be chosen.</param>
    /// <param name="options">What the user wants.</param>
    /// <param name="progress">Is told of all that this is told of.</param>
    public static FitWatch? Start(int points, int dimensions, int clusters, bool seeded, KMeansOptions options, IProgress<KMeansProgress>? progress) =>
        s_source.HasListeners() || s_fits.Enabled || s_iterations.Enabled || s_assigned.Enabled || s_duration.Enabled
            ? new FitWatch(points, dimensions, clusters, seeded, options, progress)
            : null;

    /// <summary>The choice of a fit's starting centroids has begun, and ends when this is disposed. Null where nobody listens to that fit: those within a <see cref="BisectingKMeans"/> have no watch.</summary>
    public static Activity? StartSeeding(int restart) =>
        Activity.Current?.Source == s_source ? s_source.StartActivity("kmeans.seed")?.SetTag("kmeans.restart", restart) : null;

    public void Report(KMeansProgress value)
    {
        if (value.Iteration > 0)
        {
            _iterations++;
            s_iterations.Add(1);
            s_assigned.Add(_points);
        }

        _progress?.Report(value);
    }

    public void Completed<T>(KMeansResult<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _activity?.SetTag("kmeans.inertia", result.Inertia);
        End(new TagList { { AlgorithmTag, result.Algorithm.ToString() }, { StopReasonTag, result.StopReason.ToString() } });
    }

    /// <summary>An exception, be it that bad input is refused or that the fit is cancelled.</summary>
    public void Failed(Exception failure)
    {
        _activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
        End(new TagList { { AlgorithmTag, _algorithm.ToString() }, { ErrorTag, failure.GetType().FullName } });
    }

    private void End(TagList tags)
    {
        s_fits.Add(1, tags);
        s_duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, tags);
        if (_activity is not null)
        {
            _activity.SetTag("kmeans.iterations", _iterations);
            foreach (var (key, value) in tags)
            {
                _activity.SetTag(key, value);
            }

            _activity.Stop();
        }
    }
}
