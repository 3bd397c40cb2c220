using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Bad input to mini-batches never gives a wrong answer: it is refused, the message names the place, and everything is as it was.</summary>
public abstract class BadInputToMiniBatchTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 20;
    private const int Dimensions = 3;
    private const int Clusters = 4;

    private static readonly (string Name, Func<MiniBatchKMeansOptions, MiniBatchKMeansOptions> Break, string[] Said)[] BadOptions =
    [
        ("BatchSize 0", x => x with { BatchSize = 0 }, ["BatchSize", "0", "at least 1"]),
        ("BatchSize -1", x => x with { BatchSize = -1 }, ["BatchSize", "-1", "at least 1"]),
        ("MaxEpochs 0", x => x with { MaxEpochs = 0 }, ["MaxEpochs", "0", "at least 1"]),
        ("Tolerance negative", x => x with { Tolerance = -0.5 }, ["Tolerance", "-0.5", "at least 0"]),
        ("Tolerance NaN", x => x with { Tolerance = double.NaN }, ["Tolerance", "NaN", "at least 0"]),
        ("Tolerance infinite", x => x with { Tolerance = double.PositiveInfinity }, ["Tolerance", "finite"]),
        ("MaxNoImprovement 0", x => x with { MaxNoImprovement = 0 }, ["MaxNoImprovement", "0", "null or at least 1"]),
        ("InitSize below the clusters", x => x with { InitSize = Clusters - 1 }, ["InitSize", "3", "at least the number of clusters, 4"]),
        ("InitialTries 0", x => x with { InitialTries = 0 }, ["InitialTries", "0", "at least 1"]),
        ("Seeding 77", x => x with { Seeding = (SeedingMethod)77 }, ["Seeding", "77", "KMeansPlusPlus"]),
        ("ReassignmentRatio negative", x => x with { ReassignmentRatio = -0.01 }, ["ReassignmentRatio", "-0.01", "from 0 to 1"]),
        ("ReassignmentRatio 1.5", x => x with { ReassignmentRatio = 1.5 }, ["ReassignmentRatio", "1.5", "from 0 to 1"]),
        ("ReassignmentRatio NaN", x => x with { ReassignmentRatio = double.NaN }, ["ReassignmentRatio", "NaN", "from 0 to 1"]),
        ("MaxDegreeOfParallelism 0", x => x with { MaxDegreeOfParallelism = 0 }, ["MaxDegreeOfParallelism", "0", "-1 or at least 1"]),
        ("MaxDegreeOfParallelism -2", x => x with { MaxDegreeOfParallelism = -2 }, ["MaxDegreeOfParallelism", "-2", "-1 or at least 1"]),
    ];

    private static readonly (string Name, Func<T[], T[]> Points, Func<T[], T[]?> Weights, string[] Said)[] BadBatches =
    [
        ("NaN", x => Arrays.With(x, (7 * Dimensions) + 2, T.NaN), _ => null, ["row 7, column 2"]),
        ("infinity", x => Arrays.With(x, 0, T.PositiveInfinity), _ => null, ["row 0, column 0"]),
        ("infinity in a row of weight 0", x => Arrays.With(x, ^1, T.NegativeInfinity), w => Arrays.With(w, ^1, T.Zero), ["row 19, column 2"]),
        ("half a row", x => x[1..], _ => null, ["59", "3"]),
        ("too few weights", x => x, w => w[1..], ["19", "20"]),
        ("too many weights", x => x, w => [.. w, T.One], ["21", "20"]),
        ("a negative weight", x => x, w => Arrays.With(w, 13, -T.One), ["13", "-1"]),
        ("a NaN weight", x => x, w => Arrays.With(w, 11, T.NaN), ["11", "NaN"]),
        ("an infinite weight", x => x, w => Arrays.With(w, 17, T.PositiveInfinity), ["17"]),
    ];

    public static TheoryData<string> Options => [.. BadOptions.Select(bad => bad.Name)];

    public static TheoryData<string, bool> Batches
    {
        get
        {
            TheoryData<string, bool> cases = [];
            foreach ((string name, _, _, _) in BadBatches)
            {
                cases.Add(name, false);
                cases.Add(name, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void An_option_out_of_its_range_is_refused_by_its_name(string name)
    {
        (_, Func<MiniBatchKMeansOptions, MiniBatchKMeansOptions> destroy, string[] said) = BadOptions.Single(bad => string.Equals(bad.Name, name, StringComparison.Ordinal));
        MiniBatchKMeansOptions options = destroy(new MiniBatchKMeansOptions());

        Refusal.Require(() => new MiniBatchKMeans<T>(Dimensions, Clusters, options).Dispose(), typeof(ArgumentOutOfRangeException), ["MiniBatchKMeansOptions.", .. said]);
        Refusal.Require(() => new MiniBatchKMeans<T>(Model(), default, options).Dispose(), typeof(ArgumentOutOfRangeException), ["MiniBatchKMeansOptions.", .. said]);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void A_bad_batch_is_refused_and_everything_is_as_it_was(string name, bool asFit)
    {
        (_, Func<T[], T[]> breakPoints, Func<T[], T[]?> breakWeights, string[] said) = BadBatches.Single(bad => string.Equals(bad.Name, name, StringComparison.Ordinal));
        T[] points = breakPoints(Points());
        T[]? weights = breakWeights(Arrays.Ones<T>(Count));
        using MiniBatchKMeans<T> spared = Stream();
        using MiniBatchKMeans<T> hit = Stream();

        Refusal.Require(() => Give(hit, points, weights, asFit), typeof(ArgumentException), said);

        // What comes next is learned from as if nothing had been in between.
        spared.PartialFit(Points());
        hit.PartialFit(Points());
        Same.Bits(spared.ToModel().Centroids, hit.ToModel().Centroids, "centroids");
        Same.Bits(spared.ClusterWeights, hit.ClusterWeights, "weights");
        Same.Value(spared.Batches, hit.Batches, "batches");
        Same.Value(null, hit.StopReason, "why it stopped");
    }

    [Fact]
    public void A_fit_refuses_no_points_all_weights_0_and_fewer_points_than_clusters()
    {
        using MiniBatchKMeans<T> batches = new(Dimensions, Clusters);

        Refusal.Require(() => batches.Fit([]), typeof(ArgumentException), "at least one row");
        Refusal.Require(() => batches.Fit(Points(), new T[Count]), typeof(ArgumentException), "All weights are 0");
        Refusal.Require(() => batches.Fit(Points().AsSpan(0, 3 * Dimensions)), typeof(ArgumentException), "3 points", "4 clusters");
        Refusal.Require(() => batches.Fit(Points(), [T.One, T.One, T.One, .. new T[Count - 3]]), typeof(ArgumentException), "3 points", "4 clusters");
        batches.HasCentroids.Should().BeFalse();
    }

    [Fact]
    public void Sizes_out_of_range_are_refused()
    {
        Refusal.Require(() => new MiniBatchKMeans<T>(0, 1).Dispose(), typeof(ArgumentOutOfRangeException), "dimensions", "0");
        Refusal.Require(() => new MiniBatchKMeans<T>(1, 0).Dispose(), typeof(ArgumentOutOfRangeException), "clusters", "0");
        Refusal.Require(() => new MiniBatchKMeans<T>(1 << 20, 1 << 20).Dispose(), typeof(ArgumentOutOfRangeException), "clusters");
    }

    [Fact]
    public void A_model_must_be_there_and_its_weights_must_fit_to_it()
    {
        Refusal.Require(() => new MiniBatchKMeans<T>(null!).Dispose(), typeof(ArgumentNullException), "model");
        Refusal.Require(() => new MiniBatchKMeans<T>(Model(), [1, 2]).Dispose(), typeof(ArgumentException), "2", "4", "clusterWeights");
        Refusal.Require(() => new MiniBatchKMeans<T>(Model(), [1, 2, -3, 4]).Dispose(), typeof(ArgumentException), "index 2", "-3");
        Refusal.Require(() => new MiniBatchKMeans<T>(Model(), [1, 2, 3, double.NaN]).Dispose(), typeof(ArgumentException), "index 3", "NaN");
        Refusal.Require(() => new MiniBatchKMeans<T>(Model(), [1, 1e308, 1e308, 4]).Dispose(), typeof(ArgumentException), "sum would overflow", "clusterWeights");
    }

    [Fact]
    public void A_model_of_directions_is_refused()
    {
        KMeansModel<T> directions = KMeans.Fit<T>([T.One, T.Zero, T.Zero, T.One], 2, 2, new() { Metric = KMeansMetric.Cosine }).Model;
        Refusal.Require(() => new MiniBatchKMeans<T>(directions).Dispose(), typeof(ArgumentException), "Cosine", "Euclidean", "model");
    }

    /// <summary>A batch alone may be near itself, and far from what came before. float has no numbers so large.</summary>
    [Fact]
    public void Values_whose_squared_distances_overflow_are_refused_also_if_only_together_with_earlier_ones()
    {
        if (typeof(T) == typeof(float))
        {
            return;
        }

        T large = T.CreateChecked(1e154);
        T[] here = [.. Points().Select(x => x + large)];
        T[] there = [.. Points().Select(x => x - large)];
        foreach (bool asFit in new[] { false, true })
        {
            using MiniBatchKMeans<T> stream = new(Dimensions, Clusters);
            Refusal.Require(() => Give(stream, [.. here, .. there], null, asFit), typeof(ArgumentException), "squared distances would overflow");
            stream.HasCentroids.Should().BeFalse();
        }

        using MiniBatchKMeans<T> apart = new(Dimensions, Clusters);
        apart.PartialFit(here);
        Refusal.Require(() => apart.PartialFit(there), typeof(ArgumentException), "squared distances would overflow");
        apart.PartialFit(here);
        apart.Batches.Should().Be(2);

        using MiniBatchKMeans<T> fromModel = new(apart.ToModel());
        Refusal.Require(() => fromModel.PartialFit(there), typeof(ArgumentException), "squared distances would overflow");
        Refusal.Require(() => fromModel.Fit(there), typeof(ArgumentException), "squared distances would overflow");
    }

    [Fact]
    public void Weights_whose_sum_overflows_are_refused()
    {
        if (typeof(T) == typeof(float))
        {
            return;
        }

        T[] points = [.. Points().Select(x => T.ScaleB(x, -60))];
        T[] weights = [.. Arrays.Ones<T>(Count).Select(_ => T.CreateChecked(4e306))];
        using MiniBatchKMeans<T> stream = new(Dimensions, Clusters);
        stream.PartialFit(points, weights);
        stream.PartialFit(points, weights);
        Refusal.Require(() => stream.PartialFit(points, weights), typeof(ArgumentException), "sum would overflow", "weights");
        Refusal.Require(() => stream.Fit(points, weights), typeof(ArgumentException), "sum would overflow", "weights");
        stream.Batches.Should().Be(2);
        stream.ToModel().Centroids.ToArray().All(T.IsFinite).Should().BeTrue();
    }

    [Fact]
    public void A_model_is_refused_before_there_are_centroids_and_everything_after_disposal()
    {
        MiniBatchKMeans<T> stream = new(Dimensions, Clusters);
        Refusal.Require(() => stream.ToModel(), typeof(InvalidOperationException), "0 points", "4");
        stream.PartialFit(Points().AsSpan(0, 3 * Dimensions));
        Refusal.Require(() => stream.ToModel(), typeof(InvalidOperationException), "3 points", "4");
        stream.Dispose();
        stream.Dispose();

        Refusal.Require(() => stream.ToModel(), typeof(ObjectDisposedException));
        Refusal.Require(() => stream.PartialFit(Points()), typeof(ObjectDisposedException));
        Refusal.Require(() => stream.Fit(Points()), typeof(ObjectDisposedException));
    }

    private static void Give(MiniBatchKMeans<T> batches, T[] points, T[]? weights, bool asFit)
    {
        if (asFit)
        {
            batches.Fit(points, weights);
        }
        else
        {
            batches.PartialFit(points, weights);
        }
    }

    private static MiniBatchKMeans<T> Stream()
    {
        MiniBatchKMeans<T> stream = new(Dimensions, Clusters, new MiniBatchKMeansOptions { Seed = 2, ReassignmentRatio = 0.3 });
        stream.PartialFit(Points());
        return stream;
    }

    private static T[] Points() => TestData.Points<T>(DataKind.Clustered, Count, Dimensions);

    private static KMeansModel<T> Model() => KMeans.Fit<T>(Points(), Dimensions, Clusters).Model;
}

public sealed class FloatBadInputToMiniBatchTests : BadInputToMiniBatchTests<float>;

public sealed class DoubleBadInputToMiniBatchTests : BadInputToMiniBatchTests<double>;
