using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>What is stored as a bound is one, in real numbers.</summary>
public abstract unsafe class PointBoundsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static double Largest => typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue;

    private static double Smallest => double.CreateChecked(T.Epsilon);

    [Fact]
    public void Rounding_is_outward_at_every_magnitude()
    {
        using PointBounds<T> bounds = Bounds(3);
        Draw draw = new(1);
        double[] edges = [0, Smallest, 2 * Smallest, 3 * Smallest, 1, Largest / 2, Largest, double.CreateChecked(T.BitDecrement(T.One))];
        IEnumerable<double> drawn = Enumerable.Range(0, 4_000).Select(_ => draw.Between(0.5, 1) * Math.ScaleB(1, typeof(T) == typeof(float) ? draw.Below(278) - 149 : draw.Below(1_024) - 512));
        foreach (double distance in edges.Concat(drawn))
        {
            T up = bounds.RoundUp(distance);
            T down = bounds.RoundDown(distance);
            Require(!T.IsFinite(up) || ExactNumber.From(up) >= ExactNumber.From(distance), $"{distance:R} up: {up:R}");
            Require(down >= T.Zero && T.IsFinite(down) && ExactNumber.From(down) <= ExactNumber.From(distance), $"{distance:R} down: {down:R}");
        }
    }

    [Fact]
    public void Padding_is_more_than_a_few_roundings()
    {
        using PointBounds<T> bounds = Bounds(3);
        foreach (double distance in new[] { 1.0, 3.0, 1e-30, 1e30 })
        {
            double u = typeof(T) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);
            ((double.CreateChecked(bounds.RoundUp(distance)) / distance) - 1).Should().BeInRange(8 * u, 1000 * u);
            (1 - (double.CreateChecked(bounds.RoundDown(distance)) / distance)).Should().BeInRange(8 * u, 1000 * u);
        }
    }

    [Fact]
    public void An_infinite_distance_bounds_nothing_from_above()
    {
        using PointBounds<T> bounds = Bounds(3);
        bounds.RoundUp(double.PositiveInfinity).Should().Be(T.PositiveInfinity);
    }

    /// <summary>The judge's distance may be off by d/8 roundings: here as many as there are, in both directions.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(400)]
    [InlineData(4_000)]
    public void A_distance_of_the_judge_bounds_the_real_one_from_either_side(int dimensions)
    {
        T lost = T.CreateChecked(Math.Sqrt(Math.ScaleB(1, -53)));
        while (double.CreateChecked(lost) * double.CreateChecked(lost) > Math.ScaleB(1, -53))
        {
            lost = T.BitDecrement(lost);
        }

        foreach (int exponent in typeof(T) == typeof(float) ? [0, 100, -130] : new[] { 0, 400, -400, -505, -537, -540 })
        {
            foreach (T rest in new[] { T.Zero, lost, T.BitIncrement(lost), T.One })
            {
                T[] row = [.. Enumerable.Range(0, dimensions).Select(p => T.ScaleB(p < 8 ? T.One : rest, exponent))];
                RequireBounds(row, new T[dimensions]);
            }
        }
    }

    [Theory]
    [InlineData(DataKind.Uniform)]
    [InlineData(DataKind.AnyMagnitude)]
    [InlineData(DataKind.Subnormal)]
    [InlineData(DataKind.Offset)]
    [InlineData(DataKind.Huge)]
    public void Distances_of_the_judge_bound_the_real_ones_on_every_kind_of_data(DataKind kind)
    {
        foreach (int d in new[] { 1, 7, 33 })
        {
            T[][] rows = [.. TestData.Points<T>(kind, 60, d).Chunk(d)];
            for (int i = 1; i < rows.Length; i++)
            {
                RequireBounds(rows[i - 1], rows[i]);
            }
        }
    }

    /// <summary>Where centroids move, rest, jump and come back: a drift is no less than the sum of its group's farthest moves.</summary>
    [Theory]
    [InlineData(DataKind.Clustered)]
    [InlineData(DataKind.AnyMagnitude)]
    [InlineData(DataKind.Subnormal)]
    public void Drifts_are_no_less_than_what_the_centroids_moved(DataKind kind)
    {
        const int Clusters = 21;
        const int Dimensions = 3;
        T[][] steps = [.. Enumerable.Range(0, 6).Select(step => TestData.Points<T>(kind, Clusters, Dimensions, seed: step / 2))];
        using Crew crew = new(2);
        fixed (T* first = steps[0])
        {
            CentroidGroups groups = CentroidGroups.Of(first, Clusters, Dimensions, 4, 3);
            using PointBounds<T> bounds = new(5, Clusters, groups.Count, Dimensions);
            bounds.ForgetAll(crew);
            double[] drifts = new double[groups.Count];
            for (int step = 1; step < steps.Length; step++)
            {
                fixed (T* before = steps[step - 1], now = steps[step])
                {
                    bounds.Move(before, now, Dimensions, groups, crew);
                }

                double[] farthest = new double[groups.Count];
                for (int j = 0; j < Clusters; j++)
                {
                    ExactNumber moved = ExactDistance.Squared<T>(steps[step - 1].AsSpan(j * Dimensions, Dimensions), steps[step].AsSpan(j * Dimensions, Dimensions));
                    T bound = bounds.Moves[j];
                    Require(!T.IsFinite(bound) || ExactNumber.From(bound) * ExactNumber.From(bound) >= moved, $"move of {j}");
                    farthest[groups.GroupOf[j]] = Math.Max(farthest[groups.GroupOf[j]], double.CreateChecked(bound));
                }

                for (int group = 0; group < groups.Count; group++)
                {
                    drifts[group] += farthest[group];
                    double drift = double.CreateChecked(bounds.Drifts[group]);
                    Require(double.IsPositiveInfinity(drift) || drift >= drifts[group] * (1 - 1e-15), $"drift of {group}: {drift:R} for {drifts[group]:R}");
                    Require(step % 2 == 0 || drift <= drifts[group] * (1 + 1e-5) + (10 * Smallest), $"drift of {group}: {drift:R} for {drifts[group]:R}");
                }
            }
        }
    }

    private static PointBounds<T> Bounds(int dimensions) => new(1, 1, 1, dimensions);

    private static void RequireBounds(T[] x, T[] c)
    {
        ExactNumber real = ExactDistance.Squared<T>(x, c);
        double judged = Math.Sqrt(JudgeDistance.Squared<T>(x, c));
        using PointBounds<T> bounds = Bounds(x.Length);
        T up = bounds.RoundUp(judged);
        T down = bounds.RoundDown(judged);
        Require(!T.IsFinite(up) || ExactNumber.From(up) * ExactNumber.From(up) >= real, $"d = {x.Length}, {x[0]:R}…, {x[^1]:R}: {up:R} is below the distance");
        Require(ExactNumber.From(down) * ExactNumber.From(down) <= real, $"d = {x.Length}, {x[0]:R}…, {x[^1]:R}: {down:R} is above the distance");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            Assert.Fail($"{what}, {typeof(T).Name}");
        }
    }
}

public sealed class FloatPointBoundsTests : PointBoundsTests<float>;

public sealed class DoublePointBoundsTests : PointBoundsTests<double>;
