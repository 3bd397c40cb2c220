using KMeansClustering.Sweeping;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The rules that pick a row, and the table of rows.</summary>
public sealed class SweepSuggestionTests
{
    [Fact]
    public void The_greatest_value_wins_and_the_first_of_equals()
    {
        Suggestion.Greatest([null, 1, 3, null, 3, 2]).Should().Be(2);
        Suggestion.Greatest([double.NegativeInfinity]).Should().Be(0);
        Suggestion.Greatest([5, double.PositiveInfinity, double.PositiveInfinity]).Should().Be(1);
        Suggestion.Greatest([null, null]).Should().Be(-1);
    }

    [Fact]
    public void The_gap_picks_the_first_row_that_the_next_one_does_not_beat_by_its_error()
    {
        Suggestion.Gap([1, 2, 2.5, 2.7], [9, 0.1, 0.1, 0.3]).Should().Be(2, "2.5 >= 2.7 - 0.3, and the errors of 1, 2 and 3 are too small for what follows them");
        Suggestion.Gap([1, 2, 3], [0, 0, 0]).Should().Be(-1, "it still rises");
        Suggestion.Gap([2, 2], [0, 0]).Should().Be(0, "not below");
        Suggestion.Gap([1, double.PositiveInfinity, double.PositiveInfinity], [1, 1, 1]).Should().Be(1);
        Suggestion.Gap([1, null, 3, 2], [1, null, 1, 1]).Should().Be(2);
        Suggestion.Gap([1], [1]).Should().Be(-1);
    }

    [Fact]
    public void The_knee_is_the_point_farthest_below_the_chord()
    {
        Suggestion.Knee([1, 2, 3, 4, 5], [100, 40, 10, 5, 0]).Should().Be(2);
        Suggestion.Knee([1, 2, 3], [9, 5, 1]).Should().Be(-1, "a straight line has no knee");
        Suggestion.Knee([1, 2, 3], [9, 8, 1]).Should().Be(-1, "above the line");
        Suggestion.Knee([1, 2, 3, 4], [1, 1, 1, 1]).Should().Be(-1);
        Suggestion.Knee([3], [1]).Should().Be(-1);
        Suggestion.Knee([3, 9], [5, 1]).Should().Be(-1);
    }

    [Fact]
    public void The_knee_is_that_of_the_distance_to_the_chord_for_any_curve()
    {
        Draw draw = new(1);
        for (int round = 0; round < 500; round++)
        {
            int n = 3 + draw.Below(12);
            int[] clusters = [.. Enumerable.Range(0, n).Select(i => 1 + (3 * i) + draw.Below(3))];
            double[] inertias = [.. Enumerable.Range(0, n).Select(i => 100 * draw.Uniform() / (1 + i))];
            inertias[0] = 101;

            // In a square of side 1: the distance of a point from the line through the first and the last.
            double Above(int i)
            {
                double x = (double)(clusters[i] - clusters[0]) / (clusters[^1] - clusters[0]);
                double y = (inertias[i] - inertias[^1]) / (inertias[0] - inertias[^1]);
                return (x + y - 1) / Math.Sqrt(2);
            }

            int lowest = Enumerable.Range(1, n - 2).MinBy(Above);
            Suggestion.Knee(clusters, inertias).Should().Be(Above(lowest) < 0 ? lowest : -1);
        }
    }

    [Fact]
    public void Three_clusters_far_apart_are_seen_by_all()
    {
        Draw draw = new(3);
        double[] points = [.. Enumerable.Range(0, 90).SelectMany(i => new[] { (12 * (i % 3 % 2)) + draw.Normal(), (12 * (i % 3 / 2)) + draw.Normal() })];
        KMeansSweep<double> sweep = KMeans.Sweep<double>(points, 2, 1, 8, new() { Fit = new() { Restarts = 3 }, Criteria = SweepCriteria.All });

        foreach (KMeansSweepRow<double>? row in new[] { sweep.BySilhouette, sweep.ByDaviesBouldin, sweep.ByCalinskiHarabasz, sweep.ByBic, sweep.ByGap })
        {
            row!.Clusters.Should().Be(3);
        }

        sweep.ByKnee!.Clusters.Should().BeInRange(2, 3);
        sweep.BySilhouette.Should().BeSameAs(sweep.Rows[2]);
    }

    [Fact]
    public void Points_without_clusters_are_one_cluster_to_the_gap_alone()
    {
        double[] points = TestData.Points<double>(DataKind.Uniform, 300, 2);
        KMeansSweep<double> sweep = KMeans.Sweep<double>(points, 2, 1, 8, new() { Criteria = SweepCriteria.All });

        sweep.ByGap!.Clusters.Should().Be(1);
        sweep.BySilhouette!.Clusters.Should().BeGreaterThan(1);
    }

    [Fact]
    public void The_exact_silhouette_goes_before_the_simplified_one()
    {
        // The knee data of docs/choosing-k.md would do; these are the first that differ.
        for (int seed = 1; ; seed++)
        {
            double[] points = TestData.Points<double>(DataKind.Uniform, 30, 2, seed);
            KMeansSweep<double> exact = KMeans.Sweep<double>(points, 2, 2, 8, new() { Criteria = SweepCriteria.All, ReferenceSets = 1 });
            KMeansSweepRow<double> best = exact.Rows.MaxBy(row => row.Silhouette)!;
            KMeansSweepRow<double> simplified = exact.Rows.MaxBy(row => row.SimplifiedSilhouette)!;
            if (best.Clusters != simplified.Clusters)
            {
                exact.BySilhouette.Should().BeSameAs(best);
                KMeans.Sweep<double>(points, 2, 2, 8).BySilhouette!.Clusters.Should().Be(simplified.Clusters);
                return;
            }
        }
    }

    [Fact]
    public void The_table_has_a_line_for_each_row_and_a_star_for_each_suggestion()
    {
        double[] points = [0, 1, 2, 10, 11, 12, 20, 21, 22];
        KMeansSweep<double> sweep = KMeans.Sweep<double>(points, 1, [1, 2, 3, 9], new() { Fit = new() { Restarts = 5 }, Criteria = SweepCriteria.SimplifiedSilhouette | SweepCriteria.DaviesBouldin });

        sweep.ToString().Split('\n').Should().Equal(
            "k   inertia   simplified   Davies–Bouldin",
            "1       606",
            "2       156       0.7322           0.3778",
            "3         6*      0.9304*          0.1333*",
            "9         0");
    }
}
