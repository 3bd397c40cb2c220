using System.Numerics;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The gap statistic against its definition in plain loops over separate fits.</summary>
public abstract class SweepGapTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(DataKind.Uniform, WeightKind.None, 7)]
    [InlineData(DataKind.Clustered, WeightKind.Uniform, 3)]
    [InlineData(DataKind.Columns, WeightKind.None, 1)]
    [InlineData(DataKind.Offset, WeightKind.WithZeros, 2)]
    public void It_is_the_mean_logarithm_of_uniform_points_inertias_less_that_of_the_datas(DataKind kind, WeightKind weightKind, int sets)
    {
        const int Count = 60;
        const int Dimensions = 3;
        const int Seed = 5;
        T[] points = TestData.Points<T>(kind, Count, Dimensions);
        T[]? weights = TestData.Weights<T>(weightKind, Count);
        KMeansOptions options = new() { Seed = Seed, Restarts = 2 };
        int[] clusters = [1, 2, 5, 6];
        double Logarithm(T[] values, int k) => Math.Log(KMeans.Fit<T>(values, Dimensions, k, options, weights).Inertia);

        KMeansSweep<T> sweep = KMeans.Sweep<T>(points, Dimensions, clusters, new() { Fit = options, Criteria = SweepCriteria.Gap, ReferenceSets = sets }, weights);

        T[][] references = [.. Enumerable.Range(1, sets).Select(set => Uniform(points, Dimensions, Seed, set))];
        foreach (KMeansSweepRow<T> row in sweep.Rows)
        {
            double[] logarithms = [.. references.Select(reference => Logarithm(reference, row.Clusters))];
            double deviation = Math.Sqrt(logarithms.Sum(l => (l - logarithms.Average()) * (l - logarithms.Average())) / sets);

            row.Gap!.Value.Should().BeApproximately(logarithms.Average() - Logarithm(points, row.Clusters), 1e-12);
            row.GapError!.Value.Should().BeApproximately(deviation * Math.Sqrt(1 + (1.0 / sets)), 1e-12);
        }
    }

    [Fact]
    public void Sets_are_different_and_fill_the_box_evenly()
    {
        const int Count = 20_000;
        T[] points = TestData.Points<T>(DataKind.Columns, Count, 3);
        using Crew crew = new(2);
        T[] first = Drawn(points, 3, 1, crew);
        T[] second = Drawn(points, 3, 2, crew);

        first.Should().NotEqual(second);
        Same.Bits<T>(Uniform(points, 3, 0, 1), first, "in plain loops");
        for (int p = 0; p < 3; p++)
        {
            double[] box = [.. Column(points, p)];
            double[] drawn = [.. Column(first, p)];
            (double least, double greatest) = (box.Min(), box.Max());
            double[] places = [.. drawn.Select(value => (value - least) / (greatest - least))];

            places.Should().OnlyContain(place => place >= 0 && place <= 1);
            for (int tenth = 0; tenth < 10; tenth++)
            {
                // Five standard deviations of a binomial count.
                places.Count(place => (int)(10 * place) == tenth).Should().BeInRange((Count / 10) - 212, (Count / 10) + 212, $"column {p}, tenth {tenth}");
            }
        }

        Math.Abs(Correlation([.. Column(first, 0)], [.. Column(first, 1)])).Should().BeLessThan(5 / Math.Sqrt(Count));
        Math.Abs(Correlation([.. Column(first, 0)], [.. Column(second, 0)])).Should().BeLessThan(5 / Math.Sqrt(Count));
    }

    private static IEnumerable<double> Column(T[] points, int p) => points.Where((_, i) => i % 3 == p).Select(double.CreateChecked);

    private static double Correlation(double[] a, double[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        double[] ca = [.. a.Select(value => value - meanA)];
        double[] cb = [.. b.Select(value => value - meanB)];
        return ca.Zip(cb).Sum(pair => pair.First * pair.Second) / Math.Sqrt(ca.Sum(x => x * x) * cb.Sum(x => x * x));
    }

    private static unsafe T[] Drawn(T[] points, int d, int set, Crew crew)
    {
        fixed (T* data = points)
        {
            Fitting.Survey<T> survey = Fitting.Survey<T>.Of(new PointView<T>(data, points.Length / d, d), crew, "points");
            using AlignedBuffer<T> drawn = Sweeping.ReferenceSet.Draw(survey, points.Length / d, 0, set, crew);
            return new ReadOnlySpan<T>(drawn.Pointer, points.Length).ToArray();
        }
    }

    /// <summary>As docs/algorithms.md has it. Only the generator is the library's.</summary>
    private static T[] Uniform(T[] points, int d, int seed, int set)
    {
        ulong stream = new Xoshiro256(seed, -set).NextUInt64();
        double[] wide = [.. points.Select(double.CreateChecked)];
        double[] least = [.. Enumerable.Range(0, d).Select(p => wide.Where((_, i) => i % d == p).Min())];
        double[] greatest = [.. Enumerable.Range(0, d).Select(p => wide.Where((_, i) => i % d == p).Max())];
        return [.. Enumerable.Range(0, points.Length).Select(i =>
        {
            double share = Math.ScaleB(Xoshiro256.DrawAt(stream, i % d, i / d), -53);
            return T.CreateChecked(least[i % d] + ((greatest[i % d] - least[i % d]) * share));
        })];
    }
}

public sealed class FloatSweepGapTests : SweepGapTests<float>;

public sealed class DoubleSweepGapTests : SweepGapTests<double>;
