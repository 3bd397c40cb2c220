using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The public entry for ranks: the same answer as one process, for every form that points come in.</summary>
public sealed class DistributedKMeansTests
{
    [Fact]
    public void Spans_and_tensors_from_given_centroids_give_the_answer_of_one_process()
    {
        Check(TestData.Problem<float>(DataKind.Clustered, 301, 3, 8));
        Check(TestData.Problem<double>(DataKind.Columns, 301, 3, 8, WeightKind.WithZeros));
    }

    [Fact]
    public void One_process_gets_what_KMeans_gives()
    {
        Problem<float> problem = TestData.Problem<float>(DataKind.Clustered, 200, 4, 6, WeightKind.Uniform);
        KMeansOptions options = new() { Seed = 3, Restarts = 2 };
        KMeansResult<float> expected = KMeans.Fit(problem.Points, 4, 6, options, problem.Weights);

        Same.Answer(expected, DistributedKMeans.Fit<float>(SingleProcess.Instance, problem.Points, 4, 6, options, problem.Weights), "points");
        Same.Answer(expected, DistributedKMeans.Fit(SingleProcess.Instance, Tensor(problem.Points, 200, 4, 4), 6, options, problem.Weights), "a tensor");
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Action nothing = () => DistributedKMeans.Fit<float>(null!, [1, 2], 1, 1);
        Action type = () => DistributedKMeans.Fit<Half>(SingleProcess.Instance, [Half.One], 1, 1);
        Action length = () => DistributedKMeans.Fit<float>(SingleProcess.Instance, [1, 2, 3], 2, 1);
        nothing.Should().Throw<ArgumentNullException>().WithParameterName("collective");
        type.Should().Throw<NotSupportedException>();
        length.Should().Throw<ArgumentException>().WithMessage("The length 3 is not a multiple of the 2 dimensions.*");
    }

    private static void Check<T>(Problem<T> problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        KMeansResult<T> whole = problem.Fit();
        foreach (string form in new[] { "span", "tensor", "rows apart" })
        {
            KMeansResult<T>[] parts = RanksInProcess.Run(3, collective =>
            {
                int first = collective.Rank * 100;
                int count = collective.Rank == 2 ? problem.Count - 200 : 100;
                ReadOnlySpan<T> points = problem.Points.AsSpan(first * problem.Dimensions, count * problem.Dimensions);
                ReadOnlySpan<T> weights = problem.Weights is null ? default : problem.Weights.AsSpan(first, count);
                return form switch
                {
                    "span" => DistributedKMeans.Fit(collective, points, problem.Dimensions, (ReadOnlySpan<T>)problem.Start, weights: weights),
                    "tensor" => DistributedKMeans.Fit(collective, Tensor(points, count, problem.Dimensions, problem.Dimensions), (ReadOnlySpan<T>)problem.Start, weights: weights),
                    _ => DistributedKMeans.Fit(collective, Tensor<T>(Apart(points, problem.Dimensions), count, problem.Dimensions, problem.Dimensions + 2), (ReadOnlySpan<T>)problem.Start, weights: weights),
                };
            });
            Same.Values<int>(whole.Labels, [.. parts.SelectMany(part => part.Labels.ToArray())], $"{problem}, {form}: labels");
            foreach (KMeansResult<T> part in parts)
            {
                Same.Bits(whole.Model.Centroids, part.Model.Centroids, $"{problem}, {form}: centroids");
                Same.Bits(whole.Inertia, part.Inertia, $"{problem}, {form}: inertia");
            }
        }
    }

    private static ReadOnlyTensorSpan<T> Tensor<T>(ReadOnlySpan<T> values, int rows, int columns, int stride) => new(values, [rows, columns], [stride, 1]);

    private static T[] Apart<T>(ReadOnlySpan<T> rows, int dimensions)
    {
        T[] apart = new T[rows.Length / dimensions * (dimensions + 2)];
        for (int i = 0; i < rows.Length; i++)
        {
            apart[(i / dimensions * (dimensions + 2)) + (i % dimensions)] = rows[i];
        }

        return apart;
    }
}
