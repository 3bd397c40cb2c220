using KMeansClustering.Fitting;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>What fails on one process ends all, with the same message, at whichever operation the others are.</summary>
public sealed unsafe class GuardedCollectiveTests
{
    private const int Ranks = 3;
    private const int Dimensions = 2;

    public static TheoryData<string, string> Disagreements => new()
    {
        { "clusters", "the number of clusters" },
        { "dimensions", "the number of dimensions" },
        { "weights", "whether there are weights" },
        { "start", "the starting centroids" },
        { "Seed", "Seed" },
        { "Restarts", "Restarts" },
        { "MaxIterations", "MaxIterations" },
        { "Tolerance", "Tolerance" },
        { "Seeding", "Seeding" },
        { "Metric", "Metric" },
        { "EmptyClusters", "EmptyClusters" },
        { "TrackInertia", "TrackInertia" },
    };

    [Theory]
    [MemberData(nameof(Disagreements))]
    public void Different_arguments_are_refused_by_all(string what, string said)
    {
        Exception[] failures = Fail(rank => rank != 1 ? new Call() : what switch
        {
            "clusters" => new Call { Clusters = 4 },
            "dimensions" => new Call { Dimensions = 1 },
            "weights" => new Call { Weights = [1, 1, 1, 1] },
            "start" => new Call { Start = [1, 2, 3, 4, 5, 7] },
            "Seed" => new Call { Options = new() { Seed = 1 } },
            "Restarts" => new Call { Options = new() { Restarts = 2 } },
            "MaxIterations" => new Call { Options = new() { MaxIterations = 2 } },
            "Tolerance" => new Call { Options = new() { Tolerance = 2 } },
            "Seeding" => new Call { Options = new() { Seeding = SeedingMethod.Random } },
            "Metric" => new Call { Options = new() { Metric = KMeansMetric.Cosine } },
            "EmptyClusters" => new Call { Options = new() { EmptyClusters = EmptyClusterPolicy.Keep } },
            _ => new Call { Options = new() { TrackInertia = true } },
        }, startsFromCentroids: string.Equals(what, "start", StringComparison.Ordinal));

        RequireTheSame<ArgumentException>(failures, said);
    }

    [Fact]
    public void Bad_input_of_one_is_refused_by_all()
    {
        RequireTheSame<ArgumentException>(Fail(rank => new Call { Points = [0, 0, 1, 1, rank == 2 ? float.NaN : 5, 5, 6, 6] }), "Process 2 of 3: The value at row 2, column 0 is NaN");
        RequireTheSame<ArgumentException>(
            Fail(rank => new Call { Points = [3, 4, 1, rank == 2 ? 0 : 1, rank == 1 ? 0 : 5, 0, 6, 6], Options = new() { Metric = KMeansMetric.Cosine } }), "Process 1 of 3: Row 2 is all zeros");
        RequireTheSame<ArgumentException>(Fail(rank => new Call { Weights = [1, 1, 1, rank == 0 ? -1 : 1] }), "Process 0 of 3: The weight at index 3 is -1");
        RequireTheSame<ArgumentException>(Fail(_ => new Call { Weights = [0, 0, 0, 0] }), "All weights are 0.");
        RequireTheSame<ArgumentOutOfRangeException>(Fail(rank => new Call { Options = new() { Restarts = rank == 1 ? 0 : 1 } }), "KMeansOptions.Restarts is 0");
        RequireTheSame<ArgumentOutOfRangeException>(Fail(_ => new Call { Clusters = 13 }), "from 1 to the number of points, 12");
    }

