using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using KMeansClustering.Assignment;
using KMeansClustering.Metrics;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;
using Xunit.Abstractions;

namespace KMeansClustering.Tests;

/// <summary>One hash over all metrics of many data, as <see cref="SameBitsTests"/> has of fits: the same on any number of threads, any instruction set and any machine.</summary>
public sealed unsafe class MetricsSameBitsTests(ITestOutputHelper output)
{
    private const string Expected = "D25A4FB93D3AD9EDF39CB4FFFF9846EDF04DF9D6617ED0CE27B78496D25D7994";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_hash_of_all_metrics_is_the_one_that_stands_here(int threads) =>
        AnswerHash.Require(Expected, threads, output, hash =>
        {
            Append<float>(hash, threads);
            Append<double>(hash, threads);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(21)]
    [InlineData(64)]
    public void Every_width_of_vectors_gives_the_judges_distances_and_sums_in_order(int d)
    {
        const int Others = 13;
        const int Sums = 3;
        double[] rows = TestData.Points<double>(DataKind.Columns, LaneDistances.Lanes + Others, d);
        rows.AsSpan((LaneDistances.Lanes + 2) * d, d).CopyTo(rows.AsSpan((LaneDistances.Lanes + 7) * d)); // a tie
        double[] weights = [.. Enumerable.Range(0, Others).Select(j => 1 + (j / 3.0))];
        int[] places = [.. Enumerable.Range(0, 2 * Others).Select(i => i % 2 == 0 ? i % 3 % 2 : 2)]; // of two clusterings, the second with one cluster
        double* sums = stackalloc double[Sums * LaneDistances.Lanes];
        double* least = stackalloc double[LaneDistances.Lanes];
        double* second = stackalloc double[LaneDistances.Lanes];
        int* nearest = stackalloc int[2 * LaneDistances.Lanes];
        fixed (double* row = rows, group = new double[LaneDistances.Lanes * d], weight = weights)
        fixed (int* place = places)
        {
            RowGroups.PackGroups(new PointView<double>(row, LaneDistances.Lanes, d), 0, LaneDistances.Lanes, group);
            double* others = row + (LaneDistances.Lanes * d);
            foreach (LaneDistances width in AllWidths())
            {
                new Span<double>(sums, Sums * LaneDistances.Lanes).Clear();
                width.AddDistances(group, others, weight, 5, d, place, 2, sums);
                width.AddDistances(group, others + (5 * d), weight + 5, Others - 5, d, place + 10, 2, sums);
                width.FindTwo(group, others, Others, d, nearest, least, second);
                for (int i = 0; i < LaneDistances.Lanes; i++)
                {
                    double* x = row + (i * d);
                    double[] squares = [.. Enumerable.Range(0, Others).Select(j => Judge<double>.DistanceSquared(x, others + (j * d), d))];
                    double[] expected = new double[Sums];
                    for (int j = 0; j < Others; j++)
                    {
                        expected[places[2 * j]] += weights[j] * Math.Sqrt(squares[j]);
                        expected[places[(2 * j) + 1]] += weights[j] * Math.Sqrt(squares[j]);
                    }

                    for (int sum = 0; sum < Sums; sum++)
                    {
                        Same.Bits(expected[sum], sums[(sum * LaneDistances.Lanes) + i], $"{width.GetType()}, sum {sum} of row {i}");
                    }

                    int first = Array.IndexOf(squares, squares.Min());
                    Same.Value(first, nearest[i], $"{width.GetType()}, nearest of row {i}");
                    Same.Bits(squares[first], least[i], $"{width.GetType()}, least of row {i}");
                    Same.Bits(squares.Where((_, j) => j != first).Min(), second[i], $"{width.GetType()}, second of row {i}");
                }
            }
        }
    }

    private static List<LaneDistances> AllWidths()
    {
        List<LaneDistances> widths = [new LaneDistances.OfWidth<double, SimdScalar<double>>()];
        if (Vector128.IsHardwareAccelerated)
        {
            widths.Add(new LaneDistances.OfWidth<Vector128<double>, Simd128<double>>());
        }

        if (Vector256.IsHardwareAccelerated)
        {
            widths.Add(new LaneDistances.OfWidth<Vector256<double>, Simd256<double>>());
        }

        if (Vector512.IsHardwareAccelerated)
        {
            widths.Add(new LaneDistances.OfWidth<Vector512<double>, Simd512<double>>());
        }

        return widths;
    }

    private static void Append<T>(IncrementalHash hash, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int n, int d, int k) in new[] { (400, 2, 7), (300, 3, 40), (250, 8, 5), (200, 19, 6), (150, 64, 3), (120, 300, 10) })
        {
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                T[] points = TestData.Points<T>(kind, n, d);
                Draw draw = new(k);
                int[] classes = [.. Enumerable.Range(0, n).Select(i => i < k ? i : draw.Below(k))];
                int[] clusters = [.. classes.Select(label => draw.Below(2) == 0 ? label : draw.Below(k))];
                T[]? weights = TestData.Weights<T>((WeightKind)((int)kind % 3), n); // not those that may sum to less than k
                double[] samples = new double[n];
                ClusteringMetrics.SilhouetteSamples<T>(points, d, classes, samples, weights, threads);
                hash.AppendData(MemoryMarshal.AsBytes<double>(samples));
                double[] figures =
                [
                    ClusteringMetrics.Silhouette<T>(points, d, classes, weights, threads),
                    ClusteringMetrics.SampledSilhouette<T>(points, d, classes, n / 2, seed: d, threads),
                    ClusteringMetrics.SimplifiedSilhouette<T>(points, d, classes, points.AsSpan(0, k * d), weights, threads),
                    ClusteringMetrics.DaviesBouldin<T>(points, d, classes, weights, threads),
                    ClusteringMetrics.CalinskiHarabasz<T>(points, d, classes, weights, threads),
                    ClusteringMetrics.Bic<T>(points, d, classes, weights, threads),
                    ClusteringMetrics.AdjustedRandIndex(classes, clusters),
                    ClusteringMetrics.MutualInformation(classes, clusters),
                    ClusteringMetrics.NormalizedMutualInformation(classes, clusters),
                    ClusteringMetrics.AdjustedMutualInformation(classes, clusters),
                    ClusteringMetrics.VMeasure(classes, clusters, 0.5),
                ];
                hash.AppendData(MemoryMarshal.AsBytes<double>(figures));
            }
        }
    }
}
