using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Data made against what the filters rely on. Every algorithm must end as the plain loops do, bit for bit.</summary>
public abstract class AdversarialTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly KMeansOptions Few = new() { MaxIterations = 6 };
    private static readonly KMeansOptions Many = new() { MaxIterations = 30 };

    private static bool IsFloat => typeof(T) == typeof(float);

    [Theory]
    [InlineData(1, 1_000, 40)]
    [InlineData(2, 30, 5)]
    [InlineData(2, 40, 2)]
    [InlineData(3, 10, 2)]
    [InlineData(9, 2, 1)]
    public void On_a_lattice_whose_centroids_are_every_so_manieth_point_the_lowest_wins(int dimensions, int side, int step)
    {
        int[][] places = Lattice(dimensions, side);
        T[][] centroids = [.. places.Where(place => place.All(x => x % step == 0)).Select(Row)];
        foreach (int seed in new[] { 1, 2 })
        {
            T[][] start = [.. new Draw(seed).Permutation(centroids.Length).Take(250).Select(j => centroids[j])];
            RequireOracles("lattice", [.. places.Select(Row)], start, Few);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(40)]
    public void Corners_of_a_cube_are_as_far_from_all_the_axes_that_point_their_way(int dimensions)
    {
        Draw draw = new(dimensions);
        int[][] corners = [.. Enumerable.Range(0, 400).Select(_ => Enumerable.Range(0, dimensions).Select(_ => (2 * draw.Below(2)) - 1).ToArray())];
        int[][] axes = [.. Enumerable.Range(0, 2 * dimensions).Select(j => Enumerable.Range(0, dimensions).Select(p => p == j / 2 ? (2 * (j % 2)) - 1 : 0).ToArray())];

        RequireOracles("cube", [.. corners.Select(Row)], [.. draw.Permutation(axes.Length).Select(j => Row(axes[j]))], Few);
    }

    [Theory]
    [InlineData(2, 20)]
    [InlineData(9, 100)]
    [InlineData(40, 33)]
    public void Of_equal_centroids_the_lowest_wins_and_the_others_are_empty(int dimensions, int distinct)
    {
        T[][] points = Rows(DataKind.Clustered, 700, dimensions);
        T[][] start = [.. Enumerable.Range(0, 2 * distinct).Select(j => points[3 * (j * 7 % distinct)])];

        RequireOracles("equal centroids", points, start, Few with { EmptyClusters = EmptyClusterPolicy.Keep });
        RequireOracles("equal centroids", points, start, Few);
    }

    /// <summary>Pairs of centroids that differ in one coordinate; points between them, and one ulp to either side.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 30)]
    [InlineData(9, 40)]
    [InlineData(40, 10)]
    [InlineData(200, 5)]
    public void Points_an_ulp_from_the_bisecting_plane_fall_on_their_side(int dimensions, int pairs)
    {
        foreach (double offset in new[] { 0, 1000.0 })
        {
            Draw draw = new(dimensions);
            List<T[]> points = [];
            List<T[]> start = [];
            for (int pair = 0; pair < pairs; pair++)
            {
                T[] place = [.. Enumerable.Range(0, dimensions).Select(_ => T.CreateChecked(offset + (8 * draw.Normal())))];
                int p = draw.Below(dimensions);
                (T low, T high) = (T.CreateChecked(offset + draw.Below(16)), T.CreateChecked(offset + 16 + draw.Below(16)));
                T middle = (low + high) / T.CreateChecked(2);
                start.Add(Arrays.With(place, p, low));
                start.Add(Arrays.With(place, p, high));
                foreach (T x in new[] { low, high, middle, T.BitDecrement(middle), T.BitIncrement(middle), middle, T.BitDecrement(T.BitDecrement(middle)) })
                {
                    points.Add(Arrays.With(place, p, x));
                }
            }

            start.Reverse();
            RequireOracles($"bisecting plane, {offset}", [.. points], [.. start], Many);
        }
    }

    /// <summary>The farthest point is taken by an empty cluster; nothing is known of it then, but of those before it much is.</summary>
    [Fact]
    public void A_point_that_is_forgotten_is_no_harm_to_its_neighbours() =>
        RequireOracles("forgotten", [.. new[] { 0, 1, 2, 9 }.Select(x => Row([x]))], [Row([1]), Row([100])], Many);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Data_without_directions_are_no_harm_to_sketches(bool onASphere)
    {
        Draw draw = new(1);
        T[][] points = [.. Enumerable.Range(0, 500).Select(_ =>
        {
            double[] x = [.. Enumerable.Range(0, 210).Select(_ => draw.Normal())];
            double length = onASphere ? Math.Sqrt(x.Sum(value => value * value)) : 1;
            return Array.ConvertAll(x, value => T.CreateChecked(value / length));
        })];

        RequireOracles("isotropic", points, points[..30], Few);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Data_of_few_directions_leave_sketches_no_tail(int rank)
    {
        Draw draw = new(rank);
        double[][] directions = [.. Enumerable.Range(0, rank).Select(_ => Enumerable.Range(0, 200).Select(_ => draw.Normal()).ToArray())];
        T[][] points = [.. Enumerable.Range(0, 500).Select(_ =>
        {
            double[] along = Array.ConvertAll(directions, _ => draw.Normal());
            return Enumerable.Range(0, 200).Select(p => T.CreateChecked(3 + directions.Zip(along, (direction, a) => direction[p] * a).Sum())).ToArray();
        })];

        RequireOracles($"rank {rank}", points, points[..20], Few);
    }

    /// <summary>Whoever takes every second or eighth point for a sample sees a constant.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(40, 0)]
    [InlineData(40, 60)]
    [InlineData(40, -60)]
    public void What_a_sample_does_not_see_is_no_harm(int dimensions, int exponent)
    {
        T[][] points = Rows(DataKind.Uniform, 2_048, dimensions);
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = i % 2 == 0 ? [.. Enumerable.Repeat(T.One, dimensions)] : Array.ConvertAll(points[i], x => T.ScaleB(x, exponent));
        }

        RequireOracles($"every second constant, the others times 2^{exponent}", points, [.. points.Skip(1).Where((_, i) => i % 50 == 0)], Few);
    }

    /// <summary>Where the scale comes from a sample: half the square of a coordinate may pass the largest float, a product of two may not.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(40)]
    public void Outliers_between_the_points_of_a_sample_are_no_harm(int dimensions)
    {
        double huge = IsFloat ? 1e19 : 1e152;
        for (int seed = 5; seed < 8; seed++)
        {
            T[][] points = Rows(DataKind.Uniform, 2_048, dimensions);
            Draw draw = new(seed);
            for (int outlier = 0; outlier < 60; outlier++)
            {
                points[(34 * outlier) + 1][draw.Below(Math.Min(dimensions, 2))] = T.CreateChecked(draw.Between(-3, 3) * huge);
            }

            RequireOracles($"outliers, seed {seed}", points, [.. Enumerable.Range(0, 2 + (4 * (seed % 3))).Select(j => points[(68 * j) + 1])], Few);
        }
    }

    /// <summary>The least of those: half the square of 2.7e19 is no float, but 1e19 is nearer to it than to −0.8e19.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void A_centroid_whose_norm_overflows_is_still_found(int dimensions)
    {
        T[][] points = Rows(DataKind.Uniform, 2_048, dimensions);
        foreach ((int row, double x) in new[] { (1, 1e19), (3, -0.8e19), (5, 2.7e19) })
        {
            points[row][0] = T.CreateChecked(x);
        }

        RequireOracles("a norm overflows", points, [points[3], points[5]], Few);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(9, 2)]
    [InlineData(40, 1)]
    [InlineData(40, 3)]
    [InlineData(3, 70)]
    public void Few_distinct_points_are_no_harm(int dimensions, int distinct)
    {
        T[][] different = Rows(DataKind.Clustered, distinct, dimensions);
        T[][] points = [.. Enumerable.Range(0, 700).Select(i => different[i * 7 % distinct])];
        foreach (int k in new[] { 1, 12, 90 })
        {
            RequireOracles($"{distinct} distinct", points, points[..k], Few);
            RequireOracles($"{distinct} distinct", points, points[..k], Few with { EmptyClusters = EmptyClusterPolicy.Keep });
        }
    }

    /// <summary>Centroids that no point is nearest to: they stop where they are, or jump to the farthest points.</summary>
    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 60)]
    [InlineData(8, 20)]
    [InlineData(9, 80)]
    [InlineData(40, 30)]
    public void Centroids_that_jump_are_no_harm(int dimensions, int clusters)
    {
        foreach ((double far, WeightKind weights) in new[] { (1e2, WeightKind.None), (1e6, WeightKind.WithZeros), (1e12, WeightKind.None) })
        {
            Draw draw = new(clusters);
            T[][] points = Rows(DataKind.Clustered, 500, dimensions);
            T[][] start = [.. Enumerable.Range(0, clusters).Select(j => draw.Below(3) == 0
                ? points[j]
                : Array.ConvertAll(points[j], x => T.CreateChecked(draw.Between(-far, far))))];
            Problem<T> problem = Problem($"{far} away", points, start) with { Weights = TestData.Weights<T>(weights, points.Length) };

            Algorithms.RequireOracles(problem, Many);
            Algorithms.RequireOracles(problem, Few with { EmptyClusters = EmptyClusterPolicy.Keep });
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(40)]
    public void One_huge_point_among_small_ones_is_no_harm(int dimensions)
    {
        foreach (double huge in IsFloat ? [1e9, 1e18, 3e19, 1e30, 1e38] : new[] { 1e9, 1e18, 1e100, 1e150 })
        {
            T[][] points = Rows(DataKind.Uniform, 600, dimensions);
            points[77] = [.. points[77].Select((x, p) => p == 1 ? T.CreateChecked(-huge) : x)];
            T[][] start = [.. points.Take(20)];

            RequireOracles($"one at {huge}", points, start, Few);
            RequireOracles($"one at {huge}, with a centroid", points, [.. start, points[77]], Few);
        }
    }

    /// <summary>So large that distances may pass the largest float, though no coordinate does.</summary>
    [Theory]
    [InlineData(2, 12)]
    [InlineData(7, 5)]
    [InlineData(40, 9)]
    public void Distances_beyond_the_largest_float_are_no_harm(int dimensions, int clusters)
    {
        double huge = IsFloat ? 3.4e38 : 1e152;
        for (int seed = 0; seed < 10; seed++)
        {
            Draw draw = new(seed);
            T[][] points = [.. Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, dimensions).Select(_ => T.CreateChecked(draw.Between(-huge, huge))).ToArray())];

            RequireOracles($"huge, seed {seed}", points, points[..clusters], Few);
        }
    }

    /// <summary>The least of those: a lower bound must not be infinite because a distance is.</summary>
    [Fact]
    public void A_distance_beyond_the_largest_float_is_no_bound_for_ever()
    {
        T huge = T.CreateChecked(IsFloat ? 1e37 : 1e150);
        T[][] points = [.. new[] { new[] { -27, -14 }, [-10, -34], [32, 4], [-22, -33] }.Select(row => Array.ConvertAll(row, x => T.CreateChecked(x) * huge))];

        RequireOracles("a huge distance", points, points[..2], Many with { EmptyClusters = EmptyClusterPolicy.Keep });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(40)]
    public void A_column_of_subnormal_numbers_is_no_harm(int dimensions)
    {
        foreach (double tiny in IsFloat ? [1e-38, 1e-43] : new[] { 1e-162, 1e-308, 1e-320 })
        {
            foreach (double others in new[] { 0, 1, tiny })
            {
                Draw draw = new(dimensions);
                T[][] points = [.. Enumerable.Range(0, 600).Select(_ =>
                    Enumerable.Range(0, dimensions).Select(p => T.CreateChecked((p == 1 ? tiny : others) * draw.Between(-1, 1))).ToArray())];

                RequireOracles($"{tiny} beside {others}", points, points[..20], Few);
            }
        }
    }

    /// <summary>Where squares begin to underflow: in float arithmetic, and for double in the judge's.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(40)]
    public void Scales_at_which_squares_underflow_are_no_harm(int dimensions)
    {
        foreach (int exponent in IsFloat ? [-64, -75, -80, -120, -135] : new[] { -505, -530, -535, -537, -539, -600, -1030 })
        {
            T[][] points = [.. Rows(DataKind.Clustered, 500, dimensions).Select(row => Array.ConvertAll(row, x => T.ScaleB(x, exponent)))];

            RequireOracles($"times 2^{exponent}", points, points[..20], Few);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(130)]
    public void Data_far_from_the_origin_are_no_harm(int dimensions)
    {
        foreach (double offset in new[] { 1e6, 1e8, -1e8, 1e14 })
        {
            T[][] points = [.. Rows(DataKind.Uniform, 500, dimensions).Select(row => Array.ConvertAll(row, x => T.CreateChecked(double.CreateChecked(x) + offset)))];

            RequireOracles($"around {offset}", points, points[..25], Few);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void Zeros_of_either_sign_are_one_place(int dimensions)
    {
        T[] values = [T.Zero, -T.Zero, T.Epsilon, -T.Epsilon, T.One, -T.One];
        Draw draw = new(dimensions);
        T[] Any(int below) => [.. Enumerable.Range(0, dimensions).Select(_ => values[draw.Below(below)])];
        foreach (int below in new[] { 2, 4, 6 })
        {
            RequireOracles($"{below} values", [.. Enumerable.Range(0, 400).Select(_ => Any(below))], [.. Enumerable.Range(0, 12).Select(_ => Any(below))], Few);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(40)]
    public void Clusters_an_ulp_apart_are_found(int dimensions)
    {
        foreach (double place in new[] { 1, 0.75, -1e6, 1e-30 })
        {
            T one = T.CreateChecked(place);
            T[] values = [one, T.BitIncrement(one), T.BitIncrement(T.BitIncrement(one)), T.BitDecrement(one)];
            Draw draw = new(dimensions);
            T[][] points = [.. Enumerable.Range(0, 500).Select(_ => Enumerable.Range(0, dimensions).Select(p => p == 0 ? values[draw.Below(4)] : one).ToArray())];

            RequireOracles($"an ulp from {place}", points, points[..6], Few);
        }
    }

    /// <summary>
    /// A judge's distance is off by as much as d/8 roundings. Two positions of a centroid that are almost one: for the point at the origin the judge finds the first too far and the second too near.
    /// The bound that was stored for the first must not hide the second.
    /// </summary>
    [Theory]
    [InlineData(64)]
    [InlineData(400)]
    [InlineData(784)]
    [InlineData(4_000)]
    public void Bounds_hold_though_the_judge_is_off_by_many_roundings(int dimensions)
    {
        // Beside a sum of 1 a square of v rounds to nothing, that of the next number to an ulp.
        T v = IsFloat ? T.CreateChecked(1.0 / (1 << 26) / Math.Sqrt(2)) : T.CreateChecked(Math.Sqrt(Math.ScaleB(1, -53)));
        while (v * v > T.ScaleB(T.One, -53))
        {
            v = T.BitDecrement(v);
        }

        T[] Axes(T first, T rest) => [.. Enumerable.Range(0, dimensions).Select(p => p < 8 ? first : rest)];
        T nearly = -T.One - T.ScaleB(T.One, IsFloat ? -22 : -52);
        Problem<T> problem = Problem(
            "off by roundings",
            [Axes(T.Zero, T.Zero), Axes(nearly + nearly, T.Zero), Axes(T.One, v)],
            [Axes(nearly, T.Zero), Axes(T.One, T.BitIncrement(v))]);

        Algorithms.RequireOracles(problem, Many);
    }

    private static void RequireOracles(string name, T[][] points, T[][] start, KMeansOptions options) =>
        Algorithms.RequireOracles(Problem(name, points, start), options);

    private static Problem<T> Problem(string name, T[][] points, T[][] start) =>
        new(name, [.. points.SelectMany(row => row)], points[0].Length, [.. start.SelectMany(row => row)]);

    private static T[][] Rows(DataKind kind, int count, int dimensions) => [.. TestData.Points<T>(kind, count, dimensions).Chunk(dimensions)];

    private static T[] Row(int[] place) => Array.ConvertAll(place, T.CreateChecked);

    /// <summary>All places from 0 to side − 1 in each dimension.</summary>
    private static int[][] Lattice(int dimensions, int side)
    {
        int[][] places = new int[(int)Math.Pow(side, dimensions)][];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = new int[dimensions];
            for (int p = 0, left = i; p < dimensions; p++, left /= side)
            {
                places[i][p] = left % side;
            }
        }

        return places;
    }
}

public sealed class FloatAdversarialTests : AdversarialTests<float>;

public sealed class DoubleAdversarialTests : AdversarialTests<double>;
