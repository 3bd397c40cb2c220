using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;
using TestData = KMeansClustering.Tests.Support.TestData;

namespace KMeansClustering.Tests;

/// <summary>Plain facts about k-means, on problems drawn by FsCheck.</summary>
public abstract class PropertyTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly KMeansOptions Keep = new() { EmptyClusters = EmptyClusterPolicy.Keep, MaxIterations = 20 };

    [Fact]
    public void Permuting_the_points_permutes_the_labels_and_changes_no_other_bit() => ForAll(problem =>
    {
        int[] order = new Draw(problem.Count).Permutation(problem.Count);
        Problem<T> permuted = problem with
        {
            Points = TestData.Rows(problem.Points, problem.Dimensions, order),
            Weights = problem.Weights is null ? null : [.. order.Select(row => problem.Weights[row])],
        };

        KMeansResult<T> expected = problem.Fit(Keep);
        KMeansResult<T> actual = permuted.Fit(Keep);

        Same.Values<int>([.. order.Select(row => expected.Labels[row])], actual.Labels, "labels");
        Same.Bits(expected.Model.Centroids, actual.Model.Centroids, "centroids");
        Same.Bits(expected.Inertia, actual.Inertia, "inertia");
        Same.Bits(expected.ClusterWeights, actual.ClusterWeights, "cluster weights");
        Same.Value(expected.Iterations, actual.Iterations, "iterations");
    });

    [Fact]
    public void Permuting_the_starting_centroids_permutes_the_clusters_where_no_point_lies_between_two() => ForAll(problem =>
    {
        if (!new PlainKMeans<T>(problem).Run(Keep).Stable)
        {
            return; // a tie goes to the lowest
        }

        int[] order = new Draw(problem.Count).Permutation(problem.Clusters);
        KMeansResult<T> expected = problem.Fit(Keep with { Tolerance = 0 });
        KMeansResult<T> actual = (problem with { Start = TestData.Rows(problem.Start, problem.Dimensions, order) }).Fit(Keep with { Tolerance = 0 });

        int[] labels = [.. actual.Labels.ToArray().Select(label => order[label])];
        Same.Values(expected.Labels, labels, "labels");
        Same.Bits<T>(TestData.Rows(expected.Model.Centroids.ToArray(), problem.Dimensions, order), actual.Model.Centroids, "centroids");
        Same.Bits(expected.Inertia, actual.Inertia, "inertia");
    });

    [Fact]
    public void The_number_of_threads_changes_no_bit() => ForAll(problem =>
    {
        KMeansOptions options = new() { TrackInertia = true, MaxDegreeOfParallelism = 1 };
        KMeansResult<T> alone = problem.Fit(options);
        foreach (int threads in new[] { -1, 2, 3, 7 })
        {
            Same.Answer(alone, problem.Fit(options with { MaxDegreeOfParallelism = threads }), $"{threads} threads");
        }
    });

    [Fact]
    public void Points_assigned_in_parts_get_the_labels_they_get_together() => ForAll(problem =>
    {
        int d = problem.Dimensions;
        int[] whole = new int[problem.Count];
        int[] parts = new int[problem.Count];
        KMeans.AssignPoints(problem.Points, d, (ReadOnlySpan<T>)problem.Start, whole);
        for (int from = 0, length = 1; from < problem.Count; from += length, length += 3)
        {
            length = Math.Min(length, problem.Count - from);
            KMeans.AssignPoints(problem.Points.AsSpan(from * d, length * d), d, (ReadOnlySpan<T>)problem.Start, parts.AsSpan(from, length));
        }

        Same.Values<int>(whole, parts, "labels");
    });

    [Theory]
    [InlineData(7)]
    [InlineData(-9)]
    public void Scaling_by_a_power_of_two_scales_everything_exactly(int power) => ForAll(problem =>
    {
        T scale = T.ScaleB(T.One, power);
        Problem<T> scaled = problem with { Points = [.. problem.Points.Select(x => x * scale)], Start = [.. problem.Start.Select(x => x * scale)] };

        KMeansResult<T> expected = problem.Fit();
        KMeansResult<T> actual = scaled.Fit();

        Same.Values(expected.Labels, actual.Labels, "labels");
        Same.Bits<T>(Array.ConvertAll(expected.Model.Centroids.ToArray(), x => x * scale), actual.Model.Centroids, "centroids");
        Same.Bits(Math.ScaleB(expected.Inertia, 2 * power), actual.Inertia, "inertia");
        Same.Value(expected.Iterations, actual.Iterations, "iterations");
        Same.Value(expected.StopReason, actual.StopReason, "why it stopped");
    });

    [Theory]
    [InlineData(3)]
    [InlineData(110)]
    [InlineData(-120)]
    public void Scaling_the_weights_by_a_power_of_two_scales_the_inertia_alone(int power) => ForAll(problem =>
    {
        int exponent = typeof(T) == typeof(float) ? power : 8 * power;
        T[] weights = problem.Weights ?? Arrays.Ones<T>(problem.Count);
        KMeansResult<T> expected = (problem with { Weights = weights }).Fit();
        KMeansResult<T> actual = (problem with { Weights = [.. weights.Select(weight => T.ScaleB(weight, exponent))] }).Fit();

        Same.Values(expected.Labels, actual.Labels, "labels");
        Same.Bits(expected.Model.Centroids, actual.Model.Centroids, "centroids");
        Same.Bits(Math.ScaleB(expected.Inertia, exponent), actual.Inertia, "inertia");
    });

    [Fact]
    public void Labels_and_inertia_are_what_the_model_says_of_the_same_points() => ForAll(problem =>
    {
        foreach (int iterations in new[] { 1, 2, 300 })
        {
            KMeansResult<T> result = problem.Fit(new KMeansOptions { MaxIterations = iterations });
            int[] labels = new int[problem.Count];
            result.Model.Predict(problem.Points, labels);

            Same.Values(result.Labels, labels, $"labels after {iterations}");
            Same.Bits(result.Inertia, result.Model.Inertia(problem.Points, problem.Weights), $"inertia after {iterations}");
            Same.Value(labels[^1], result.Model.Predict(problem.Point(problem.Count - 1)), "the last point");
        }
    });

    [Fact]
    public void A_fit_that_ended_with_its_labels_unchanged_is_a_fixed_point_of_the_steps() => ForAll(problem =>
    {
        KMeansResult<T> result = problem.Fit(new KMeansOptions { Tolerance = 0 });
        Same.Value(StopReason.LabelsUnchanged, result.StopReason, "why it stopped");
        int[] labels = result.Labels.ToArray();
        T[] centroids = result.Model.Centroids.ToArray();

        Same.Value(0, KMeans.AssignPoints(problem.Points, problem.Dimensions, (ReadOnlySpan<T>)centroids, labels), "labels changed");
        KMeans.RecalculateCentroids(problem.Points, problem.Dimensions, labels, centroids, problem.Weights);
        Same.Bits(result.Model.Centroids, centroids, "centroids");
    });

    [Fact]
    public void The_three_steps_in_a_loop_are_the_fit() => ForAll(problem =>
    {
        T[] centroids = [.. problem.Start];
        int[] labels = new int[problem.Count];
        Array.Fill(labels, -1);
        int iterations = 1;
        for (; KMeans.AssignPoints(problem.Points, problem.Dimensions, (ReadOnlySpan<T>)centroids, labels) > 0; iterations++)
        {
            KMeans.RecalculateCentroids(problem.Points, problem.Dimensions, labels, centroids, problem.Weights);
        }

        KMeansResult<T> result = problem.Fit(Keep with { Tolerance = 0, MaxIterations = 300 });
        Same.Values<int>(labels, result.Labels, "labels");
        Same.Bits<T>(centroids, result.Model.Centroids, "centroids");
        Same.Value(iterations, result.Iterations, "iterations");
    });

    [Fact]
    public void No_iteration_raises_the_inertia_by_more_than_the_centroids_are_rounded() => ForAll(problem =>
    {
        KMeansResult<T> result = problem.Fit(Keep with { TrackInertia = true });
        double[] inertias = [.. result.History.Select(entry => entry.Inertia!.Value), result.Inertia];

        // Moving every centroid by δ in every coordinate away from its mean adds W·d·δ²; the distances round, too.
        double delta = 1024 * (typeof(T) == typeof(float) ? 1e-7 : 1e-15);
        double total = problem.Weights is null ? problem.Count : problem.Weights.Sum(double.CreateChecked);
        double allowed = (total * problem.Dimensions * delta * delta) + (1e-13 * inertias[0]);
        foreach ((double before, double after) in inertias.Zip(inertias.Skip(1)))
        {
            after.Should().BeLessThanOrEqualTo(before + allowed);
        }
    });

    [Fact]
    public void Every_cluster_weight_and_empty_cluster_is_counted() => ForAll(problem =>
    {
        KMeansResult<T> result = problem.Fit();
        double total = problem.Weights is null ? problem.Count : problem.Weights.Sum(double.CreateChecked);

        result.ClusterWeights.ToArray().Sum().Should().BeApproximately(total, 1e-12 * total);
        result.ClusterWeights.ToArray().Count(weight => weight == 0).Should().Be(result.EmptyClusterCount);
        result.Labels.ToArray().Should().OnlyContain(label => label >= 0 && label < problem.Clusters);
    });

    private static void ForAll(Action<Problem<T>> holds) =>
        Prop.ForAll(Arbitrary.Problems<T>(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
}

public sealed class FloatPropertyTests : PropertyTests<float>;

public sealed class DoublePropertyTests : PropertyTests<double>;
