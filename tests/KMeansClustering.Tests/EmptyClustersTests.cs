using System.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Empty clusters, on data small enough to follow by hand.</summary>
public abstract class EmptyClustersTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly KMeansOptions Once = new() { MaxIterations = 1, Tolerance = 0 };

    [Fact]
    public void An_empty_cluster_takes_the_farthest_point()
    {
        KMeansResult<T> result = Fit([0, 1, 2, 9], [1, 100], Once);

        result.Relocations.Should().Be(1);
        result.Model.Centroids.ToArray().Should().Equal(T.One, T.CreateChecked(9));
        result.Labels.ToArray().Should().Equal(0, 0, 0, 1);
        result.EmptyClusterCount.Should().Be(0);
    }

    [Fact]
    public void Several_take_the_next_farthest_in_ascending_order_and_the_lowest_point_on_a_tie()
    {
        KMeansResult<T> result = Fit([0, 4, -4, 10, 1], [0, 100, 200, 300], Once);

        result.Relocations.Should().Be(3);
        result.Model.Centroids.ToArray().Should().Equal(new[] { 0.5, 10, 4, -4 }.Select(T.CreateChecked));
    }

    [Fact]
    public void The_weight_counts_in_what_is_farthest()
    {
        KMeansResult<T> result = Fit([0, 3, -4, 0], [0, 100], Once, [1, 2, 1, 1]);

        result.Model.Centroid(1)[0].Should().Be(T.CreateChecked(3), "2 · 3² is more than 4²");
    }

    [Fact]
    public void A_cluster_keeps_its_last_point_of_positive_weight()
    {
        // The farthest point is alone in its cluster but for one of weight 0; the next farthest goes.
        KMeansResult<T> result = Fit([0, 0, 2, 50, 51], [0, 60, 1000], Once, [1, 1, 1, 1, 0]);

        result.Relocations.Should().Be(1);
        result.Model.Centroids.ToArray().Should().Equal(new[] { 0.0, 50, 2 }.Select(T.CreateChecked));
    }

    [Fact]
    public void A_point_of_weight_zero_is_never_taken_and_fills_no_cluster()
    {
        KMeansResult<T> result = Fit([0, 1, 50], [0, 49], Once, [1, 1, 0]);

        result.Relocations.Should().Be(1, "cluster 1 has no weight, however near its only point");
        result.Model.Centroids.ToArray().Should().Equal(T.Zero, T.One);
    }

    [Fact]
    public void Points_on_their_centroid_are_not_taken_and_the_cluster_stays_empty_where_it_was()
    {
        KMeansResult<T> result = Fit([7, 7, 7], [7, 100, 200], new KMeansOptions());

        result.Relocations.Should().Be(0);
        result.EmptyClusterCount.Should().Be(2);
        result.Model.Centroids.ToArray().Should().Equal(new[] { 7.0, 100, 200 }.Select(T.CreateChecked));
        result.ClusterWeights.ToArray().Should().Equal(3, 0, 0);
    }

    [Fact]
    public void Keep_leaves_an_empty_cluster_where_it_was()
    {
        KMeansResult<T> result = Fit([0, 1, 2, 9], [1, 100], new KMeansOptions { EmptyClusters = EmptyClusterPolicy.Keep });

        result.Relocations.Should().Be(0);
        result.EmptyClusterCount.Should().Be(1);
        result.Model.Centroids.ToArray().Should().Equal(T.CreateChecked(3), T.CreateChecked(100));
    }

    [Fact]
    public void As_many_clusters_as_distinct_points_end_with_one_each()
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 40, 2);
        T[] start = [.. Enumerable.Repeat(points[..2], 40).SelectMany(row => row)];

        KMeansResult<T> result = KMeans.Fit(points, 2, (ReadOnlySpan<T>)start, new KMeansOptions { Tolerance = 0 });

        result.EmptyClusterCount.Should().Be(0);
        result.Inertia.Should().Be(0);
        result.Relocations.Should().BeGreaterThanOrEqualTo(39);
    }

    [Fact]
    public void A_cluster_that_is_filled_when_no_other_label_changes_does_not_end_the_fit_with_labels_that_are_not_the_models()
    {
        // Beside 1e30, 1e-30 is less than the sums' last bit: its mean is 0, so that in iteration 2 a point lies off its centroid which
        // in iteration 1 lay on it, and is taken although no label changes.
        double tiny = typeof(T) == typeof(float) ? 1e-15 : 1e-30;
        Problem<T> problem = new("tiny beside huge", Array.ConvertAll([tiny, tiny, 1e30], T.CreateChecked), 1, Array.ConvertAll([tiny, 1e30, -5], T.CreateChecked));
        new Trajectory<T>(problem, new KMeansOptions { Tolerance = 0, MaxIterations = 6 }).Check();

        KMeansResult<T> result = problem.Fit(new KMeansOptions { Tolerance = 0, MaxIterations = 6 });
        int[] labels = new int[3];
        result.Model.Predict(problem.Points, labels);
        Same.Values(result.Labels, labels, "labels");
    }

    private static KMeansResult<T> Fit(double[] points, double[] start, KMeansOptions options, double[]? weights = null) => KMeans.Fit(
        Array.ConvertAll(points, T.CreateChecked),
        1,
        (ReadOnlySpan<T>)Array.ConvertAll(start, T.CreateChecked),
        options,
        weights is null ? default : Array.ConvertAll(weights, T.CreateChecked));
}

public sealed class FloatEmptyClustersTests : EmptyClustersTests<float>;

public sealed class DoubleEmptyClustersTests : EmptyClustersTests<double>;
