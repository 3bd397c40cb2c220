using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>What the history says: the answer's part is the same with every algorithm, and the work's part is possible.</summary>
public abstract class HistoryTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_history_is_coherent_with_every_algorithm(DataKind kind)
    {
        foreach ((int n, int d, int k) in new[] { (600, 2, 30), (400, 12, 70), (200, 60, 9), (5, 3, 5) })
        {
            Problem<T> problem = TestData.Problem<T>(kind, n, d, k);
            KMeansOptions options = new() { MaxIterations = 8, Tolerance = 0, TrackInertia = true };
            KMeansResult<T> lloyd = problem.Fit(options with { Algorithm = KMeansAlgorithm.Lloyd });
            lloyd.Algorithm.Should().Be(KMeansAlgorithm.Lloyd);
            lloyd.History.Should().OnlyContain(entry => entry.Algorithm == KMeansAlgorithm.Lloyd && entry.TileDistances == (long)n * k, problem.ToString());
            lloyd.History.Should().OnlyContain(entry => entry.PointsSkipped == 0 && entry.NodeDistances == 0 && entry.SketchDistances == 0, problem.ToString());
            foreach (KMeansAlgorithm algorithm in Algorithms.All)
            {
                KMeansResult<T> result = problem.Fit(options with { Algorithm = algorithm });
                string what = $"{algorithm}, {problem}";
                result.Algorithm.Should().NotBe(KMeansAlgorithm.Auto, what).And.BeDefined();
                result.Iterations.Should().Be(result.History.Count, what);
                for (int t = 0; t < lloyd.History.Count; t++)
                {
                    RequireCoherent(lloyd.History[t], result.History[t], n, $"{what}, iteration {t + 1}");
                }
            }
        }
    }

    /// <summary>An algorithm that compared everything would go unseen: the answer would be right.</summary>
    [Theory]
    [InlineData(KMeansAlgorithm.Hamerly, 2, 8)]
    [InlineData(KMeansAlgorithm.Hamerly, 16, 8)]
    [InlineData(KMeansAlgorithm.Yinyang, 2, 100)]
    [InlineData(KMeansAlgorithm.Yinyang, 16, 100)]
    [InlineData(KMeansAlgorithm.Sketch, 64, 40)]
    [InlineData(KMeansAlgorithm.KdTree, 2, 100)]
    public void When_the_centroids_hardly_move_little_is_compared(KMeansAlgorithm algorithm, int dimensions, int clusters)
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 3_000, dimensions, clusters);

        KMeansIteration last = problem.Fit(new KMeansOptions { Algorithm = algorithm, Tolerance = 0 }).History[^1];

        (last.TileDistances + last.SketchDistances + last.ExactDistances).Should().BeLessThan(3_000L * clusters / 4);
        if (algorithm != KMeansAlgorithm.KdTree)
        {
            last.PointsSkipped.Should().BeGreaterThan(1_500);
        }
    }

    private static void RequireCoherent(KMeansIteration expected, KMeansIteration actual, int count, string what)
    {
        Same.Value(expected.LabelsChanged, actual.LabelsChanged, what + ": labels changed");
        Same.Bits(expected.CentroidShift, actual.CentroidShift, what + ": centroid shift");
        Same.Value(expected.Inertia, actual.Inertia, what + ": inertia");
        actual.Algorithm.Should().NotBe(KMeansAlgorithm.Auto, what).And.BeDefined();
        actual.PointsSkipped.Should().BeInRange(0, count, what);
        foreach (long pairs in new[] { actual.NodeDistances, actual.SketchDistances, actual.TileDistances, actual.ExactDistances })
        {
            pairs.Should().BeGreaterThanOrEqualTo(0, what);
        }
    }
}

public sealed class FloatHistoryTests : HistoryTests<float>;

public sealed class DoubleHistoryTests : HistoryTests<double>;
