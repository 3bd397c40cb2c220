using System.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

public abstract class ModelTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 130;
    private const int Dimensions = 7;
    private const int Clusters = 9;

    private readonly Problem<T> _problem = TestData.Problem<T>(DataKind.Clustered, Count, Dimensions, Clusters, WeightKind.Uniform);
    private readonly KMeansModel<T> _model;
    private readonly KMeansResult<T> _result;

    protected ModelTests()
    {
        _result = _problem.Fit(new KMeansOptions { MaxIterations = 4 });
        _model = _result.Model;
    }

    [Fact]
    public void The_shape_is_that_of_the_fit()
    {
        _model.Clusters.Should().Be(Clusters);
        _model.Dimensions.Should().Be(Dimensions);
        _model.Centroids.Length.Should().Be(Clusters * Dimensions);
    }

    [Fact]
    public void Each_centroid_is_its_part_of_all()
    {
        for (int j = 0; j < Clusters; j++)
        {
            Same.Bits(_model.Centroids.Slice(j * Dimensions, Dimensions), _model.Centroid(j), $"centroid {j}");
        }
    }

    [Fact]
    public void Predict_gives_the_labels_of_the_fit_for_all_points_and_for_each()
    {
        int[] labels = new int[Count];
        _model.Predict(_problem.Points, labels);

        Same.Values(_result.Labels, labels, "labels");
        for (int i = 0; i < Count; i++)
        {
            Same.Value(labels[i], _model.Predict(_problem.Point(i)), $"point {i}");
        }
    }

    [Fact]
    public void Predict_finds_the_nearest_centroid_of_points_not_seen_before()
    {
        T[] unseen = TestData.Points<T>(DataKind.Uniform, 200, Dimensions, seed: 99);
        int[] labels = new int[200];
        Array.Fill(labels, int.MaxValue);

        _model.Predict(unseen, labels);

        Same.Values<int>(JudgeDistance.NearestOfEach<T>(unseen, Dimensions, _model.Centroids), labels, "labels");
    }

    [Fact]
    public void Transform_gives_every_distance()
    {
        T[] distances = new T[Count * Clusters];
        _model.Transform(_problem.Points, distances);

        double allowed = typeof(T) == typeof(float) ? 1e-7 : 1e-15;
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < Clusters; j++)
            {
                double expected = Math.Sqrt(ExactDistance.Squared(_problem.Point(i), _model.Centroid(j)).ToDouble());
                double.CreateChecked(distances[(i * Clusters) + j]).Should().BeApproximately(expected, allowed * expected, $"point {i}, centroid {j}");
            }
        }
    }

    [Fact]
    public void Inertia_is_that_of_the_fit_with_the_same_weights_and_another_without()
    {
        Same.Bits(_result.Inertia, _model.Inertia(_problem.Points, _problem.Weights), "inertia");
        Same.Bits(
            Steps.Inertia<T>(_problem.Points, Dimensions, _result.Labels, _model.Centroids, default), _model.Inertia(_problem.Points), "unweighted inertia");
    }

    [Fact]
    public void The_result_adds_up()
    {
        _result.History.Count.Should().Be(_result.Iterations);
        _result.Converged.Should().Be(_result.StopReason != StopReason.MaxIterations);
        _result.Algorithm.Should().NotBe(KMeansAlgorithm.Auto, "it says what Auto chose");
        _result.ClusterWeights.Length.Should().Be(Clusters);
        Same.Bits(Steps.ClusterWeights(_result.Labels.ToArray(), Clusters, _problem.Weights), _result.ClusterWeights, "cluster weights");
    }
}

public sealed class FloatModelTests : ModelTests<float>;

public sealed class DoubleModelTests : ModelTests<double>;
