using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>How mini-batches are used: what is remembered, what is told, what can be ended.</summary>
public sealed class MiniBatchUseTests
{
    private static readonly double[] Points = TestData.Points<double>(DataKind.Clustered, 500, 3);
    private static readonly MiniBatchKMeansOptions Options = new() { BatchSize = 50, Seed = 1 };

    [Fact]
    public void The_defaults_are_pinned_and_are_scikit_learns()
    {
        new MiniBatchKMeansOptions().Should().Be(new MiniBatchKMeansOptions
        {
            BatchSize = 1024,
            MaxEpochs = 100,
            Tolerance = 0,
            MaxNoImprovement = 10,
            InitSize = null,
            InitialTries = 3,
            Seeding = SeedingMethod.KMeansPlusPlus,
            ReassignmentRatio = 0.01,
            Seed = 0,
            MaxDegreeOfParallelism = -1,
        });
        typeof(MiniBatchKMeansOptions).GetProperties().Should().HaveCount(10, "there are no other options than those pinned here");
    }

    [Fact]
    public void A_type_other_than_float_and_double_is_refused()
    {
        Refusal.Require(() => new MiniBatchKMeans<Half>(2, 3).Dispose(), typeof(NotSupportedException), "Half");
    }

    [Fact]
    public void Points_are_collected_until_there_are_enough_to_begin()
    {
        using MiniBatchKMeans<double> stream = new(3, 8, Options);
        using MiniBatchKMeans<double> patient = new(3, 8, Options with { InitSize = 100 });
        for (int i = 0; i < 7; i++)
        {
            stream.PartialFit(Points.AsSpan(3 * i, 3));
            stream.HasCentroids.Should().BeFalse();
            stream.Batches.Should().Be(0);
            stream.BatchInertia.Should().BeNull();
        }

        stream.PartialFit(Points.AsSpan(3 * 7, 3));
        (stream.HasCentroids, stream.Batches, stream.Points).Should().Be((true, 1, 8));
        patient.PartialFit(Points.AsSpan(0, 3 * 99));
        patient.HasCentroids.Should().BeFalse();
        patient.PartialFit(Points.AsSpan(3 * 99));
        (patient.HasCentroids, patient.Batches, patient.Points).Should().Be((true, 1, 500));
    }

    [Fact]
    public void A_batch_of_nothing_changes_nothing()
    {
        using MiniBatchKMeans<double> stream = new(3, 8, Options);
        stream.PartialFit([]);
        stream.PartialFit(Points);
        double[] before = stream.ToModel().Centroids.ToArray();

        stream.PartialFit([]);
        stream.PartialFit(Points, new double[500]);

        stream.Batches.Should().Be(1);
        Same.Bits<double>(before, stream.ToModel().Centroids, "centroids");
        Refusal.Require(() => stream.PartialFit([], [1]), typeof(ArgumentException), "1", "0");
    }

    [Fact]
    public void A_model_is_not_changed_by_later_batches()
    {
        using MiniBatchKMeans<double> stream = new(3, 8, Options);
        stream.PartialFit(Points.AsSpan(0, 300));
        KMeansModel<double> model = stream.ToModel();
        double[] before = model.Centroids.ToArray();

        stream.PartialFit(Points);

        Same.Bits<double>(before, model.Centroids, "centroids");
        stream.ToModel().Centroids.SequenceEqual(before).Should().BeFalse();
    }

    [Fact]
    public void A_fit_begins_anew_and_a_stream_goes_on_from_it()
    {
        using MiniBatchKMeans<double> once = new(3, 8, Options);
        once.Fit(Points);
        using MiniBatchKMeans<double> again = new(3, 8, Options);
        again.PartialFit(Points.AsSpan(0, 3 * 5));
        again.PartialFit(Points.AsSpan(0, 900));
        again.Fit(Points.AsSpan(0, 600));
        again.Fit(Points);

        Same.Bits(once.ToModel().Centroids, again.ToModel().Centroids, "centroids");
        Same.Value(once.Batches, again.Batches, "batches");
        Same.Value(once.SmoothedInertia, again.SmoothedInertia, "smoothed inertia");
        Same.Value(StopReason.NoImprovement, again.StopReason, "why it stopped");
        long batches = once.Batches;
        once.PartialFit(Points);
        Same.Value(batches + 1, once.Batches, "batches");
        once.ClusterWeights.ToArray().Sum().Should().BeApproximately((batches * 50) + 500, 1e-9);
    }

