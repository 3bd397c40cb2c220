using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using KMeansClustering.Tests.Support;
using TestData = KMeansClustering.Tests.Support.TestData;

namespace KMeansClustering.Tests;

/// <summary>Plain facts about mini-batch k-means, on problems drawn by FsCheck.</summary>
public abstract class MiniBatchPropertyTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly MiniBatchKMeansOptions Options = new() { BatchSize = 20, MaxEpochs = 4, ReassignmentRatio = 0.1, Seed = 5 };

    [Fact]
    public void The_number_of_threads_changes_no_bit_of_a_fit_or_a_stream() => ForAll(problem =>
    {
        using MiniBatchKMeans<T> alone = Fit(problem, Options with { MaxDegreeOfParallelism = 1 });
        Stream(alone, problem, 7);
        foreach (int threads in new[] { -1, 2, 3, 7 })
        {
            using MiniBatchKMeans<T> many = Fit(problem, Options with { MaxDegreeOfParallelism = threads });
            Stream(many, problem, 7);
            RequireSame(alone, many, $"{threads} threads");
        }
    });

    /// <summary>Without reassignment a centroid is the mean of all points that were nearest to it when they came.</summary>
    [Fact]
    public void A_centroid_is_the_mean_of_the_points_that_it_took() => ForAll(problem =>
    {
        int d = problem.Dimensions;
        using MiniBatchKMeans<T> stream = new(d, problem.Clusters, Options with { ReassignmentRatio = 0 });
        stream.PartialFit(problem.Start);
        double[] sums = Array.ConvertAll(stream.ToModel().Centroids.ToArray(), double.CreateChecked);
        double[] weights = stream.ClusterWeights.ToArray();
        for (int c = 0; c < sums.Length; c++)
        {
            sums[c] *= weights[c / d];
        }

        for (int from = 0, size = 1; from < problem.Count; from += size, size += 2)
        {
            size = Math.Min(size, problem.Count - from);
            KMeansModel<T> before = stream.ToModel();
            for (int i = from; i < from + size; i++)
            {
                double weight = problem.Weights is null ? 1 : double.CreateChecked(problem.Weights[i]);
                int label = before.Predict(problem.Point(i));
                weights[label] += weight;
                for (int p = 0; p < d; p++)
                {
                    sums[(label * d) + p] += weight * double.CreateChecked(problem.Point(i)[p]);
                }
            }

            stream.PartialFit(problem.Points.AsSpan(from * d, size * d), problem.Weights is null ? default : problem.Weights.AsSpan(from, size));
        }

        double rounding = typeof(T) == typeof(float) ? 1e-4 : 1e-9;
        for (int c = 0; c < sums.Length; c++)
        {
            stream.ClusterWeights[c / d].Should().BeApproximately(weights[c / d], 1e-9);
            if (weights[c / d] > 0)
            {
                double.CreateChecked(stream.ToModel().Centroids[c]).Should().BeApproximately(sums[c] / weights[c / d], rounding * (1 + Math.Abs(sums[c] / weights[c / d])));
            }
        }
    });

    [Fact]
    public void Points_of_weight_0_are_as_if_they_were_not_there() => ForAll(problem =>
    {
        if (problem.Weights is null)
        {
            return;
        }

        int[] positive = [.. Enumerable.Range(0, problem.Count).Where(i => problem.Weights[i] > T.Zero)];
        Problem<T> without = problem with { Points = TestData.Rows(problem.Points, problem.Dimensions, positive), Weights = [.. positive.Select(i => problem.Weights[i])] };
        int clusters = Math.Min(problem.Clusters, positive.Length);
        using MiniBatchKMeans<T> all = new(problem.Dimensions, clusters, Options);
        using MiniBatchKMeans<T> some = new(problem.Dimensions, clusters, Options);
        all.Fit(problem.Points, problem.Weights);
        some.Fit(without.Points, without.Weights);
        RequireSame(some, all, "a fit");

        all.PartialFit(problem.Points, problem.Weights);
        some.PartialFit(without.Points, without.Weights);
        RequireSame(some, all, "a batch");
    });

    [Theory]
    [InlineData(7)]
    [InlineData(-9)]
    public void Scaling_by_a_power_of_two_scales_everything_exactly(int power) => ForAll(problem =>
    {
        using MiniBatchKMeans<T> expected = Fit(problem, Options);
        using MiniBatchKMeans<T> actual = Fit(problem with { Points = [.. problem.Points.Select(x => T.ScaleB(x, power))] }, Options);

        Same.Bits<T>(Array.ConvertAll(expected.ToModel().Centroids.ToArray(), x => T.ScaleB(x, power)), actual.ToModel().Centroids, "centroids");
        Same.Bits(expected.ClusterWeights, actual.ClusterWeights, "weights");
        Same.Bits(Math.ScaleB(expected.BatchInertia!.Value, 2 * power), actual.BatchInertia!.Value, "inertia");
        Same.Value(expected.Batches, actual.Batches, "batches");
    });

    [Theory]
    [InlineData(3)]
    [InlineData(110)]
    [InlineData(-120)]
    public void Scaling_the_weights_by_a_power_of_two_moves_no_centroid(int power) => ForAll(problem =>
    {
        int exponent = typeof(T) == typeof(float) ? power : 8 * power;
        problem = problem with { Weights = problem.Weights is null ? Arrays.Ones<T>(problem.Count) : [.. problem.Weights.Select(weight => weight + T.One)] };
        using MiniBatchKMeans<T> expected = Fit(problem, Options);
        using MiniBatchKMeans<T> actual = Fit(problem with { Weights = [.. problem.Weights.Select(weight => T.ScaleB(weight, exponent))] }, Options);

        Same.Bits(expected.ToModel().Centroids, actual.ToModel().Centroids, "centroids");
        Same.Bits(Array.ConvertAll(expected.ClusterWeights.ToArray(), weight => Math.ScaleB(weight, exponent)), actual.ClusterWeights, "weights");
        Same.Value(expected.BatchInertia, actual.BatchInertia, "inertia");
        Same.Value(expected.Batches, actual.Batches, "batches");
    });

    /// <summary>Nothing is kept but the centroids and their weights, and in double the model has all of their bits.</summary>
    [Fact]
    public void A_stream_in_double_can_be_put_down_and_taken_up_again() => ForAll(problem =>
    {
        if (typeof(T) != typeof(double))
        {
            return;
        }

        MiniBatchKMeansOptions options = Options with { ReassignmentRatio = 0 };
        using MiniBatchKMeans<T> whole = new(problem.Dimensions, problem.Clusters, options);
        Stream(whole, problem, 5);
        using MiniBatchKMeans<T> resumed = new(whole.ToModel(), whole.ClusterWeights, options);
        Stream(whole, problem, 3);
        Stream(resumed, problem, 3);

        Same.Bits(whole.ToModel().Centroids, resumed.ToModel().Centroids, "centroids");
        Same.Bits(whole.ClusterWeights, resumed.ClusterWeights, "weights");
    });

    [Fact]
    public void A_batch_s_inertia_is_what_the_model_before_it_says() => ForAll(problem =>
    {
        using MiniBatchKMeans<T> stream = new(problem.Dimensions, problem.Clusters, Options);
        stream.PartialFit(problem.Start);
        double expected = stream.ToModel().Inertia(problem.Points, problem.Weights);
        double total = problem.Weights is null ? problem.Count : problem.Weights.Sum(double.CreateChecked);
        stream.PartialFit(problem.Points, problem.Weights);

        stream.BatchInertia.Should().BeApproximately(expected / total, 1e-12 * expected / total);
    });

    private static MiniBatchKMeans<T> Fit(Problem<T> problem, MiniBatchKMeansOptions options)
    {
        int positive = problem.Weights is null ? problem.Count : problem.Weights.Count(weight => weight > T.Zero);
        MiniBatchKMeans<T> batches = new(problem.Dimensions, Math.Min(problem.Clusters, positive), options);
        batches.Fit(problem.Points, problem.Weights);
        return batches;
    }

    private static void Stream(MiniBatchKMeans<T> stream, Problem<T> problem, int size)
    {
        foreach (T[] batch in problem.Points.Chunk(size * problem.Dimensions))
        {
            stream.PartialFit(batch);
        }
    }

    private static void RequireSame(MiniBatchKMeans<T> expected, MiniBatchKMeans<T> actual, string what)
    {
        Same.Bits(expected.ToModel().Centroids, actual.ToModel().Centroids, what + ": centroids");
        Same.Bits(expected.ClusterWeights, actual.ClusterWeights, what + ": weights");
        Same.Value(expected.BatchInertia, actual.BatchInertia, what + ": inertia");
        Same.Value(expected.SmoothedInertia, actual.SmoothedInertia, what + ": smoothed inertia");
        Same.Value(expected.Batches, actual.Batches, what + ": batches");
        Same.Value(expected.Points, actual.Points, what + ": points");
        Same.Value(expected.Reassignments, actual.Reassignments, what + ": reassignments");
        Same.Value(expected.StopReason, actual.StopReason, what + ": why it stopped");
    }

    private static void ForAll(Action<Problem<T>> holds) =>
        Prop.ForAll(Arbitrary.Problems<T>(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
}

public sealed class FloatMiniBatchPropertyTests : MiniBatchPropertyTests<float>;

public sealed class DoubleMiniBatchPropertyTests : MiniBatchPropertyTests<double>;
