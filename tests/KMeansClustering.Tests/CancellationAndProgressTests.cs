using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

public sealed class CancellationAndProgressTests
{
    private static readonly Problem<double> Problem = TestData.Problem<double>(DataKind.Uniform, 400, 3, 8);

    public static TheoryData<string> Overloads => [.. FitOverload<double>.All.Select(overload => overload.Name)];

    [Theory]
    [MemberData(nameof(Overloads))]
    public void A_token_cancelled_before_the_call_stops_it(string overload)
    {
        Action fit = () => FitOverload<double>.Named(overload).Fit(Input() with { Cancellation = new CancellationToken(canceled: true) });

        fit.Should().Throw<OperationCanceledException>();
    }

    [Theory]
    [MemberData(nameof(Overloads))]
    public void A_token_cancelled_in_an_iteration_stops_the_fit_before_the_next(string overload)
    {
        using CancellationTokenSource source = new();
        List<KMeansProgress> reports = [];
        Action fit = () => FitOverload<double>.Named(overload).Fit(Input() with
        {
            Cancellation = source.Token,
            Progress = new Listener<KMeansProgress>(report =>
            {
                reports.Add(report);
                if (report.Iteration == 2)
                {
                    source.Cancel();
                }
            }),
        });

        fit.Should().Throw<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
        reports[^1].Iteration.Should().Be(2);
    }

    [Theory]
    [InlineData(SeedingMethod.KMeansPlusPlus)]
    [InlineData(SeedingMethod.KMeansParallel)]
    public void A_token_cancelled_while_seeding_stops_the_fit_before_it_iterates(SeedingMethod seeding)
    {
        using CancellationTokenSource source = new();
        List<KMeansProgress> reports = [];
        Action fit = () => FitOverload<double>.Named("span, clusters").Fit(Input() with
        {
            Options = new KMeansOptions { Seeding = seeding },
            Cancellation = source.Token,
            Progress = new Listener<KMeansProgress>(report =>
            {
                reports.Add(report);
                source.Cancel();
            }),
        });

        fit.Should().Throw<OperationCanceledException>();
        reports.Should().OnlyContain(report => report.Iteration == 0).And.NotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Overloads))]
    public void Every_iteration_is_reported_once_and_in_order(string overload)
    {
        List<KMeansProgress> reports = [];
        KMeansResult<double> result = FitOverload<double>.Named(overload).Fit(Input() with { Progress = new Listener<KMeansProgress>(reports.Add) });

        KMeansProgress[] iterations = [.. reports.Where(report => report.Iteration > 0)];
        result.Iterations.Should().BeGreaterThan(3);
        iterations.Select(report => report.Iteration).Should().Equal(Enumerable.Range(1, result.Iterations));
        iterations.Should().OnlyContain(report => report.CentroidsSeeded == 8 && report.Restart == 0);
        iterations.Select(report => report.LabelsChanged).Should().Equal(result.History.Select(entry => entry.LabelsChanged));
        iterations.Select(report => report.CentroidShift).Should().Equal(result.History.Select(entry => entry.CentroidShift));
        iterations.Should().OnlyContain(report => report.Inertia == null);
    }

    [Fact]
    public void Every_seeded_centroid_of_KMeansPlusPlus_is_reported_before_the_iterations()
    {
        List<KMeansProgress> reports = [];
        KMeans.Fit<double>(Problem.Points, 3, 8, progress: new Listener<KMeansProgress>(reports.Add));

        KMeansProgress[] seeded = [.. reports.TakeWhile(report => report.Iteration == 0)];
        seeded.Select(report => report.CentroidsSeeded).Should().Equal(Enumerable.Range(1, 8));
        reports.Skip(seeded.Length).Should().OnlyContain(report => report.Iteration > 0);
    }

    [Theory]
    [MemberData(nameof(Overloads))]
    public void Progress_is_reported_on_the_calling_thread(string overload)
    {
        HashSet<int> threads = [];
        FitOverload<double>.Named(overload).Fit(Input() with { Progress = new Listener<KMeansProgress>(report => threads.Add(Environment.CurrentManagedThreadId)) });

        threads.Should().Equal(Environment.CurrentManagedThreadId);
    }

    [Fact]
    public void Every_restart_reports_its_own_seeding_and_iterations()
    {
        List<KMeansProgress> reports = [];
        KMeans.Fit<double>(Problem.Points, 3, 8, new KMeansOptions { Restarts = 3 }, progress: new Listener<KMeansProgress>(reports.Add));

        reports.Select(report => report.Restart).Distinct().Should().BeEquivalentTo([0, 1, 2]);
        foreach (IGrouping<int, KMeansProgress> restart in reports.GroupBy(report => report.Restart))
        {
            int[] iterations = [.. restart.Where(report => report.Iteration > 0).Select(report => report.Iteration)];
            restart.Count(report => report.Iteration == 0).Should().Be(8, "that many centroids are seeded");
            iterations.Should().Equal(Enumerable.Range(1, iterations.Length)).And.NotBeEmpty();
        }
    }

    [Fact]
    public void TrackInertia_puts_each_iterations_inertia_into_history_and_progress_and_changes_nothing_else()
    {
        List<KMeansProgress> reports = [];
        KMeansResult<double> tracked = FitOverload<double>.Named("span, centroids").Fit(
            Input() with { Options = new KMeansOptions { TrackInertia = true }, Progress = new Listener<KMeansProgress>(reports.Add) });
        KMeansResult<double> plain = FitOverload<double>.Named("span, centroids").Fit(Input());

        tracked.History.Should().OnlyContain(entry => entry.Inertia > 0);
        reports.Select(report => report.Inertia).Should().Equal(tracked.History.Select(entry => entry.Inertia));
        plain.History.Should().OnlyContain(entry => entry.Inertia == null);
        Same.Values(plain.Labels, tracked.Labels, "labels");
        Same.Bits(plain.Model.Centroids, tracked.Model.Centroids, "centroids");
        Same.Bits(plain.Inertia, tracked.Inertia, "inertia");
    }

    [Theory]
    [MemberData(nameof(Overloads))]
    public void An_exception_in_the_progress_callback_reaches_the_caller_as_it_is(string overload)
    {
        InvalidTimeZoneException thrown = new("from the callback");
        Action fit = () => FitOverload<double>.Named(overload).Fit(
            Input() with { Progress = new Listener<KMeansProgress>(report => throw thrown) });

        fit.Should().Throw<InvalidTimeZoneException>().Which.Should().BeSameAs(thrown);
    }

    private static FitInput<double> Input() => new()
    {
        Points = Problem.Points,
        Dimensions = 3,
        Clusters = 8,
        InitialCentroids = Problem.Start,
    };
}
