using System.Numerics;
using System.Numerics.Tensors;
using FsCheck;
using FsCheck.Fluent;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;
using TestData = KMeansClustering.Tests.Support.TestData;

namespace KMeansClustering.Tests;

/// <summary>Spherical k-means: every bit is that of plain loops over directions, whatever the algorithm; and it is what its name says.</summary>
public abstract unsafe class CosineTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly KMeansOptions Cosine = new() { Metric = KMeansMetric.Cosine };
    private static readonly WeightKind[] Weights = Enum.GetValues<WeightKind>();
    private static readonly SeedingMethod[] Seedings = Enum.GetValues<SeedingMethod>();
    private static readonly int[] Threads = [1, 2, 3, 7];

    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void From_given_centroids_every_algorithm_finds_what_the_plain_loops_do(DataKind kind)
    {
        (int Count, int Dimensions, int Clusters)[] shapes = [(60, 1, 3), (900, 2, 12), (300, 3, 150), (500, 8, 9), (400, 17, 30), (150, 130, 12)];
        for (int shape = 0; shape < shapes.Length; shape++)
        {
            (int n, int d, int k) = shapes[shape];
            int variant = shape + (int)kind;
            Problem<T> problem = TestData.Directed(TestData.Problem<T>(kind, n, d, k, Weights[variant % 4], seed: variant));
            KMeansOptions options = Cosine with
            {
                MaxIterations = 12,
                Tolerance = variant % 2 == 0 ? 0 : 1e-4,
                EmptyClusters = variant % 3 == 0 ? EmptyClusterPolicy.Keep : EmptyClusterPolicy.Relocate,
            };
            PlainKMeans<T> expected = PlainSphericalKMeans<T>.Run(problem, options);
            foreach (KMeansAlgorithm algorithm in Algorithms.All)
            {
                int threads = Threads[(variant + (int)algorithm) % 4];
                Algorithms.RequireOracle(expected, problem.Fit(options with { Algorithm = algorithm, MaxDegreeOfParallelism = threads }), $"{algorithm}, {threads} threads, {problem}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void From_seeding_with_restarts_every_algorithm_finds_what_the_plain_loops_do(DataKind kind)
    {
        (int Count, int Dimensions, int Clusters)[] shapes = [(150, 2, 5), (250, 9, 8), (80, 40, 20)];
        for (int shape = 0; shape < shapes.Length; shape++)
        {
            (int n, int d, int k) = shapes[shape];
            int variant = shape + (int)kind;
            Problem<T> problem = TestData.Directed(TestData.Problem<T>(kind, n, d, k, Weights[variant % 4], seed: variant));
            SeedingMethod seeding = Seedings[variant % 3];
            KMeansOptions options = Cosine with { MaxIterations = 6, Tolerance = 0, Seed = variant, Seeding = seeding, Restarts = seeding == SeedingMethod.Random ? 1 : 3 };
            PlainKMeans<T> expected = PlainSphericalKMeans<T>.RunSeeded(problem, options);
            foreach (KMeansAlgorithm algorithm in Algorithms.All)
            {
                int threads = Threads[(variant + (int)algorithm) % 4];
                KMeansResult<T> actual = KMeans.Fit<T>(problem.Points, d, k, options with { Algorithm = algorithm, MaxDegreeOfParallelism = threads }, problem.Weights);
                Algorithms.RequireOracle(expected, actual, $"{algorithm}, {seeding}, {threads} threads, {problem}");
            }
        }
    }

    [Fact]
    public void Any_problem_is_solved_as_by_the_plain_loops() => ForAll(problem =>
    {
        KMeansAlgorithm algorithm = Algorithms.All[problem.Count % Algorithms.All.Length];
        KMeansOptions options = Cosine with { Algorithm = algorithm, Tolerance = 0, EmptyClusters = (EmptyClusterPolicy)(problem.Clusters % 2) };

        Algorithms.RequireOracle(PlainSphericalKMeans<T>.Run(problem, options), problem.Fit(options), $"{algorithm}, {problem}");
    });

    [Fact]
    public void Each_point_times_a_power_of_two_of_its_own_changes_no_bit() => ForAll(problem =>
    {
        Draw draw = new(problem.Count);
        Problem<T> scaled = problem with
        {
            Points = ScaleRows(problem.Points, problem.Dimensions, () => Math.ScaleB(1, draw.Below(81) - 40)),
            Start = ScaleRows(problem.Start, problem.Dimensions, () => Math.ScaleB(1, draw.Below(81) - 40)),
        };
        KMeansOptions options = Cosine with { TrackInertia = true };

        Same.Answer(problem.Fit(options), scaled.Fit(options), "scaled from given centroids");
        Same.Answer(
            KMeans.Fit<T>(problem.Points, problem.Dimensions, problem.Clusters, options, problem.Weights),
            KMeans.Fit<T>(scaled.Points, problem.Dimensions, problem.Clusters, options, problem.Weights),
            "scaled from seeding");
    });

    [Fact]
    public void Each_point_times_a_number_of_its_own_changes_roundings_only()
    {
        Draw draw = new(1);
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 400, 10, 7);
        KMeansResult<T> expected = problem.Fit(Cosine);
        KMeansResult<T> actual = (problem with { Points = ScaleRows(problem.Points, 10, () => draw.Between(1e-3, 1e3)) }).Fit(Cosine);

        double allowed = typeof(T) == typeof(float) ? 1e-6 : 1e-14;
        Same.Values(expected.Labels, actual.Labels, "labels");
        actual.Inertia.Should().BeApproximately(expected.Inertia, allowed * 400);
        for (int c = 0; c < expected.Model.Centroids.Length; c++)
        {
            double.CreateChecked(actual.Model.Centroids[c]).Should().BeApproximately(double.CreateChecked(expected.Model.Centroids[c]), allowed);
        }
    }

    /// <summary>No step of the library's, no direction rounded to T: angles between the points as they are and the centroids.</summary>
    [Theory]
    [InlineData(DataKind.Clustered, WeightKind.None)]
    [InlineData(DataKind.Uniform, WeightKind.Uniform)]
    [InlineData(DataKind.Huge, WeightKind.WithZeros)]
    public void Labels_are_those_of_the_greatest_cosine_centroids_the_mean_directions_and_the_inertia_what_is_missing_from_1(DataKind kind, WeightKind weights)
    {
        const int Count = 300;
        const int D = 12;
        Problem<T> problem = TestData.Problem<T>(kind, Count, D, 6, weights);
        KMeansResult<T> result = problem.Fit(Cosine with { Tolerance = 0 });

        double allowed = typeof(T) == typeof(float) ? 1e-6 : 1e-14;
        Same.Value(StopReason.LabelsUnchanged, result.StopReason, "why it stopped");
        double[] means = new double[6 * D];
        double inertia = 0;
        for (int i = 0; i < Count; i++)
        {
            double weight = problem.Weights is null ? 1 : double.CreateChecked(problem.Weights[i]);
            double[] point = Direction(problem.Point(i));
            double[] cosines = [.. Enumerable.Range(0, 6).Select(j => point.Zip(Direction(result.Model.Centroid(j)), (x, c) => x * c).Sum())];
            cosines[result.Labels[i]].Should().BeGreaterThan(cosines.Max() - allowed, $"point {i}");
            inertia += weight * (1 - cosines[result.Labels[i]]);
            for (int p = 0; p < D; p++)
            {
                means[(result.Labels[i] * D) + p] += weight * point[p];
            }
        }

        result.Inertia.Should().BeApproximately(inertia, allowed * (problem.Weights?.Sum(double.CreateChecked) ?? Count));
        for (int j = 0; j < 6; j++)
        {
            double[] direction = Direction<double>(means.AsSpan(j * D, D));
            for (int p = 0; p < D; p++)
            {
                double.CreateChecked(result.Model.Centroid(j)[p]).Should().BeApproximately(direction[p], allowed, $"centroid {j}, column {p}");
            }
        }
    }

    [Fact]
    public void The_model_says_of_points_of_any_length_what_the_fit_said() => ForAll(problem =>
    {
        (int n, int d, int k) = (problem.Count, problem.Dimensions, problem.Clusters);
        KMeansResult<T> result = problem.Fit(Cosine with { MaxIterations = 3, TrackInertia = true });
        KMeansModel<T> model = result.Model;
        Same.Value(KMeansMetric.Cosine, model.Metric, "metric");
        Draw draw = new(n);
        foreach (T[] points in new[] { problem.Points, PlainDirection.OfEach(problem.Points, d), ScaleRows(problem.Points, d, () => Math.ScaleB(1, draw.Below(81) - 40)) })
        {
            int[] labels = new int[n];
            model.Predict(points, labels);
            Same.Values(result.Labels, labels, "labels");
            Same.Bits(result.Inertia, model.Inertia(points, problem.Weights), "inertia");
            T[] distances = new T[n * k];
            model.Transform(points, distances);
            for (int i = 0; i < n; i++)
            {
                Same.Value(labels[i], model.Predict(points.AsSpan(i * d, d)), $"point {i}");
                T[] direction = PlainDirection.OfEach(points[(i * d)..((i + 1) * d)], d);
                for (int j = 0; j < k; j++)
                {
                    Same.Bits(T.CreateChecked(JudgeDistance.Squared<T>(direction, model.Centroid(j)) / 2), distances[(i * k) + j], $"1 − cos of point {i} and centroid {j}");
                }
            }
        }
    });

    [Fact]
    public void Centroids_have_length_1_and_no_negative_zeros() => ForAll(problem =>
    {
        foreach (T[] centroid in problem.Fit(Cosine).Model.Centroids.ToArray().Chunk(problem.Dimensions))
        {
            centroid.Any(x => x == T.Zero && T.IsNegative(x)).Should().BeFalse();
            Math.Abs(centroid.Sum(x => double.CreateChecked(x) * double.CreateChecked(x)) - 1).Should().BeLessThan(
                typeof(T) == typeof(float) ? Math.ScaleB(1, -20) : (problem.Dimensions + 8) * Math.ScaleB(1, -51));
        }
    });

    /// <summary>The same iterations again, cut short after each.</summary>
    [Fact]
    public void The_history_and_the_progress_have_the_inertia_of_every_iteration()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 300, 5, 9);
        List<double?> told = [];
        KMeansResult<T> whole = KMeans.Fit(
            problem.Points, 5, (ReadOnlySpan<T>)problem.Start, Cosine with { TrackInertia = true, Tolerance = 0 }, progress: new Told(progress => told.Add(progress.Inertia)));

        whole.Iterations.Should().BeGreaterThan(3);
        told.Should().Equal(whole.History.Select(iteration => iteration.Inertia));
        for (int iterations = 1; iterations < whole.Iterations; iterations++)
        {
            Same.Bits(whole.History[iterations].Inertia!.Value, problem.Fit(Cosine with { MaxIterations = iterations, Tolerance = 0 }).Inertia, $"iteration {iterations}");
        }

        whole.History.Select(iteration => iteration.Inertia!.Value).Should().BeInDescendingOrder();
    }

    [Fact]
    public void Points_opposite_each_other_leave_their_centroid_where_it_was()
    {
        T two = T.CreateChecked(2);
        T[] points = [T.One, T.One, T.NegativeOne, T.NegativeOne, two, two, -two, -two];
        T[] start = [T.One, T.Zero];

        KMeansResult<T> result = KMeans.Fit<T>(points, 2, start, Cosine);

        Same.Bits<T>(start, result.Model.Centroids, "centroid");
        result.Inertia.Should().BeApproximately(4, 1e-6);
        result.History[0].CentroidShift.Should().Be(0);

        KMeansResult<T> apart = KMeans.Fit<T>(points, 2, 2, Cosine);
        apart.Inertia.Should().BeApproximately(0, 1e-12);
        (apart.Labels[0] == apart.Labels[2] && apart.Labels[1] == apart.Labels[3] && apart.Labels[0] != apart.Labels[1]).Should().BeTrue();
    }

    [Fact]
    public void As_many_clusters_as_directions_leave_no_inertia_at_all()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 40, 7, 40);
        T[] points = [.. problem.Points, .. ScaleRows(problem.Points, 7, () => 4)];

        KMeans.Fit<T>(points, 7, 40, Cosine).Inertia.Should().Be(0);
    }

    [Fact]
    public void Points_and_centroids_are_not_written_to()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 100, 6, 5);
        (T[] points, T[] start) = ([.. problem.Points], [.. problem.Start]);

        KMeansModel<T> model = problem.Fit(Cosine).Model;
        T[] centroids = model.Centroids.ToArray();
        model.Predict(problem.Points, new int[100]);
        model.Predict(problem.Point(3));
        model.Inertia(problem.Points);

        Same.Bits<T>(points, problem.Points, "points");
        Same.Bits<T>(start, problem.Start, "starting centroids");
        Same.Bits<T>(centroids, model.Centroids, "centroids");
    }

    [Fact]
    public void Points_that_all_have_length_1_are_used_where_they_lie_and_others_are_copied()
    {
        const int D = 5;
        T[] points = TestData.Points<T>(DataKind.Clustered, 40_000, D);
        T[] directions = PlainDirection.OfEach(points, D);
        using Crew crew = new(3);
        bool AreCopied(KMeansMetric metric, T[] rows)
        {
            fixed (T* first = rows)
            {
                using MetricRows<T> found = MetricRows<T>.Of(metric, new PointView<T>(first, rows.Length / D, D), crew, "points");
                T[] values = [.. Enumerable.Range(0, found.View.Count).SelectMany(row => found.View.RowSpan(row).ToArray())];
                Same.Bits<T>(metric == KMeansMetric.Cosine ? directions : rows, values, "rows");
                return found.View.Row(0) != first;
            }
        }

        AreCopied(KMeansMetric.Euclidean, points).Should().BeFalse();
        AreCopied(KMeansMetric.Cosine, directions).Should().BeFalse();
        AreCopied(KMeansMetric.Cosine, points).Should().BeTrue();
        AreCopied(KMeansMetric.Cosine, [.. directions[..^D], .. directions[^D..].Select(x => x + x)]).Should().BeTrue("the last one has length 2");
    }

    /// <summary>Rows that lie apart, and values that do.</summary>
    [Fact]
    public void Tensors_with_strides_are_read_rightly()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 60, 4, 5);
        KMeansResult<T> expected = problem.Fit(Cosine);
        foreach ((int row, int column) in new[] { (7, 1), (12, 3) })
        {
            T[] spaced = new T[60 * row];
            Array.Fill(spaced, T.NaN);
            for (int i = 0; i < problem.Points.Length; i++)
            {
                spaced[(i / 4 * row) + (i % 4 * column)] = problem.Points[i];
            }

            Same.Answer(expected, KMeans.Fit(new ReadOnlyTensorSpan<T>(spaced, [60, 4], [row, column]), problem.Start, Cosine), $"strides {row} and {column}");
        }
    }

    [Fact]
    public void A_model_refuses_points_without_a_direction_and_names_them()
    {
        KMeansModel<T> model = KMeans.Fit<T>([T.One, T.Zero, T.Zero, T.One], 2, 2, Cosine).Model;
        T[] points = [T.One, T.One, T.Zero, T.NegativeZero];

        Refusal.Require(() => model.Predict(points, new int[2]), typeof(ArgumentException), "Row 1", "direction", "points");
        Refusal.Require(() => model.Transform(points, new T[4]), typeof(ArgumentException), "Row 1", "points");
        Refusal.Require(() => model.Inertia(points), typeof(ArgumentException), "Row 1", "points");
        Refusal.Require(() => model.Predict(points.AsSpan(2)), typeof(ArgumentException), "Row 0", "point");
        Refusal.Require(() => model.Predict([T.One, T.NaN]), typeof(ArgumentException), "row 0, column 1", "point");
    }

    /// <summary>Zeros in every block of work from one on, so that every thread finds some.</summary>
    [Fact]
    public void The_first_of_many_points_without_a_direction_is_named_whichever_thread_finds_it()
    {
        T[] points = Arrays.Ones<T>(600_000);
        for (int row = 200_000 - 1; row > 0; row -= 1_003)
        {
            points.AsSpan(3 * row, 3).Clear();
        }

        Refusal.Require(() => KMeans.Fit<T>(points, 3, 1, Cosine with { MaxDegreeOfParallelism = 7 }), typeof(ArgumentException), $"Row {(200_000 - 1) % 1_003} ");
    }

    [Fact]
    public void A_cancelled_fit_ends()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 50, 4, 5);
        ((Action)(() => KMeans.Fit<T>(problem.Points, 4, 5, Cosine, cancellationToken: new CancellationToken(canceled: true)))).Should().Throw<OperationCanceledException>();
    }

    private static double[] Direction<TRow>(ReadOnlySpan<TRow> row)
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
    {
        double[] values = Array.ConvertAll(row.ToArray(), double.CreateChecked);
        double length = Math.Sqrt(values.Sum(x => x * x));
        return Array.ConvertAll(values, x => x / length);
    }

    private static T[] ScaleRows(T[] rows, int dimensions, Func<double> factor) => [.. rows.Chunk(dimensions).SelectMany(row =>
    {
        T scale = T.CreateChecked(factor());
        return row.Select(x => x * scale);
    })];

    private static void ForAll(Action<Problem<T>> holds) =>
        Prop.ForAll(Arbitrary.Problems<T>(), problem => holds(TestData.Directed(problem))).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    private sealed class Told(Action<KMeansProgress> tell) : IProgress<KMeansProgress>
    {
        public void Report(KMeansProgress value)
        {
            if (value.Iteration > 0)
            {
                tell(value);
            }
        }
    }
}

public sealed class FloatCosineTests : CosineTests<float>;

public sealed class DoubleCosineTests : CosineTests<double>;
