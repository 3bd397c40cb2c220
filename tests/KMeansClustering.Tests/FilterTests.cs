using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The work is outside the promise, but a filter that leaves everything to the judge would go unseen: the answer would be right.</summary>
public abstract class FilterTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(3, 40)]
    [InlineData(24, 64)]
    [InlineData(100, 33)]
    public void Few_pairs_are_left_to_the_judge_at_any_scale_and_far_from_the_origin(int dimensions, int clusters)
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 2_000, dimensions, clusters);
        int range = typeof(T) == typeof(float) ? 110 : 480;
        foreach ((int exponent, double offset) in new[] { (0, 0.0), (range, 0.0), (-range, 0.0), (0, 1000.0) })
        {
            T Place(T x) => T.ScaleB(x, exponent) + T.CreateChecked(offset);
            Problem<T> placed = problem with { Points = [.. problem.Points.Select(Place)], Start = [.. problem.Start.Select(Place)] };

            KMeansIteration work = placed.Fit(new KMeansOptions { MaxIterations = 1 }).History[0];

            // With short rows, the points that one look does not settle are scored once more.
            (work.TileDistances + work.SketchDistances).Should().BeInRange(2_000L * clusters, 2_000L * clusters * 11 / 10);
            work.ExactDistances.Should().BeLessThan(2_000L * clusters / 100, $"times 2^{exponent}, around {offset}");
        }
    }

    [Fact]
    public void What_no_filter_can_decide_is_left_to_the_judge()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Constant, 500, 20, 30);

        problem.Fit(new KMeansOptions { MaxIterations = 1 }).History[0].ExactDistances.Should().BeGreaterThanOrEqualTo(500 * 30);
    }
}

public sealed class FloatFilterTests : FilterTests<float>;

public sealed class DoubleFilterTests : FilterTests<double>;
