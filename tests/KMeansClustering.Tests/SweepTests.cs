using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Assignment;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>A sweep's rows are separate fits and their metrics, to the last bit.</summary>
public abstract class SweepTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<SeedingMethod, WeightKind> Seedings
    {
        get
        {
            TheoryData<SeedingMethod, WeightKind> cases = [];
            foreach (SeedingMethod seeding in Enum.GetValues<SeedingMethod>())
            {
                foreach (WeightKind weights in Enum.GetValues<WeightKind>())
                {
                    cases.Add(seeding, weights);
                }
            }

            return cases;
        }
    }

    public static TheoryData<KMeansAlgorithm> Algorithms => [.. Enum.GetValues<KMeansAlgorithm>()];

    [Theory]
    [MemberData(nameof(Seedings))]
    public void Rows_are_separate_fits_of_any_data(SeedingMethod seeding, WeightKind weights)
    {
        foreach (DataKind kind in Enum.GetValues<DataKind>())
        {
            KMeansOptions options = new() { Seeding = seeding, Restarts = (int)kind % 3 == 0 ? 3 : 1, Seed = (int)kind };
            RequireSeparateFits(TestData.Points<T>(kind, 60, 3), 3, [1, 2, 3, 7, 8, 11, 21, 60], options, TestData.Weights<T>(weights, 60), $"{kind}");
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Rows_are_separate_fits_with_any_algorithm(KMeansAlgorithm algorithm)
    {
        foreach ((int n, int d) in new[] { (900, 2), (400, 20), (120, 300) })
        {
            KMeansOptions options = new() { Algorithm = algorithm, MaxIterations = 12 };
            RequireSeparateFits(TestData.Points<T>(DataKind.Clustered, n, d), d, [2, 6, 9, 24, 40], options, null, $"{algorithm}, {n} × {d}");
        }
    }

    /// <summary>So large that <see cref="KMeansAlgorithm.Auto"/> prepares something: a tree, rows, sketches.</summary>
    [Theory]
    [InlineData(30_000, 2)]
    [InlineData(9_000, 24)]
    [InlineData(15_000, 280)]
    public void Rows_are_separate_fits_where_points_are_prepared(int n, int d) =>
        RequireSeparateFits(TestData.Points<T>(DataKind.Clustered, n, d), d, [2, 7, 8, 12], new() { MaxIterations = 6 }, null, $"{n} × {d}");

    [Theory]
    [InlineData(WeightKind.None)]
    [InlineData(WeightKind.Uniform)]
    public void Rows_of_directions_are_separate_fits_and_their_figures_those_of_the_normalised_points(WeightKind weightKind)
    {
        foreach (int d in new[] { 2, 12, 150 })
        {
            T[] points = TestData.Points<T>(DataKind.Clustered, 90, d);
            T[]? weights = TestData.Weights<T>(weightKind, 90);
            T[] directions = [.. points];
            UnitRow<T>.Normalise(directions, d);
            KMeansOptions options = new() { Metric = KMeansMetric.Cosine, Restarts = 2 };
            KMeansSweep<T> sweep = KMeans.Sweep<T>(points, d, 1, 9, new() { Fit = options, Criteria = SweepCriteria.All, ReferenceSets = 2 }, weights);

            foreach (KMeansSweepRow<T> row in sweep.Rows)
            {
                KMeansResult<T> fit = KMeans.Fit<T>(points, d, row.Clusters, options, weights);
                Same.Value(KMeansMetric.Cosine, row.Model.Metric, "metric");
                Same.Bits(fit.Model.Centroids, row.Model.Centroids, $"d = {d}, k = {row.Clusters}: centroids");
                Same.Bits(fit.Inertia, row.Inertia, $"d = {d}, k = {row.Clusters}: inertia");
                RequireFigures(row, fit, directions, d, weights, isSmall: true, $"d = {d}, k = {row.Clusters}");
                row.Gap.Should().NotBeNull();
            }
        }
    }

    [Fact]
    public void A_range_a_list_and_a_tensor_give_the_same_rows()
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, 90, 4);
        T[] weights = TestData.Weights<T>(WeightKind.Uniform, 90)!;
        KMeansSweepOptions options = new() { Criteria = SweepCriteria.All, ReferenceSets = 2 };
        KMeansSweep<T> expected = KMeans.Sweep<T>(points, 4, 3, 6, options, weights);
        T[] spread = [.. Enumerable.Range(0, 90 * 4 * 2).Select(i => i % 2 == 0 ? points[i / 2] : T.NaN)];

        RequireSame(expected, KMeans.Sweep<T>(points, 4, [3, 4, 5, 6], options, weights), "a list");
        RequireSame(expected, KMeans.Sweep(new ReadOnlyTensorSpan<T>(points, [90, 4]), 3, 6, options, weights), "a tensor");
        RequireSame(expected, KMeans.Sweep(new ReadOnlyTensorSpan<T>(points, [90, 4]), [3, 4, 5, 6], options, weights), "a tensor and a list");
        RequireSame(expected, KMeans.Sweep(new ReadOnlyTensorSpan<T>(spread, [90, 4], [8, 2]), 3, 6, options, weights), "a tensor of values that lie apart");
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        foreach (WeightKind weights in new[] { WeightKind.None, WeightKind.Uniform })
        {
            T[] points = TestData.Points<T>(DataKind.Clustered, 600, 9);
            KMeansSweep<T> At(int threads) => KMeans.Sweep<T>(
                points, 9, 1, 9, new() { Fit = new() { MaxDegreeOfParallelism = threads }, Criteria = SweepCriteria.All, ReferenceSets = 2 }, TestData.Weights<T>(weights, 600));
            KMeansSweep<T> alone = At(1);
            foreach (int threads in new[] { -1, 2, 3, 7 })
            {
                RequireSame(alone, At(threads), $"{threads} threads");
            }
        }
    }

    [Fact]
    public void Only_what_is_asked_for_is_computed()
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, 50, 2);
        foreach (SweepCriteria criteria in Enum.GetValues<SweepCriteria>())
        {
            KMeansSweepRow<T> row = KMeans.Sweep<T>(points, 2, 2, 3, new() { Criteria = criteria, ReferenceSets = 1 }).Rows[1];
            (row.SimplifiedSilhouette is not null).Should().Be(criteria.HasFlag(SweepCriteria.SimplifiedSilhouette), $"{criteria}");
            (row.DaviesBouldin is not null).Should().Be(criteria.HasFlag(SweepCriteria.DaviesBouldin), $"{criteria}");
            (row.CalinskiHarabasz is not null).Should().Be(criteria.HasFlag(SweepCriteria.CalinskiHarabasz), $"{criteria}");
            (row.Bic is not null).Should().Be(criteria.HasFlag(SweepCriteria.Bic), $"{criteria}");
            (row.Silhouette is not null).Should().Be(criteria.HasFlag(SweepCriteria.Silhouette), $"{criteria}");
            (row.Gap is not null && row.GapError is not null).Should().Be(criteria.HasFlag(SweepCriteria.Gap), $"{criteria}");
        }
    }

    [Fact]
    public void One_cluster_and_a_cluster_for_each_point_have_no_figures_that_compare_clusters()
    {
        T[] points = [T.Zero, T.One, T.CreateChecked(5), T.CreateChecked(6)];
        KMeansSweep<T> sweep = KMeans.Sweep<T>(points, 1, 1, 4, new() { Criteria = SweepCriteria.All });
        (KMeansSweepRow<T> one, KMeansSweepRow<T> all) = (sweep.Rows[0], sweep.Rows[3]);

        foreach (KMeansSweepRow<T> row in new[] { one, all })
        {
            new[] { row.Silhouette, row.SimplifiedSilhouette, row.DaviesBouldin, row.CalinskiHarabasz }.Should().OnlyContain(figure => figure == null);
        }

        one.Bic.Should().NotBeNull();
        one.Gap.Should().NotBeNull();
        all.Bic.Should().BeNull("there is no variance to estimate");
        (all.Gap, all.GapError).Should().Be((null, null), "random points have no inertia either");
    }

    [Fact]
    public void Points_at_few_places_have_a_row_for_more_clusters_with_the_figures_of_those_that_have_points()
    {
        T[] points = [.. Enumerable.Range(0, 30).Select(i => T.CreateChecked(i % 3))];
        KMeansSweep<T> sweep = KMeans.Sweep<T>(points, 1, 2, 6, new() { Criteria = SweepCriteria.All });

        foreach (KMeansSweepRow<T> row in sweep.Rows.Skip(1))
        {
            row.Inertia.Should().Be(0);
            row.EmptyClusterCount.Should().Be(row.Clusters - 3);
            (row.Silhouette, row.SimplifiedSilhouette, row.DaviesBouldin, row.CalinskiHarabasz).Should().Be((1, 1, 0, 1));
            row.Bic.Should().Be(double.PositiveInfinity);
            row.Gap.Should().Be(double.PositiveInfinity);
        }

        sweep.BySilhouette!.Clusters.Should().Be(3);
        sweep.ByDaviesBouldin!.Clusters.Should().Be(3);
        sweep.ByBic!.Clusters.Should().Be(3);
        sweep.ByGap!.Clusters.Should().Be(3);
    }

    [Fact]
    public void Points_at_one_place_have_nothing_to_choose()
    {
        KMeansSweep<T> sweep = KMeans.Sweep<T>([.. Enumerable.Repeat(T.CreateChecked(0.1), 12)], 2, 1, 4, new() { Criteria = SweepCriteria.All });

        sweep.Rows.Should().OnlyContain(row => row.Inertia == 0 && row.Gap == null && row.Silhouette == null && row.Bic == double.PositiveInfinity);
        (sweep.BySilhouette, sweep.ByDaviesBouldin, sweep.ByCalinskiHarabasz, sweep.ByGap, sweep.ByKnee).Should().Be((null, null, null, null, null));
        sweep.ByBic.Should().BeSameAs(sweep.Rows[0]);
    }

    [Fact]
    public void Weights_that_sum_to_no_more_than_the_clusters_leave_out_what_counts_degrees_of_freedom()
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 40, 2);
        T[] weights = [.. Enumerable.Repeat(T.CreateChecked(0.125), 40)]; // 5 in all
        KMeansSweep<T> sweep = KMeans.Sweep<T>(points, 2, 3, 6, weights: weights);

        sweep.Rows.Select(row => row.Bic is not null).Should().Equal(true, true, false, false);
        sweep.Rows.Select(row => row.CalinskiHarabasz is not null).Should().Equal(true, true, false, false);
        sweep.Rows.Should().OnlyContain(row => row.SimplifiedSilhouette != null && row.DaviesBouldin != null);
    }

    [Fact]
    public void Input_is_not_written_to_and_models_predict_the_labels_of_the_fit()
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, 80, 3);
        T[] weights = TestData.Weights<T>(WeightKind.WithZeros, 80)!;
        (T[] pointsBefore, T[] weightsBefore) = ([.. points], [.. weights]);

        KMeansSweep<T> sweep = KMeans.Sweep<T>(points, 3, 2, 5, new() { Criteria = SweepCriteria.All, ReferenceSets = 1 }, weights);

        Same.Bits<T>(pointsBefore, points, "points");
        Same.Bits<T>(weightsBefore, weights, "weights");
        foreach (KMeansSweepRow<T> row in sweep.Rows)
        {
            int[] labels = new int[80];
            row.Model.Predict(points, labels);
            Same.Values(KMeans.Fit<T>(points, 3, row.Clusters, weights: weights).Labels, labels, $"k = {row.Clusters}");
        }
    }

    private static void RequireSeparateFits(T[] points, int d, int[] clusters, KMeansOptions options, T[]? weights, string what)
    {
        bool isSmall = points.Length / d <= 2_000;
        SweepCriteria criteria = SweepCriteria.Default | (isSmall ? SweepCriteria.Silhouette : SweepCriteria.None);
        KMeansSweep<T> sweep = KMeans.Sweep<T>(points, d, clusters, new() { Fit = options, Criteria = criteria }, weights);

        Same.Values<int>(clusters, [.. sweep.Rows.Select(row => row.Clusters)], what);
        foreach (KMeansSweepRow<T> row in sweep.Rows)
        {
            string here = $"{what}, k = {row.Clusters}";
            KMeansResult<T> fit = KMeans.Fit<T>(points, d, row.Clusters, options, weights);
            Same.Bits(fit.Model.Centroids, row.Model.Centroids, $"{here}: centroids");
            Same.Bits(fit.Inertia, row.Inertia, $"{here}: inertia");
            Same.Value(fit.Iterations, row.Iterations, $"{here}: iterations");
            Same.Value(fit.StopReason, row.StopReason, $"{here}: why it stopped");
            Same.Value(fit.EmptyClusterCount, row.EmptyClusterCount, $"{here}: empty clusters");
            RequireFigures(row, fit, points, d, weights, isSmall, here);
        }
    }

    private static void RequireFigures(KMeansSweepRow<T> row, KMeansResult<T> fit, T[] points, int d, T[]? weights, bool isSmall, string here)
    {
        int[] labels = fit.Labels.ToArray();
        RequireFigure(row.SimplifiedSilhouette, () => ClusteringMetrics.SimplifiedSilhouette(points, d, labels, fit.Model.Centroids, weights), $"{here}: simplified silhouette");
        RequireFigure(row.DaviesBouldin, () => ClusteringMetrics.DaviesBouldin<T>(points, d, labels, weights), $"{here}: Davies–Bouldin");
        RequireFigure(row.CalinskiHarabasz, () => ClusteringMetrics.CalinskiHarabasz<T>(points, d, labels, weights), $"{here}: Caliński–Harabasz");
        RequireFigure(row.Bic, () => ClusteringMetrics.Bic<T>(points, d, labels, weights), $"{here}: BIC");
        if (isSmall)
        {
            RequireFigure(row.Silhouette, () => ClusteringMetrics.Silhouette<T>(points, d, labels, weights), $"{here}: silhouette");
        }
    }

    /// <summary>What the metric gives, or nothing where it refuses the labels or the weights.</summary>
    private static void RequireFigure(double? actual, Func<double> metric, string what)
    {
        double? expected;
        try
        {
            expected = metric();
        }
        catch (ArgumentException refusal) when (refusal.ParamName is "labels" or "weights")
        {
            expected = null;
        }

        Same.Value(expected, actual, what);
    }

    private static void RequireSame(KMeansSweep<T> expected, KMeansSweep<T> actual, string what)
    {
        foreach ((KMeansSweepRow<T> one, KMeansSweepRow<T> other) in expected.Rows.Zip(actual.Rows))
        {
            Same.Bits(one.Model.Centroids, other.Model.Centroids, $"{what}: centroids");
            Same.Bits<double>(Figures(one), Figures(other), $"{what}, k = {one.Clusters}");
        }

        Same.Value(expected.ToString(), actual.ToString(), what);
    }

    private static double[] Figures(KMeansSweepRow<T> row) =>
        [.. new[] { row.Clusters, row.Inertia, row.Iterations, row.Silhouette, row.SimplifiedSilhouette, row.DaviesBouldin, row.CalinskiHarabasz, row.Bic, row.Gap, row.GapError }.Select(figure => figure ?? -7)];
}

public sealed class FloatSweepTests : SweepTests<float>;

public sealed class DoubleSweepTests : SweepTests<double>;
