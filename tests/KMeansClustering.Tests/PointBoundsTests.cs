using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>What is stored as a bound is one, in real numbers, whatever the unit.</summary>
public abstract unsafe class PointBoundsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static bool IsFloat => typeof(T) == typeof(float);

    private static double Largest => IsFloat ? float.MaxValue : double.MaxValue;

    private static double Smallest => double.CreateChecked(T.Epsilon);

    // As far as a scale may go.
    private static int[] Scales => IsFloat ? [0, 1, -7, 64, 100, -100] : [0, 1, -7, 100, -100, 480, -480];

    [Fact]
    public void Rounding_is_outward_at_every_magnitude()
    {
        Draw draw = new(1);
        double[] edges = [0, Smallest, 2 * Smallest, 3 * Smallest, 1, Largest / 2, Largest, double.CreateChecked(T.BitDecrement(T.One))];
        double[] drawn = [.. Enumerable.Range(0, 1_000).Select(_ => draw.Between(0.5, 1) * Math.ScaleB(1, IsFloat ? draw.Below(278) - 149 : draw.Below(1_024) - 512))];
        foreach (int scale in Scales)
        {
            using PointBounds bounds = Bounds(3, scale);
            foreach (double distance in edges.Concat(drawn))
            {
                float up = bounds.RoundUp(distance);
                float down = bounds.RoundDown(distance);
                Require(!float.IsFinite(up) || ExactNumber.From(up) >= ExactNumber.From(distance).Scale(scale), $"{distance:R}, scale 2^{scale}, up: {up:R}");
                Require(down >= 0 && float.IsFinite(down) && ExactNumber.From(down) <= ExactNumber.From(distance).Scale(scale), $"{distance:R}, scale 2^{scale}, down: {down:R}");
            }
        }
    }

    [Fact]
    public void A_distance_in_units_of_the_rows_is_rounded_up_too()
    {
        Draw draw = new(2);
        foreach (int scale in Scales)
        {
            using PointBounds bounds = Bounds(3, scale);
            for (int i = 0; i < 1_000; i++)
            {
                double distance = draw.Between(0.5, 1) * Math.ScaleB(1, draw.Below(400) - 200);
                float up = bounds.RoundUpScaled(distance);
                Require(!float.IsFinite(up) || ExactNumber.From(up) >= ExactNumber.From(distance), $"{distance:R}, scale 2^{scale}: {up:R}");
            }
        }
    }

    [Fact]
    public void Padding_is_more_than_a_few_roundings_and_no_more_than_many()
    {
        double u = Math.ScaleB(1, -24);
        foreach (int scale in Scales)
        {
            using PointBounds bounds = Bounds(3, scale);
            foreach (double scaled in new[] { 1.0, 3.0, 1e-3, 1e30 })
            {
                double distance = Math.ScaleB(scaled, -scale);
                double lost = bounds.TinyDistance / scaled;
                lost.Should().BeLessThan(0.1, $"scale 2^{scale}");
                ((bounds.RoundUp(distance) / scaled) - 1).Should().BeInRange(8 * u, (1000 * u) + lost);
                (1 - (bounds.RoundDown(distance) / scaled)).Should().BeInRange(8 * u, (1000 * u) + lost);
            }
        }
    }

    [Fact]
    public void An_infinite_distance_bounds_nothing_from_above()
    {
        foreach (int scale in Scales)
        {
            using PointBounds bounds = Bounds(3, scale);
            bounds.RoundUp(double.PositiveInfinity).Should().Be(float.PositiveInfinity);
        }
    }

    [Fact]
    public void Nothing_is_known_of_a_point_that_is_forgotten()
    {
        using Crew crew = new(2);
        using PointBounds bounds = new(70, 3, 5, 2, 1, 0);
        bounds.ForgetAll(crew);
        foreach (int point in new[] { 0, 69 })
        {
            bounds.Of(point)[0].Should().Be(float.PositiveInfinity);
            new ReadOnlySpan<float>(bounds.Of(point) + 1, 5).ToArray().Should().AllBeEquivalentTo(float.NegativeInfinity);
        }
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

        foreach (int exponent in IsFloat ? [0, 100, -130] : new[] { 0, 400, -400, -505, -537, -540 })
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
        foreach (int scale in Scales)
        {
            RequireDrifts(kind, scale);
        }
    }

    private static void RequireDrifts(DataKind kind, int scale)
    {
        const int Clusters = 21;
        const int Dimensions = 3;
        T[][] steps = [.. Enumerable.Range(0, 6).Select(step => TestData.Points<T>(kind, Clusters, Dimensions, seed: step / 2))];
        using Crew crew = new(2);
        fixed (T* first = steps[0])
        {
            CentroidGroups groups = CentroidGroups.Of(first, Clusters, Dimensions, 4, 3);
            using PointBounds bounds = new(5, Clusters, groups.Count, Dimensions, Math.ScaleB(1, scale), IsFloat ? 0 : PointBounds.LostOfDoubles);
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
                    ExactNumber moved = ExactDistance.Squared<T>(steps[step - 1].AsSpan(j * Dimensions, Dimensions), steps[step].AsSpan(j * Dimensions, Dimensions)).Scale(2 * scale);
                    float bound = bounds.Moves[j];
                    Require(!float.IsFinite(bound) || ExactNumber.From(bound) * ExactNumber.From(bound) >= moved, $"move of {j}, scale 2^{scale}");
                    farthest[groups.GroupOf[j]] = Math.Max(farthest[groups.GroupOf[j]], bound);
                }

                for (int group = 0; group < groups.Count; group++)
                {
                    drifts[group] += farthest[group];
                    double drift = bounds.Drifts[group];
                    Require(double.IsPositiveInfinity(drift) || drift >= drifts[group] * (1 - 1e-15), $"drift of {group}, scale 2^{scale}: {drift:R} for {drifts[group]:R}");
                    Require(step % 2 == 0 || !double.IsFinite(drift) || drift <= (drifts[group] * (1 + 1e-5)) + (10 * float.Epsilon), $"drift of {group}, scale 2^{scale}: {drift:R} for {drifts[group]:R}");
                }
            }
        }
    }

    private static PointBounds Bounds(int dimensions, int scale) =>
        new(1, 1, 1, dimensions, Math.ScaleB(1, scale), IsFloat ? 0 : PointBounds.LostOfDoubles);

    private static void RequireBounds(T[] x, T[] c)
    {
        double judged = Math.Sqrt(JudgeDistance.Squared<T>(x, c));
        foreach (int scale in Scales)
        {
            ExactNumber real = ExactDistance.Squared<T>(x, c).Scale(2 * scale);
            using PointBounds bounds = Bounds(x.Length, scale);
            float up = bounds.RoundUp(judged);
            float down = bounds.RoundDown(judged);
            Require(!float.IsFinite(up) || ExactNumber.From(up) * ExactNumber.From(up) >= real, $"d = {x.Length}, scale 2^{scale}, {x[0]:R}…, {x[^1]:R}: {up:R} is below the distance");
            Require(ExactNumber.From(down) * ExactNumber.From(down) <= real, $"d = {x.Length}, scale 2^{scale}, {x[0]:R}…, {x[^1]:R}: {down:R} is above the distance");
        }
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