    [Fact]
    public void Whoever_fails_first_in_the_order_of_ranks_is_heard()
    {
        Exception[] failures = Fail(rank => new Call { Points = [0, 0, 1, 1, rank == 0 ? 5 : float.NaN, 5, 6, 6] });

        RequireTheSame<ArgumentException>(failures, "Process 1 of 3");
        failures[0].InnerException.Should().BeNull();
        failures[1].InnerException.Should().BeOfType<ArgumentException>();
        failures[2].InnerException.Should().BeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void A_cancelled_process_ends_all_wherever_they_are(int reports)
    {
        using CancellationTokenSource source = new();
        Exception[] failures = Fail(rank => new Call
        {
            Clusters = 5,
            Options = new() { Restarts = 3 },
            Token = rank == 1 ? source.Token : default,
            Reported = count =>
            {
                if (rank == 1 && count == reports)
                {
                    source.Cancel();
                }
            },
            CancelsAtOnce = reports == 0 ? source : null,
        });

        RequireTheSame<OperationCanceledException>(failures, "Process 1 of 3");
        ((OperationCanceledException)failures[1]).CancellationToken.Should().Be(source.Token);
    }

    [Fact]
    public void A_listener_that_throws_ends_all()
    {
        Exception[] failures = Fail(rank => new Call
        {
            Reported = count =>
            {
                if (rank == 2 && count == 3)
                {
                    throw new FormatException("no more paper");
                }
            },
        });

        RequireTheSame<InvalidOperationException>(failures, "Process 2 of 3: no more paper");
        failures[2].InnerException.Should().BeOfType<FormatException>();
    }

    [Fact]
    public void A_fault_of_the_engine_is_not_told_to_the_engine()
    {
        GuardedCollective guarded = new(new BrokenCollective());

        FormatException fault = guarded.Invoking(broken => broken.Sum(new double[1])).Should().Throw<FormatException>().Which;

        guarded.Fail(fault).Should().BeSameAs(fault);
    }

    private static void RequireTheSame<TException>(Exception[] failures, string said)
        where TException : Exception
    {
        failures.Should().AllBeOfType<TException>();
        failures.Select(failure => failure.Message).Distinct(StringComparer.Ordinal).Should().ContainSingle().Which.Should().Contain(said);
    }

    private static Exception[] Fail(Func<int, Call> callOf, bool startsFromCentroids = false) => RanksInProcess.Run(Ranks, collective =>
    {
        GuardedCollective guarded = new(collective);
        Call call = callOf(collective.Rank);
        try
        {
            call.CancelsAtOnce?.Cancel();
            Run(call, guarded, startsFromCentroids);
            guarded.Finish(0);
        }
        catch (Exception failure)
        {
            return guarded.Fail(failure);
        }

        throw new InvalidOperationException("Nothing failed.");
    });

    private static void Run(Call call, GuardedCollective guarded, bool startsFromCentroids)
    {
        fixed (float* points = call.Points)
        {
            PointView<float> view = new(points, call.Points.Length / call.Dimensions, call.Dimensions);
            FitJob<float>.Run(view, call.Clusters, startsFromCentroids ? call.Start : null, call.Options, call.Weights, new Listener(call.Reported), call.Token, guarded);
        }
    }

    private sealed record Call
    {
        public float[] Points { get; init; } = [0, 0, 1, 1, 5, 5, 6, 6];

        public int Dimensions { get; init; } = GuardedCollectiveTests.Dimensions;

        public int Clusters { get; init; } = 3;

        public float[] Start { get; init; } = [1, 2, 3, 4, 5, 6];

        public float[]? Weights { get; init; }

        public KMeansOptions Options { get; init; } = new();

        public CancellationToken Token { get; init; }

        public CancellationTokenSource? CancelsAtOnce { get; init; }

        public Action<int> Reported { get; init; } = _ => { };
    }

    private sealed class Listener(Action<int> reported) : IProgress<KMeansProgress>
    {
        private int _reports;

        public void Report(KMeansProgress value) => reported(++_reports);
    }

    private sealed class BrokenCollective : ICollective
    {
        public int Rank => 0;

        public int Size => 2;

        public void Sum(Span<double> values) => throw new FormatException("the cable");

        public void Max(Span<double> values)
        {
            if (values[0] > 0)
            {
                throw new InvalidOperationException("told");
            }
        }

        public void Broadcast(Span<double> values, int root) => throw new InvalidOperationException("told");

        public void AllGather(ReadOnlySpan<double> mine, Span<double> all) => throw new InvalidOperationException("told");
    }
}
