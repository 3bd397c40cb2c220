using System.Numerics;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;

namespace KMeansClustering.Tests;

/// <summary>The stated error of a mean at 2³⁰ points, of values made to be rounded as badly as can be, without holding such data.</summary>
public sealed unsafe class CentroidSumsTests
{
    private const int Rows = 1 << 20;

    [Fact]
    public void A_billion_floats_added_one_by_one_keep_the_mean_within_the_stated_error()
    {
        // 2⁻⁴² is half a unit of the fixed point of magnitudes below 1 and is rounded away to even; 3·2⁻⁴² is rounded up. One value sets the magnitude.
        float[] values = new float[Rows];
        Array.Fill(values, 3 * MathF.ScaleB(1, -42));
        values[0] = 0.99f;
        using ClusterTotals<float> totals = new(SumScale.For<float>([0.99], false, 1, 1), 1, false);

        Accumulate(totals, values, null, times: 1024);

        totals.Count(0).Should().Be(1L << 30);
        ErrorOfMean(totals, values, null).Should().BeLessThan(Math.ScaleB(0.99, -40)).And.BeGreaterThan(0);
    }

    [Theory]
    [InlineData(1.0, -40)]
    [InlineData(1.9, -40)]
    [InlineData(1e6, -40)]
    [InlineData(1e11, -40)]
    public void Floats_on_a_thousand_ranks_keep_it_too(double weightRatio, int bits) =>
        CheckRanks<float>(weightRatio, bits);

    [Theory]
    [InlineData(1.0, -52)]
    [InlineData(1.9, -51)]
    [InlineData(1e6, -51)]
    [InlineData(1e18, -51)]
    public void Doubles_on_a_thousand_ranks_keep_it_too(double weightRatio, int bits) =>
        CheckRanks<double>(weightRatio, bits);

    [Fact]
    public void What_is_added_and_taken_away_again_leaves_no_trace()
    {
        Random random = new(5);
        double[] kept = [.. Enumerable.Range(0, 500).Select(_ => random.NextDouble() - 0.5)];
        double[] passing = [.. Enumerable.Range(0, 700).Select(_ => (random.NextDouble() - 0.5) * Math.ScaleB(1, -random.Next(60)))];
        SumScale scale = SumScale.For<double>([0.5], false, 1, 1);
        using ClusterTotals<double> plain = new(scale, 1, false);
        using ClusterTotals<double> busy = new(scale, 1, false);

        Accumulate(plain, kept, null, 1);
        Accumulate(busy, passing, null, 1);
        Accumulate(busy, kept, null, 1);
        Accumulate(busy, passing, null, 1, from: 0, to: -1);

        double expected, found;
        plain.TryMean(0, &expected);
        busy.TryMean(0, &found);
        found.Should().Be(expected);
        busy.Count(0).Should().Be(500);
    }

    // 2²⁰ points, on each of 2¹⁰ ranks that all hold the same: the sums are integers, so theirs is the one of 2³⁰ points.
    private static void CheckRanks<T>(double weightRatio, int bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(3);
        double least = 1 / weightRatio;
        T[] values = [.. Enumerable.Range(0, Rows).Select(i => T.CreateChecked(i == 0 ? 0.99 : (random.NextDouble() - 0.3) * Math.ScaleB(1, -random.Next(50))))];
        bool weighted = weightRatio > 1;
        T[]? weights = weighted ? [.. Enumerable.Range(0, Rows).Select(i => T.CreateChecked(i % 1000 == 1 ? 1 : least))] : null;

        // The cluster in question has light points only; the heavy ones are in another and set the scale.
        int[] labels = [.. Enumerable.Range(0, Rows).Select(i => weighted && i % 1000 == 1 ? 1 : 0)];
        double magnitude = values.Max(value => Math.Abs(double.CreateChecked(value)));
        SumScale scale = SumScale.For<T>([magnitude], weighted, double.CreateChecked(T.CreateChecked(least)), 1);
        using ClusterTotals<T> totals = new(scale, 2, weighted, new ManyAlike(1024));

        Accumulate(totals, values, weights, 1, labels: labels);

        totals.Count(0).Should().Be(1024L * labels.Count(label => label == 0));
        T[] own = [.. values.Where((_, i) => labels[i] == 0)];
        T[]? ownWeights = weights is null ? null : [.. weights.Where((_, i) => labels[i] == 0)];

        // The mean as a double, before it is rounded to T, is what the bound is about; for float that last rounding is allowed for.
        double rounding = typeof(T) == typeof(float) ? Math.ScaleB(magnitude, -25) : 0;
        ErrorOfMean(totals, own, ownWeights).Should().BeLessThan(Math.ScaleB(magnitude, bits) + rounding);
    }

    private static void Accumulate<T>(ClusterTotals<T> totals, T[] values, T[]? weights, int times, int from = -1, int to = 0, int[]? labels = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using SumDelta<T> delta = SumDelta<T>.Create(totals.Scale, labels is null ? 1 : labels.Max() + 1, weights is not null);
        int[] old = new int[values.Length];
        int[] now = labels ?? new int[values.Length];
        Array.Fill(old, from);
        if (labels is null)
        {
            Array.Fill(now, to);
        }

        fixed (T* point = values, weight = weights)
        fixed (int* source = old, target = now)
        {
            PointView<T> points = new(point, values.Length, 1);
            for (int time = 0; time < times; time++)
            {
                if (delta.Pending + values.Length > SumScale.MaxPending)
                {
                    totals.Absorb(delta);
                }

                delta.Move(points, 0, values.Length, source, target, weight);
            }
        }

        totals.Absorb(delta);
        totals.Share();
    }

    // Against whole numbers: every value is a multiple of 2⁻¹⁵⁰ or so.
    private static double ErrorOfMean<T>(ClusterTotals<T> totals, T[] values, T[]? weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Scale = 300;
        BigInteger sum = 0, weightSum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            BigInteger weight = weights is null ? BigInteger.One << Scale : Whole(double.CreateChecked(weights[i]), Scale);
            sum += weight * Whole(double.CreateChecked(values[i]), Scale);
            weightSum += weight;
        }

        T mean;
        totals.TryMean(0, &mean).Should().BeTrue();
        BigInteger difference = BigInteger.Abs((Whole(double.CreateChecked(mean), Scale) * weightSum) - sum);
        return (double)(difference * (BigInteger.One << 100) / weightSum) * Math.ScaleB(1, -Scale - 100);
    }

    private static BigInteger Whole(double value, int bits)
    {
        ExactNumber exact = ExactNumber.From(value);
        int shift = bits + exact.Exponent;
        return shift >= 0 ? exact.Mantissa << shift : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>Many ranks that all hold the same.</summary>
    private sealed class ManyAlike(int size) : ICollective
    {
        public int Rank => 0;

        public int Size => size;

        public void Sum(Span<double> values)
        {
            foreach (ref double value in values)
            {
                value *= size;
            }
        }

        public void Max(Span<double> values)
        {
        }

        public void Broadcast(Span<double> values, int root)
        {
        }

        public void AllGather(ReadOnlySpan<double> mine, Span<double> all)
        {
            for (int rank = 0; rank < size; rank++)
            {
                mine.CopyTo(all[(rank * mine.Length)..]);
            }
        }
    }
}
