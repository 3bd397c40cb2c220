using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The search between two centroids, while they <see cref="Wandering{T}">wander</see>; and what its margin claims, in exact arithmetic.</summary>
public abstract unsafe class PairSearchTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 410;

    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Labels_are_the_judges_wherever_the_centroids_go(DataKind kind)
    {
        int variant = (int)kind;
        foreach (int d in new[] { 1, 2, 7, 8, 9, 16, 31, 33, 100 })
        {
            T[] points = TestData.Points<T>(kind, Count, d, variant);
            using Crew crew = new(1 + (variant++ % 3));
            fixed (T* x = points)
            {
                using SearchPass<T> pass = new(new PointView<T>(x, Count, d), null, 2, null, crew, NearestSearch<T>.Pair(Count, d), KMeansAlgorithm.Hamerly);
                Wandering<T>.Follow(pass, points, d, 2, $"{kind}, d = {d}, {typeof(T).Name}");
            }
        }
    }

    /// <summary>Rows that lie apart may not be read past their end, nor may the last one.</summary>
    [Theory]
    [InlineData(9, 9)]
    [InlineData(9, 11)]
    [InlineData(9, 40)]
    [InlineData(16, 17)]
    public void What_lies_between_and_behind_the_rows_is_not_used(int dimensions, int stride)
    {
        const int Rows = 70;
        T[] points = TestData.Points<T>(DataKind.Uniform, Rows, dimensions);
        T[] spaced = new T[(Rows - 1) * stride + dimensions];
        Array.Fill(spaced, T.NaN);
        for (int i = 0; i < Rows; i++)
        {
            points.AsSpan(i * dimensions, dimensions).CopyTo(spaced.AsSpan(i * stride));
        }

        using Crew crew = new(1);
        fixed (T* x = spaced)
        {
            using SearchPass<T> pass = new(new PointView<T>(x, Rows, dimensions, stride), null, 2, null, crew, NearestSearch<T>.Pair(Rows, dimensions), KMeansAlgorithm.Hamerly);
            Wandering<T>.Follow(pass, points, dimensions, 2, $"stride {stride}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_bound_is_above_the_difference_of_the_distances(DataKind kind)
    {
        foreach (int d in new[] { 1, 3, 16, 60 })
        {
            T[][] rows = [.. TestData.Points<T>(kind, 90, d).Chunk(d)];
            foreach ((T[] c0, T[] c1) in new[] { (rows[0], rows[1]), (rows[1], rows[0]), (rows[2], rows[2]), (rows[3], [.. rows[3].Select(T.BitIncrement)]) })
            {
                PairMargin<T> margin = new(d, 8);
                margin.Between(JudgeDistance.Squared<T>(c0, c1));
                foreach (T[] x in rows)
                {
                    RequireBounds(margin, x, c0, c1, $"{kind}, d = {d}");
                }
            }
        }
    }

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(30, 0.0)]
    [InlineData(-30, 0.0)]
    [InlineData(0, 1000.0)]
    public void Few_points_need_the_judge_and_bounds_settle_most_in_the_end(int exponent, double offset)
    {
        const int Rows = 3_000;
        T[] points = [.. TestData.Points<T>(DataKind.Uniform, Rows, 12).Select(x => T.ScaleB(x, exponent) + T.CreateChecked(offset))];

        IReadOnlyList<KMeansIteration> history = KMeans.Fit<T>(points, 12, 2, new KMeansOptions { Algorithm = KMeansAlgorithm.Hamerly, Seed = 5, Tolerance = 0 }).History;

        history.Sum(done => done.ExactDistances).Should().BeLessThan(Rows / 10);
        history[0].PointsSkipped.Should().Be(0);
        history[^1].PointsSkipped.Should().BeGreaterThan(Rows / 2);
        history.Should().OnlyContain(done => done.PointsSkipped + done.TileDistances == Rows);
    }

    // What plain loops compute has more roundings than the kernel's lanes, and no fewer than one lane's: the margin is asked for as many.
    private static void RequireBounds(PairMargin<T> ofLanes, T[] x, T[] c0, T[] c1, string what)
    {
        ExactNumber d0 = ExactDistance.Squared<T>(x, c0);
        ExactNumber d1 = ExactDistance.Squared<T>(x, c1);
        double roots = Math.Sqrt(d0.ToDouble()) + Math.Sqrt(d1.ToDouble());
        if (!double.IsFinite(roots) || roots < 1e-140)
        {
            return; // neither is seen rightly in double
        }

        // 1e-13 is more than the roundings here.
        ExactNumber difference = d1 < d0 ? d0 - d1 : d1 - d0;
        double truth = difference.ToDouble() / roots * (1 + 1e-13);
        double[] lanes = new double[16];
        for (int p = 0; p < x.Length; p++)
        {
            T y = x[p] - c0[p];
            (lanes[p % 8], lanes[8 + (p % 8)]) = (Rounded(lanes[p % 8], y, c1[p] - c0[p]), Rounded(lanes[8 + (p % 8)], y, y));
        }

        double bound = ofLanes.OfProduct(Sum(lanes[..8]), Sum(lanes[8..]), out double side);
        if (bound > 0 && double.IsFinite(bound))
        {
            Require(bound <= truth, $"{what}: {bound:R} is more than {truth:R}");
            Require(side > 0 == (JudgeDistance.Squared<T>(x, c1) < JudgeDistance.Squared<T>(x, c0)), $"{what}: side {side}");
        }

        (double own, double other) = (JudgeDistance.Squared<T>(x, c0), JudgeDistance.Squared<T>(x, c1));
        double judged = ofLanes.OfDistances(Math.Min(own, other), Math.Max(own, other));
        Require(judged <= truth, $"{what}: {judged:R} by the judge is more than {truth:R}");
    }

    private static double Rounded(double sum, T a, T b) => double.CreateChecked(T.CreateChecked(sum) + (a * b));

    private static double Sum(double[] lanes) => lanes.Aggregate((a, b) => double.CreateChecked(T.CreateChecked(a) + T.CreateChecked(b)));

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            Assert.Fail(what);
        }
    }
}

public sealed class FloatPairSearchTests : PairSearchTests<float>;

public sealed class DoublePairSearchTests : PairSearchTests<double>;

/// <summary>The same with every width of vectors that this machine has.</summary>
public sealed unsafe class PairSearchWidthTests
{
    [Theory]
    [InlineData(DataKind.Clustered, 9)]
    [InlineData(DataKind.Offset, 16)]
    [InlineData(DataKind.AnyMagnitude, 37)]
    public void Labels_are_the_judges_with_vectors_of_any_width(DataKind kind, int dimensions) => Widths.ForEach(new Follower(kind, dimensions));

    private sealed class Follower(DataKind kind, int dimensions) : IForEveryWidth
    {
        private const int Count = 330;

        public void With<TVector, TSimd>()
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            float[] points = TestData.Points<float>(kind, Count, dimensions);
            using Crew crew = new(2);
            fixed (float* x = points)
            {
                using SearchPass<float> pass = new(
                    new PointView<float>(x, Count, dimensions), null, 2, null, crew, new PairSearch<float, TVector, TSimd>(Count, dimensions), KMeansAlgorithm.Hamerly);
                Wandering<float>.Follow(pass, points, dimensions, 2, $"{kind}, {typeof(TSimd).Name}");
            }
        }
    }
}
