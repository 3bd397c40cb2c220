using System.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Labels where filters have the least to go by: ties, centroids one rounding apart, magnitudes at the ends of the scale.</summary>
public abstract class AssignPointsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<int> Dimensions => [1, 2, 3, 7, 8, 9, 16, 33, 64, 130];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void A_point_on_a_bisecting_plane_goes_to_the_lowest_of_the_nearest(int dimensions)
    {
        // Centroids ±1 on each axis, some twice; points off them by 0 in most coordinates, so that 2, 4, … are equally near.
        Draw draw = new(dimensions);
        T[] centroids = new T[4 * dimensions * dimensions];
        for (int j = 0; j < 4 * dimensions; j++)
        {
            centroids[(j * dimensions) + (j / 2 % dimensions)] = j % 2 == 0 ? T.One : -T.One;
        }

        T[] points = [.. Enumerable.Range(0, 60 * dimensions).Select(_ => T.CreateChecked(draw.Below(4) == 0 ? draw.Below(5) - 2 : 0))];

        int[] labels = RequireExactLabels(points, dimensions, centroids, sample: 300);

        for (int i = 0; i < labels.Length; i++)
        {
            Same.Value(ExpectedOnAxes(points.AsSpan(i * dimensions, dimensions)), labels[i], $"point {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Of_equal_centroids_the_lowest_wins(int dimensions)
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, 150, dimensions);
        T[] once = points[..(21 * dimensions)];
        T[] thrice = [.. once, .. once, .. once];

        int[] labels = RequireExactLabels(points, dimensions, thrice, sample: 20);

        labels.Should().OnlyContain(label => label < 21);
        labels.Take(21).Should().Equal(Enumerable.Range(0, 21), "each of these points is a centroid");
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Centroids_one_rounding_apart_are_told_apart(int dimensions)
    {
        // Each centroid has a twin that differs in the last bit of one coordinate.
        const int Pairs = 35;
        Draw draw = new(dimensions);
        T[] centers = TestData.Points<T>(DataKind.Uniform, Pairs, dimensions);
        T[] centroids = new T[2 * centers.Length];
        for (int j = 0; j < Pairs; j++)
        {
            centers.AsSpan(j * dimensions, dimensions).CopyTo(centroids.AsSpan(2 * j * dimensions));
            centers.AsSpan(j * dimensions, dimensions).CopyTo(centroids.AsSpan(((2 * j) + 1) * dimensions));
            ref T twin = ref centroids[(((2 * j) + 1) * dimensions) + draw.Below(dimensions)];
            twin = j % 2 == 0 ? T.BitIncrement(twin) : T.BitDecrement(twin);
        }

        T[] points = [.. centroids, .. TestData.Points<T>(DataKind.Uniform, 200, dimensions, seed: 2)];

        int[] labels = RequireExactLabels(points, dimensions, centroids, sample: 40);

        if (dimensions > 1)
        {
            labels.Take(2 * Pairs).Should().Equal(Enumerable.Range(0, 2 * Pairs), "each of these points is a centroid");
        }

        labels.Skip(2 * Pairs).Select(label => label % 2).Distinct().Should().HaveCount(2, "either twin must win somewhere");
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Points_next_to_the_middle_of_two_centroids_fall_to_the_right_side(int dimensions)
    {
        // Around a million, the middle of each pair of centroids and its neighbours one rounding away.
        T[] centroids = TestData.Points<T>(DataKind.Offset, 18, dimensions);
        List<T> points = [];
        for (int pair = 0; pair < 9; pair++)
        {
            T[] middle = [.. Enumerable.Range(0, dimensions).Select(p =>
                (centroids[(2 * pair * dimensions) + p] / T.CreateChecked(2)) + (centroids[(((2 * pair) + 1) * dimensions) + p] / T.CreateChecked(2)))];
            for (int p = 0; p < Math.Min(dimensions, 9); p++)
            {
                points.AddRange(middle);
                points.AddRange(Arrays.With(middle, p, T.BitIncrement(middle[p])));
                points.AddRange(Arrays.With(middle, p, T.BitDecrement(middle[p])));
            }
        }

        RequireExactLabels([.. points], dimensions, centroids, sample: 60);
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Points_ever_closer_to_the_middle_of_two_centroids_fall_to_the_right_side(int dimensions)
    {
        // Pairs of centroids, points off the middle of each by ever smaller shares of their distance: some decided by any filter, some by none.
        const int Pairs = 20;
        Draw draw = new(dimensions);
        List<T> centroids = [];
        List<T> points = [];
        for (int pair = 0; pair < Pairs; pair++)
        {
            double[] one = [.. Enumerable.Range(0, dimensions).Select(_ => draw.Between(-1, 1))];
            double[] other = [.. one.Select(x => x + (0.3 * draw.Between(-1, 1)))];
            centroids.AddRange(one.Select(T.CreateChecked));
            centroids.AddRange(other.Select(T.CreateChecked));
            for (int i = 0; i < 60; i++)
            {
                double share = 0.5 + ((draw.Below(2) - 0.5) * Math.ScaleB(1 + draw.Uniform(), typeof(T) == typeof(float) ? -8 - (i / 3) : -34 - (i / 3)));
                points.AddRange(one.Zip(other, (a, b) => T.CreateChecked(a + (share * (b - a)))));
            }
        }

        RequireExactLabels([.. points], dimensions, [.. centroids], sample: 40);
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Points_whose_products_underflow_beside_far_centroids_are_told_apart(int dimensions)
    {
        // Whatever brings the far centroids to 1 leaves the near ones where products have a few bits, or none.
        for (int exponent = typeof(T) == typeof(float) ? -66 : -530; exponent % 32 != 0; exponent--)
        {
            T scale = T.ScaleB(T.One, exponent);
            T[] points = [.. TestData.Points<T>(DataKind.Clustered, 120, dimensions, seed: -exponent).Select(x => x * scale)];
            T[] far = new T[2 * dimensions];
            (far[0], far[dimensions]) = (T.One, -T.One);

            RequireExactLabels(points, dimensions, [.. far, .. points.AsSpan(0, 30 * dimensions)], sample: 3);
        }
    }

    [Theory]
    [InlineData(DataKind.Lattice)]
    [InlineData(DataKind.Offset)]
    [InlineData(DataKind.Magnitudes)]
    [InlineData(DataKind.Columns)]
    [InlineData(DataKind.Subnormal)]
    [InlineData(DataKind.Huge)]
    [InlineData(DataKind.Outlier)]
    [InlineData(DataKind.AnyMagnitude)]
    [InlineData(DataKind.Constant)]
    public void Labels_are_exact_on_data_made_to_break_them(DataKind kind)
    {
        foreach ((int d, int k) in new[] { (1, 5), (2, 16), (3, 70), (8, 7), (9, 20), (16, 64), (17, 33), (65, 17), (130, 65), (300, 18) })
        {
            T[] points = TestData.Points<T>(kind, 300, d, seed: d);
            RequireExactLabels(points, d, TestData.Rows(points, d, new Draw(k).Permutation(300)[..k]), sample: Math.Max(2, 20_000 / (d * k)));
            RequireExactLabels(points, d, TestData.Points<T>(kind, k, d, seed: 77), sample: 2);
        }
    }

    [Fact]
    public void Points_and_centroids_of_quite_different_size_are_told_apart()
    {
        foreach (int d in new[] { 1, 3, 9, 40 })
        {
            T[] tiny = TestData.Points<T>(DataKind.Subnormal, 40, d);
            T[] huge = TestData.Points<T>(DataKind.Huge, 40, d);
            T[] mixed = [.. tiny, .. huge, .. TestData.Points<T>(DataKind.Uniform, 40, d)];

            RequireExactLabels(mixed, d, tiny, sample: 30);
            RequireExactLabels(mixed, d, huge, sample: 30);
            RequireExactLabels(tiny, d, mixed, sample: 30);
            RequireExactLabels(mixed, d, mixed, sample: 30);
        }
    }

    [Fact]
    public void The_largest_numbers_that_can_be_clustered_are_told_apart()
    {
        // Their differences overflow a float, not the double that decides.
        T largest = T.CreateChecked(typeof(T) == typeof(float) ? float.MaxValue : 2e152);
        foreach (int d in new[] { 1, 2, 5, 9, 40 })
        {
            Draw draw = new(d);
            T[] points = [.. Enumerable.Range(0, 200 * d).Select(_ => T.CreateChecked(draw.Below(5) - 2) / T.CreateChecked(2) * largest)];

            RequireExactLabels(points, d, points[..(35 * d)], sample: 40);
            RequireExactLabels(points, d, TestData.Points<T>(DataKind.Uniform, 20, d), sample: 40);
        }
    }

    [Fact]
    public void It_counts_the_labels_that_changed()
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, 500, 4);
        int[] labels = new int[500];
        Array.Fill(labels, -1);

        KMeans.AssignPoints<T>(points, 4, points.AsSpan(0, 80), labels).Should().Be(500, "-1 stands for none yet");
        KMeans.AssignPoints<T>(points, 4, points.AsSpan(0, 80), labels).Should().Be(0);
        (labels[3], labels[77], labels[499]) = (int.MaxValue, labels[77] + 1, int.MinValue);
        KMeans.AssignPoints<T>(points, 4, points.AsSpan(0, 80), labels).Should().Be(3, "what stood there before may be anything");
        KMeans.AssignPoints<T>(points, 4, points.AsSpan(0, 80), labels).Should().Be(0);
    }

    [Fact]
    public void More_centroids_than_points_are_fine()
    {
        T[] centroids = TestData.Points<T>(DataKind.Uniform, 200, 6);

        RequireExactLabels(TestData.Points<T>(DataKind.Uniform, 3, 6, seed: 2), 6, centroids, sample: 3);
    }

    /// <summary>All labels as the judge has them, and a sample of them by exact distances.</summary>
    private static int[] RequireExactLabels(T[] points, int dimensions, T[] centroids, int sample)
    {
        int[] labels = new int[points.Length / dimensions];
        Array.Fill(labels, -1);
        KMeans.AssignPoints(points, dimensions, (ReadOnlySpan<T>)centroids, labels);

        string what = $"d = {dimensions}, k = {centroids.Length / dimensions}";
        Same.Values<int>(JudgeDistance.NearestOfEach<T>(points, dimensions, centroids), labels, what);
        int stride = ((labels.Length - 1) / sample) + 1;
        for (int i = 0; i < labels.Length; i += stride)
        {
            ExactDistance.IsNearest<T>(labels[i], points.AsSpan(i * dimensions, dimensions), centroids).Should().BeTrue($"{what}, point {i}, label {labels[i]}");
        }

        return labels;
    }

    /// <summary>Of ±1 on the axes, 2p and 2p + 1 being + and − on axis p: nearest is the largest coordinate's, by its sign.</summary>
    private static int ExpectedOnAxes(ReadOnlySpan<T> point)
    {
        int label = 0;
        T largest = point[0];
        for (int p = 0; p < point.Length; p++)
        {
            if (point[p] > largest)
            {
                (label, largest) = (2 * p, point[p]);
            }

            if (-point[p] > largest)
            {
                (label, largest) = ((2 * p) + 1, -point[p]);
            }
        }

        return label;
    }
}

public sealed class FloatAssignPointsTests : AssignPointsTests<float>;

public sealed class DoubleAssignPointsTests : AssignPointsTests<double>;
