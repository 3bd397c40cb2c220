using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using KMeansClustering.Fitting;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>What listeners hear of fits (docs/diagnostics.md). No other class of tests may listen: the one that nobody listens to would be heard.</summary>
public sealed partial class DiagnosticsTests
{
    private static readonly Problem<double> Problem = TestData.Problem<double>(DataKind.Uniform, 400, 3, 8);

    [Fact]
    public void A_fit_is_measured()
    {
        using FitListener heard = new();
        KMeansResult<double> result = Problem.Fit();

        heard.Sum("kmeans.fits").Should().Be(1);
        heard.Sum("kmeans.iterations").Should().Be(result.Iterations);
        heard.Sum("kmeans.points.assigned").Should().Be(result.Iterations * 400);
        heard.Sum("kmeans.fit.duration").Should().BeInRange(1e-9, 600);
        heard.Tags("kmeans.iterations").Should().BeEmpty();
        heard.Tags("kmeans.points.assigned").Should().BeEmpty();
        foreach (string instrument in new[] { "kmeans.fits", "kmeans.fit.duration" })
        {
            heard.Tags(instrument).Should().Equal(new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["kmeans.algorithm"] = result.Algorithm.ToString(),
                ["kmeans.stop_reason"] = result.StopReason.ToString(),
            });
        }
    }

    [Fact]
    public void A_fit_from_given_centroids_is_an_activity_with_what_it_was_and_found()
    {
        using Activity outer = new Activity("outer").Start();
        using FitListener heard = new();
        KMeansResult<double> result = Problem.Fit();

        Activity fit = heard.Activities.Should().ContainSingle().Which;
        fit.OperationName.Should().Be("kmeans.fit");
        fit.Parent.Should().BeSameAs(outer);
        fit.Status.Should().Be(ActivityStatusCode.Unset);
        fit.IsStopped.Should().BeTrue();
        fit.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["kmeans.points"] = 400,
            ["kmeans.dimensions"] = 3,
            ["kmeans.clusters"] = 8,
            ["kmeans.algorithm"] = result.Algorithm.ToString(),
            ["kmeans.iterations"] = result.Iterations,
            ["kmeans.stop_reason"] = result.StopReason.ToString(),
            ["kmeans.inertia"] = result.Inertia,
        });
        Activity.Current.Should().BeSameAs(outer);
    }

    [Fact]
    public void Each_seeding_is_a_child_of_its_fit_and_restarts_count_together()
    {
        int iterations = 0;
        using FitListener heard = new();
        KMeans.Fit<double>(Problem.Points, 3, 8, new KMeansOptions { Restarts = 3, Seeding = SeedingMethod.KMeansParallel }, progress: new Listener<KMeansProgress>(report =>
        {
            iterations += report.Iteration > 0 ? 1 : 0;
            Activity.Current!.OperationName.Should().Be(report.Iteration > 0 ? "kmeans.fit" : "kmeans.seed");
        }));

        Activity fit = heard.Activities[^1];
        fit.TagObjects.Should().Contain("kmeans.seeding", "KMeansParallel").And.Contain("kmeans.restarts", 3).And.Contain("kmeans.iterations", iterations);
        heard.Sum("kmeans.fits").Should().Be(1);
        heard.Sum("kmeans.iterations").Should().Be(iterations);
        heard.Activities.SkipLast(1).Should().HaveCount(3).And.OnlyContain(child => child.OperationName == "kmeans.seed" && child.Parent == fit);
        heard.Activities.SkipLast(1).Select(child => child.GetTagItem("kmeans.restart")).Should().Equal(0, 1, 2);
    }

    [Fact]
    public void Each_fit_of_a_sweep_is_measured_and_so_are_those_of_random_points()
    {
        using FitListener heard = new();
        KMeansSweep<double> sweep = KMeans.Sweep<double>(Problem.Points, 3, 2, 4, new() { Criteria = SweepCriteria.Gap, ReferenceSets = 1 });

        Activity[] fits = [.. heard.Activities.Where(activity => activity.OperationName is "kmeans.fit")];
        fits.Select(fit => fit.GetTagItem("kmeans.clusters")).Should().Equal(2, 3, 4, 2, 3, 4);
        fits.Take(3).Select(fit => fit.GetTagItem("kmeans.inertia")).Should().Equal(sweep.Rows.Select(row => (object)row.Inertia));
        heard.Sum("kmeans.fits").Should().Be(6);

        // 3 and 4 clusters share a seeding.
        heard.Activities.Except(fits).Should().OnlyContain(seed => seed.OperationName == "kmeans.seed");
        heard.Activities.Except(fits).Select(seed => seed.Parent).Should().Equal(fits[0], fits[1], fits[3], fits[4]);
    }

    [Fact]
    public void A_fit_that_ends_a_sweep_fails_with_its_message()
    {
        using CancellationTokenSource source = new();
        using FitListener heard = new();
        Action sweep = () => KMeans.Sweep<double>(Problem.Points, 3, 2, 4, progress: new Listener<KMeansSweepProgress>(report =>
        {
            if (report.Clusters == 3)
            {
                source.Cancel();
            }
        }), cancellationToken: source.Token);

        sweep.Should().Throw<OperationCanceledException>();
        heard.Activities[^1].GetTagItem("kmeans.clusters").Should().Be(3);
        heard.Activities[^1].Status.Should().Be(ActivityStatusCode.Error);
        heard.Sum("kmeans.fits").Should().Be(2);
    }

    [Fact]
    public void The_fits_within_another_method_are_its_own_affair()
    {
        using FitListener heard = new();
        BisectingKMeans.Fit<double>(Problem.Points, 3, 4);
        using MiniBatchKMeans<double> batches = new(3, 2);
        batches.Fit(Problem.Points);

        heard.Activities.Should().BeEmpty();
        heard.Sum("kmeans.fits").Should().Be(0);
    }

    [Fact]
    public void A_refused_fit_fails_with_its_message()
    {
        double[] points = [.. Problem.Points];
        points[4] = double.NaN;

        RequireFailure<ArgumentException>(() => KMeans.Fit<double>(points, 3, 8, new KMeansOptions { Algorithm = KMeansAlgorithm.Yinyang }), "System.ArgumentException", "Yinyang");
        RequireFailure<ArgumentOutOfRangeException>(() => KMeans.Fit<double>(points, 3, 8, new KMeansOptions { Restarts = 0 }), "System.ArgumentOutOfRangeException", "Auto");
    }

    [Fact]
    public void A_cancelled_fit_fails_with_the_iterations_that_it_ran()
    {
        using CancellationTokenSource source = new();
        (FitListener heard, Activity fit) = RequireFailure<OperationCanceledException>(
            () => KMeans.Fit<double>(Problem.Points, 3, Problem.Start, progress: new Listener<KMeansProgress>(report =>
            {
                if (report.Iteration == 2)
                {
                    source.Cancel();
                }
            }), cancellationToken: source.Token),
            "System.OperationCanceledException", "Auto");

        fit.GetTagItem("kmeans.iterations").Should().Be(2);
        heard.Sum("kmeans.iterations").Should().Be(2);
    }

    [Fact]
    public void It_changes_neither_the_answer_nor_the_progress()
    {
        List<KMeansProgress> quiet = [];
        List<KMeansProgress> told = [];
        List<double[]> models = [];
        KMeansResult<double> unheard = Fit(quiet.Add);
        using FitListener heard = new();
        KMeansResult<double> result = Fit(report =>
        {
            told.Add(report);
            models.Add(report.Iteration > 0 ? report.CopyModel<double>().Centroids.ToArray() : []);
        });

        Same.Answer(unheard, result, "with a listener");
        told.Should().Equal(quiet);
        models[^1].Should().Equal(result.Model.Centroids.ToArray());

        static KMeansResult<double> Fit(Action<KMeansProgress> hear) => KMeans.Fit<double>(Problem.Points, 3, 8, progress: new Listener<KMeansProgress>(hear));
    }

    [Fact]
    public void Without_a_listener_nothing_is_allocated()
    {
        KMeansOptions options = new();
        int started = 0;
        void Ask()
        {
            for (int i = 0; i < 1_000; i++)
            {
                started += FitWatch.Start(400, 3, 8, true, options, null) is null && FitWatch.StartSeeding(0) is null ? 0 : 1;
            }
        }

        Ask();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        started.Should().Be(0);
        allocated.Should().Be(0);
    }

    [Fact]
    public void The_instruments_are_those_of_the_document_and_have_the_librarys_version()
    {
        using FitListener heard = new();
        Problem.Fit();
        string[] documented = [.. Row().Matches(File.ReadAllText(Repository.Find("docs/diagnostics.md"))).Select(row => row.Groups["row"].Value)];

        heard.Instruments.Select(instrument => $"| `{instrument.Name}` | {instrument.GetType().Name.Split('`')[0].ToLowerInvariant()} | `{instrument.Unit}`").Should().BeEquivalentTo(documented);
        string version = typeof(KMeans).Assembly.GetName().Version!.ToString(3);
        heard.Instruments.Should().OnlyContain(instrument => instrument.Meter.Version == version && instrument.Description != null);
        heard.Activities[0].Source.Version.Should().Be(version);
    }

    private static (FitListener Heard, Activity Fit) RequireFailure<TException>(Action fit, string type, string algorithm)
        where TException : Exception
    {
        using FitListener heard = new();
        string message = fit.Should().Throw<TException>().Which.Message;

        Activity activity = heard.Activities.Should().ContainSingle().Which;
        activity.Status.Should().Be(ActivityStatusCode.Error);
        activity.StatusDescription.Should().Be(message);
        activity.TagObjects.Should().Contain("error.type", type).And.Contain("kmeans.algorithm", algorithm).And.NotContain(tag => tag.Key == "kmeans.stop_reason");
        heard.Sum("kmeans.fits").Should().Be(1);
        heard.Tags("kmeans.fits").Should().Contain("error.type", type).And.HaveCount(2);
        heard.Tags("kmeans.fit.duration").Should().Equal(heard.Tags("kmeans.fits"));
        return (heard, activity);
    }

    [GeneratedRegex(@"^(?<row>\| `kmeans[a-z.]+` \| (counter|histogram) \| `[^`]+`)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