    [Fact]
    public void A_fit_ends_after_its_epochs_or_when_the_centroids_settle()
    {
        using MiniBatchKMeans<double> epochs = new(3, 8, Options with { MaxEpochs = 3, MaxNoImprovement = null });
        epochs.Fit(Points);
        (epochs.Batches, epochs.Points, epochs.StopReason).Should().Be((30, 1500, StopReason.MaxIterations));

        using MiniBatchKMeans<double> settled = new(3, 8, Options with { Tolerance = 0.01, MaxNoImprovement = null });
        settled.Fit(Points);
        settled.StopReason.Should().Be(StopReason.CentroidsSettled);
        settled.Batches.Should().BeInRange(2, 999);
    }

    /// <summary>Nine centroids on one place, and points that lie elsewhere, too.</summary>
    [Fact]
    public void Starved_centroids_are_put_on_points_and_with_a_ratio_of_0_are_not()
    {
        double[] points = [.. Enumerable.Range(0, 4_000).Select(i => (double)(i % 10))];
        double[] start = [.. Arrays.Ones<double>(10).Select(_ => 4.5)];
        foreach ((double ratio, double worst) in new[] { (0.01, 0.6), (0, 9) })
        {
            KMeansModel<double> model = KMeans.Fit<double>(start, 1, start, new KMeansOptions { EmptyClusters = EmptyClusterPolicy.Keep }).Model;
            using MiniBatchKMeans<double> stream = new(model, new double[10], Options with { ReassignmentRatio = ratio });
            foreach (double[] batch in points.Chunk(100))
            {
                stream.PartialFit(batch);
            }

            double inertia = stream.ToModel().Inertia(points) / points.Length;
            inertia.Should().BeLessThan(worst).And.BeGreaterThan(worst / 10);
            (stream.Reassignments > 0).Should().Be(ratio > 0);
        }
    }

    [Fact]
    public void Every_batch_of_a_fit_is_reported_once_and_in_order_on_the_calling_thread()
    {
        List<MiniBatchKMeansProgress> reports = [];
        HashSet<int> threads = [];
        using MiniBatchKMeans<double> batches = new(3, 8, Options);
        batches.Fit(Points, progress: new Listener<MiniBatchKMeansProgress>(report =>
        {
            reports.Add(report);
            threads.Add(Environment.CurrentManagedThreadId);
        }));

        reports.Select(report => report.Batch).Should().Equal(Enumerable.Range(1, (int)batches.Batches).Select(batch => (long)batch));
        reports[0].SmoothedInertia.Should().BeNull();
        reports[1].SmoothedInertia.Should().Be(reports[1].BatchInertia);
        (reports[^1].BatchInertia, reports[^1].SmoothedInertia, reports[^1].Reassignments).Should().Be((batches.BatchInertia!.Value, batches.SmoothedInertia, batches.Reassignments));
        threads.Should().Equal(Environment.CurrentManagedThreadId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_cancelled_fit_ends_before_its_next_batch_and_leaves_everything_as_it_was(int batch)
    {
        using CancellationTokenSource source = new();
        using MiniBatchKMeans<double> batches = new(3, 8, Options);
        batches.PartialFit(Points);
        double[] before = batches.ToModel().Centroids.ToArray();
        List<long> reports = [];
        if (batch == 0)
        {
            source.Cancel();
        }

        Action fit = () => batches.Fit(Points, progress: new Listener<MiniBatchKMeansProgress>(report =>
        {
            reports.Add(report.Batch);
            if (report.Batch == batch)
            {
                source.Cancel();
            }
        }), cancellationToken: source.Token);

        fit.Should().Throw<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
        reports.Should().HaveCount(batch);
        Same.Bits<double>(before, batches.ToModel().Centroids, "centroids");
        (batches.Batches, batches.StopReason).Should().Be((1, null));
    }

    [Fact]
    public void An_exception_in_the_progress_callback_reaches_the_caller_as_it_is()
    {
        InvalidTimeZoneException thrown = new("from the callback");
        using MiniBatchKMeans<double> batches = new(3, 8, Options);
        Action fit = () => batches.Fit(Points, progress: new Listener<MiniBatchKMeansProgress>(report => throw thrown));

        fit.Should().Throw<InvalidTimeZoneException>().Which.Should().BeSameAs(thrown);
        batches.HasCentroids.Should().BeFalse();
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, it is called where the report is made.</summary>
}
