using System.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Enough points to cross the bounds of blocks and of threads' parts.</summary>
public abstract class LargeDataTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 20_000, 1, 3 },
        { 20_000, 2, 5 },
        { 20_011, 3, 64 },
        { 16_384, 4, 17 },
        { 10_007, 8, 16 },
        { 8_193, 16, 65 },
        { 5_000, 33, 130 },
        { 5_003, 64, 63 },
        { 4_097, 100, 33 },
        { 3_001, 300, 16 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_label_is_the_judges(int count, int dimensions, int clusters)
    {
        foreach (DataKind kind in new[] { DataKind.Uniform, DataKind.Clustered, DataKind.Lattice })
        {
            T[] points = TestData.Points<T>(kind, count, dimensions);
            T[] centroids = points[..(clusters * dimensions)];
            int[] labels = new int[count];
            Array.Fill(labels, -1);

            Same.Value(count, KMeans.AssignPoints(points, dimensions, (ReadOnlySpan<T>)centroids, labels), "changed");

            Same.Values<int>(JudgeDistance.NearestOfEach<T>(points, dimensions, centroids), labels, $"{kind}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_step_of_a_fit_is_as_defined_and_the_same_on_any_number_of_threads(int count, int dimensions, int clusters)
    {
        Problem<T> problem = TestData.Problem<T>(
            DataKind.Clustered, count, dimensions, clusters, count % 2 == 0 ? WeightKind.None : WeightKind.Uniform);
        KMeansOptions options = new() { MaxIterations = 2, MaxDegreeOfParallelism = 3 };
        new Trajectory<T>(problem, options).Check();

        KMeansResult<T> expected = problem.Fit(options);
        foreach (int threads in new[] { 1, 2, 7 })
        {
            Same.Answer(expected, problem.Fit(options with { MaxDegreeOfParallelism = threads }), $"{threads} threads");
        }
    }
}

public sealed class FloatLargeDataTests : LargeDataTests<float>;

public sealed class DoubleLargeDataTests : LargeDataTests<double>;
