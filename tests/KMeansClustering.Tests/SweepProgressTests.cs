using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Progress and cancellation over a whole sweep.</summary>
public sealed class SweepProgressTests
{
    private static readonly double[] Points = TestData.Points<double>(DataKind.Uniform, 300, 3);
    private static readonly KMeansSweepOptions Options = new() { Fit = new() { Restarts = 2 }, Criteria = SweepCriteria.All, ReferenceSets = 2 };

    [Fact]
    public void Every_fit_is_reported_in_order_and_the_share_rises_to_1()
    {
        List<KMeansSweepProgress> reports = [];
        KMeansSweep<double> sweep = KMeans.Sweep<double>(Points, 3, 2, 5, Options, progress: new Listener<KMeansSweepProgress>(reports.Add));

        (int Set, int K)[] fits = [.. reports.Select(report => (report.ReferenceSet, report.Clusters)).Distinct()];
        fits.Should().Equal(Enumerable.Range(0, 3).SelectMany(set => Enumerable.Range(2, 4).Select(k => (set, k))));
        reports.Select(report => report.Share).Should().BeInAscendingOrder();
        reports[0].Share.Should().Be(0);
        reports[^1].Share.Should().Be(1);
        for (int i = 0; i < fits.Length; i++)
        {
            // 2 + 3 + 4 + 5 = 14 clusters in a set, 42 in all.
            double before = fits[..i].Sum(fit => fit.K) / 42.0;
            KMeansSweepProgress[] own = [.. reports.Where(report => (report.ReferenceSet, report.Clusters) == fits[i])];
            own[..^1].Should().OnlyContain(report => report.Share == before);
            own[^1].Share.Should().BeApproximately(before + (fits[i].K / 42.0), 1e-12);
            own.Where(report => report.Fit.Iteration > 0).Select(report => report.Fit.Restart).Distinct().Should().Equal(0, 1);
        }

        sweep.Rows.Should().HaveCount(4);
    }

    [Fact]
    public void A_seeding_is_reported_once_for_the_numbers_of_clusters_that_share_it()
    {
        List<KMeansSweepProgress> reports = [];
        KMeans.Sweep<double>(Points, 3, 2, 9, new() { Fit = new() { Restarts = 2 } }, progress: new Listener<KMeansSweepProgress>(reports.Add));

        (int K, int Restart, int Seeded)[] seeded = [.. reports.Where(report => report.Fit.Iteration == 0).Select(report => (report.Clusters, report.Fit.Restart, report.Fit.CentroidsSeeded))];
        (int First, int Widest)[] bands = [(2, 2), (3, 7), (8, 9)];
        seeded.Should().Equal(bands.SelectMany(band => Enumerable.Range(0, 2).SelectMany(restart => Enumerable.Range(1, band.Widest).Select(count => (band.First, restart, count)))));
    }

    [Fact]
    public void Reports_are_made_on_the_calling_thread_and_none_is_needed()
    {
        HashSet<int> threads = [];
        KMeans.Sweep<double>(Points, 3, 2, 4, progress: new Listener<KMeansSweepProgress>(_ => threads.Add(Environment.CurrentManagedThreadId)));

        threads.Should().Equal(Environment.CurrentManagedThreadId);
    }

    [Fact]
    public void A_token_cancelled_before_the_call_stops_it()
    {
        Action sweep = () => KMeans.Sweep<double>(Points, 3, 2, 4, cancellationToken: new CancellationToken(canceled: true));

        sweep.Should().Throw<OperationCanceledException>();
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(2, 5)]
    public void A_token_cancelled_in_a_fit_stops_the_sweep_in_that_fit(int set, int clusters)
    {
        using CancellationTokenSource source = new();
        KMeansSweepProgress? last = null;
        Action sweep = () => KMeans.Sweep<double>(
            Points,
            3,
            2,
            5,
            Options,
            progress: new Listener<KMeansSweepProgress>(report =>
            {
                last = report;
                if (report.ReferenceSet == set && report.Clusters == clusters && report.Fit.Iteration == 1)
                {
                    source.Cancel();
                }
            }),
            cancellationToken: source.Token);

        sweep.Should().Throw<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
        (last!.ReferenceSet, last.Clusters, last.Fit.Iteration).Should().Be((set, clusters, 1));
    }

    [Fact]
    public void A_token_cancelled_after_the_last_fit_stops_the_silhouettes()
    {
        using CancellationTokenSource source = new();
        Action sweep = () => KMeans.Sweep<double>(
            Points,
            3,
            2,
            4,
            new() { Criteria = SweepCriteria.Silhouette },
            progress: new Listener<KMeansSweepProgress>(report =>
            {
                if (report.Share == 1)
                {
                    source.Cancel();
                }
            }),
            cancellationToken: source.Token);

        sweep.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void An_exception_in_the_progress_callback_reaches_the_caller_as_it_is()
    {
        InvalidTimeZoneException thrown = new("from the callback");
        Action sweep = () => KMeans.Sweep<double>(Points, 3, 2, 4, progress: new Listener<KMeansSweepProgress>(_ => throw thrown));

        sweep.Should().Throw<InvalidTimeZoneException>().Which.Should().BeSameAs(thrown);
    }
}
