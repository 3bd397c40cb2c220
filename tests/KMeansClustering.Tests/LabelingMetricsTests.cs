using System.Numerics;
using KMeansClustering.Metrics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Metrics of two labelings: what must hold of any two, and the expected information against exact arithmetic.</summary>
public sealed class LabelingMetricsTests
{
    private static readonly (string Name, Func<int[], int[], double> Of)[] Symmetric =
    [
        ("adjusted Rand index", (a, b) => ClusteringMetrics.AdjustedRandIndex(a, b)),
        ("mutual information", (a, b) => ClusteringMetrics.MutualInformation(a, b)),
        ("normalized mutual information", (a, b) => ClusteringMetrics.NormalizedMutualInformation(a, b)),
        ("adjusted mutual information", (a, b) => ClusteringMetrics.AdjustedMutualInformation(a, b)),
        ("V-measure", (a, b) => ClusteringMetrics.VMeasure(a, b)),
    ];

    public static TheoryData<int, int, int> Sizes => new() { { 1, 1, 1 }, { 2, 2, 2 }, { 7, 3, 2 }, { 60, 1, 5 }, { 60, 4, 60 }, { 500, 20, 3 }, { 3_000, 50, 70 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Swapping_renaming_and_permuting_change_no_bit(int n, int a, int b)
    {
        (int[] first, int[] second) = Draw(n, a, b);
        int[] order = new Draw(n).Permutation(n);
        int[] names = new Draw(a).Permutation(a);
        foreach ((string name, Func<int[], int[], double> metric) in Symmetric)
        {
            double expected = metric(first, second);
            Same.Bits(expected, metric(second, first), name + ", swapped");
            Same.Bits(expected, metric([.. first.Select(label => names[label] - 17)], second), name + ", renamed");
            Same.Bits(expected, metric([.. order.Select(i => first[i])], [.. order.Select(i => second[i])]), name + ", permuted");
        }

        Same.Bits(ClusteringMetrics.Homogeneity(first, second), ClusteringMetrics.Completeness(second, first), "homogeneity and completeness");
        ClusteringMetrics.VMeasure(first, second, 3).Should().BeApproximately(ClusteringMetrics.VMeasure(second, first, 1.0 / 3), 1e-14);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void They_are_within_their_bounds(int n, int a, int b)
    {
        (int[] first, int[] second) = Draw(n, a, b);

        ClusteringMetrics.AdjustedRandIndex(first, second).Should().BeInRange(-0.5, 1);
        ClusteringMetrics.AdjustedMutualInformation(first, second).Should().BeInRange(-1, 1);
        ClusteringMetrics.NormalizedMutualInformation(first, second).Should().BeInRange(0, 1);
        ClusteringMetrics.Homogeneity(first, second).Should().BeInRange(0, 1);
        ClusteringMetrics.Completeness(first, second).Should().BeInRange(0, 1);
        ClusteringMetrics.VMeasure(first, second).Should().BeInRange(0, 1)
            .And.BeApproximately(ClusteringMetrics.NormalizedMutualInformation(first, second), 1e-14);
        ClusteringMetrics.VMeasure(first, second, 0).Should().BeInRange(0, 1);
        ClusteringMetrics.MutualInformation(first, second).Should().BeInRange(0, Math.Log(Math.Min(a, b)) + 1e-14);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_labeling_against_itself_is_perfect(int n, int a, int b)
    {
        (int[] first, _) = Draw(n, a, b);
        int[] renamed = [.. first.Select(label => int.MaxValue - label)];
        foreach ((string name, Func<int[], int[], double> metric) in Symmetric.Where(metric => metric.Name is not "mutual information"))
        {
            Same.Bits(1.0, metric(first, renamed), name);
        }

        Same.Bits(1.0, ClusteringMetrics.Homogeneity(first, renamed), "homogeneity");
        Same.Bits(1.0, ClusteringMetrics.Completeness(first, renamed), "completeness");
    }

    [Fact]
    public void A_cluster_for_each_point_on_both_sides_is_perfect_too()
    {
        int[] labels = [.. Enumerable.Range(0, 1_000)];

        ClusteringMetrics.AdjustedMutualInformation(labels, [.. labels.Reverse()]).Should().Be(1);
        ClusteringMetrics.AdjustedRandIndex(labels, [.. labels.Reverse()]).Should().Be(1);
    }

    [Fact]
    public void What_is_adjusted_for_chance_is_about_0_for_random_labelings()
    {
        double[] rand = [.. Enumerable.Range(0, 50).Select(seed => ClusteringMetrics.AdjustedRandIndex(Random(400, 8, seed), Random(400, 5, -1 - seed)))];
        double[] information = [.. Enumerable.Range(0, 50).Select(seed => ClusteringMetrics.AdjustedMutualInformation(Random(400, 8, seed), Random(400, 5, -1 - seed)))];

        rand.Average().Should().BeApproximately(0, 0.003);
        information.Average().Should().BeApproximately(0, 0.003);
    }

    /// <summary>E[m/n·ln(n·m/(a·b))] with binomials as big integers.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 10)]
    [InlineData(3, 4, 10)]
    [InlineData(9, 9, 10)]
    [InlineData(10, 4, 10)]
    [InlineData(10, 10, 10)]
    [InlineData(250, 600, 1000)]
    [InlineData(900, 950, 1000)]
    [InlineData(7, 2000, 3000)]
    public void The_expected_information_of_two_clusters_is_that_of_exact_binomials(int a, int b, int n)
    {
        BigInteger[] factorials = new BigInteger[n + 1];
        factorials[0] = 1;
        for (int i = 1; i <= n; i++)
        {
            factorials[i] = i * factorials[i - 1];
        }

        BigInteger Choose(int from, int count) => factorials[from] / factorials[count] / factorials[from - count];
        double expected = 0;
        for (int m = Math.Max(1, a + b - n); m <= Math.Min(a, b); m++)
        {
            double probability = (double)((Choose(b, m) * Choose(n - b, a - m) << 200) / Choose(n, a)) / Math.ScaleB(1, 200);
            expected += probability * m / n * Math.Log((double)n * m / ((double)a * b));
        }

        double actual = ExpectedInformation.Of([a], [b], n);

        actual.Should().BeApproximately(expected, 1e-14);
    }

    [Fact]
    public void The_expected_information_of_a_million_points_is_near_its_asymptote()
    {
        // (r − 1)(c − 1)/2n for sizes that are all large.
        int[] thousands = [.. Enumerable.Repeat(1_000, 1_000)];
        int[] halves = [500_000, 500_000];

        ExpectedInformation.Of(halves, halves, 1_000_000).Should().BeApproximately(0.5e-6, 1e-11);
        ExpectedInformation.Of(thousands, halves, 1_000_000).Should().BeApproximately(999 / 2e6, 1e-6);
    }

    [Fact]
    public void The_logarithm_is_the_platforms_but_for_the_last_places()
    {
        Draw draw = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            double x = i < 10_000 ? i + 1 : Math.ScaleB(1 + draw.Uniform(), draw.Below(120) - 60);
            NaturalLogarithm.Of(x).Should().BeApproximately(Math.Log(x), 1e-15 * Math.Max(0.5, Math.Abs(Math.Log(x))));
        }

        NaturalLogarithm.Of(1).Should().Be(0);
        foreach (double x in new[] { double.Epsilon, 1e-310, 2.2250738585072011e-308, 2.2250738585072014e-308, double.MaxValue })
        {
            NaturalLogarithm.Of(x).Should().BeApproximately(Math.Log(x), 1e-12);
        }
    }

    public static TheoryData<string> Cases => [.. Symmetric.Select(metric => metric.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_labels_and_unequal_numbers_of_labels_are_refused(string metric)
    {
        Func<int[], int[], double> of = Symmetric.Single(one => string.Equals(one.Name, metric, StringComparison.Ordinal)).Of;

        Refusal.Require(() => of([], []), typeof(ArgumentException), "at least one label");
        Refusal.Require(() => of([1, 2, 3], [1, 2]), typeof(ArgumentException), "3", "2");
        Refusal.Require(() => of([], [1]), typeof(ArgumentException));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_beta_that_is_no_weight_is_refused(double beta) =>
        Refusal.Require(() => ClusteringMetrics.VMeasure([0, 1], [0, 1], beta), typeof(ArgumentOutOfRangeException), "beta");

    private static (int[] First, int[] Second) Draw(int n, int a, int b)
    {
        int[] first = Random(n, a, n);
        Draw draw = new(b);
        return (first, [.. first.Select(label => draw.Below(3) == 0 ? label % b : draw.Below(b))]);
    }

    private static int[] Random(int n, int k, int seed)
    {
        Draw draw = new(seed);
        return [.. Enumerable.Range(0, n).Select(_ => draw.Below(k))];
    }
}
