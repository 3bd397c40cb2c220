using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Metrics;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The distances behind the simplified silhouette are the judge's of all centroids, whatever is left out.</summary>
public abstract unsafe class TwoDistancesTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Points = 61;

    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void They_are_the_judges_for_every_width_of_vectors(DataKind kind)
    {
        foreach ((int d, int k) in new[] { (1, 2), (8, 19), (9, 2), (9, 40), (16, 17), (33, 16), (130, 50), (300, 5) })
        {
            T[] rows = TestData.Points<T>(kind, Points + k, d, k);

            // Centroids twice in one place, and points upon centroids.
            rows.AsSpan(Points * d, d).CopyTo(rows.AsSpan((Points + k - 1) * d));
            rows.AsSpan((Points + (k / 2)) * d, d).CopyTo(rows.AsSpan(5 * d));
            Require(rows, d, k, $"{kind}, d = {d}, k = {k}, {typeof(T).Name}");
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(24)]
    [InlineData(101)]
    public void Points_half_way_between_centroids_are_measured(int d)
    {
        foreach (int k in new[] { 3, 20, 70 })
        {
            T[] rows = TestData.Points<T>(DataKind.Uniform, Points + k, d, k);
            Draw draw = new(d);
            for (int i = 0; i < Points; i++)
            {
                (int a, int b) = (Points + draw.Below(k), Points + draw.Below(k));
                for (int p = 0; p < d; p++)
                {
                    rows[(i * d) + p] = (rows[(a * d) + p] + rows[(b * d) + p]) / T.CreateChecked(2);
                }

                rows[i * d] = i % 2 == 0 ? rows[i * d] : T.BitIncrement(rows[i * d]);
            }

            Require(rows, d, k, $"d = {d}, k = {k}, {typeof(T).Name}");
        }
    }

    // Own centroids are the nearest, the second nearest or any; some points have none.
    private static void Require(T[] rows, int d, int k, string here)
    {
        using Crew crew = new(1);
        fixed (T* x = rows)
        {
            T* centroids = x + (Points * d);
            int[] order = [.. Enumerable.Range(0, k).Reverse()];
            double[][] squares = new double[Points][];
            for (int i = 0; i < Points; i++)
            {
                squares[i] = new double[k];
                for (int c = 0; c < k; c++)
                {
                    squares[i][c] = Judge<T>.DistanceSquared(x + (i * d), centroids + (order[c] * d), d);
                }
            }

            int[] own = [.. squares.Select((all, i) => i % 7 == 6 ? -1 : i % 7 < 3 ? Array.IndexOf(all, all.Min()) : i % 7 == 3 ? Array.IndexOf(all, all.Order().ElementAt(1)) : i % k)];
            PointView<T> points = new(x, Points, d);
            foreach (TwoDistances<T> distances in AllWidths(new PointView<T>(centroids, k, d), order, crew))
            {
                (double[] ownSquares, double[] others) = Measure(distances, points, own);
                for (int i = 0; i < Points; i++)
                {
                    if (own[i] >= 0)
                    {
                        Same.Bits(squares[i][own[i]], ownSquares[i], $"{distances.GetType()}, {here}: own of {i}");
                        Same.Bits(squares[i].Where((_, c) => c != own[i]).Min(), others[i], $"{distances.GetType()}, {here}: other of {i}");
                    }
                }

                distances.Dispose();
            }
        }
    }

    private static (double[] Own, double[] Other) Measure(TwoDistances<T> distances, PointView<T> points, int[] clusters)
    {
        double[] own = new double[points.Count + TwoDistances<T>.Padding];
        double[] other = new double[own.Length];
        using TwoDistances<T>.Worker worker = distances.CreateWorker();
        fixed (int* cluster = clusters)
        fixed (double* ownSquares = own, otherSquares = other)
        {
            for (int first = 0; first < points.Count; first += distances.BlockSize)
            {
                int count = Math.Min(distances.BlockSize, points.Count - first);
                worker.Measure(points, first, count, 0, cluster + first, ownSquares + first, otherSquares + first);
            }
        }

        return (own, other);
    }

    private static List<TwoDistances<T>> AllWidths(PointView<T> centroids, int[] rows, Crew crew)
    {
        List<TwoDistances<T>> widths = [new LaneTwoDistances<T>(centroids, rows), new TileTwoDistances<T, T, SimdScalar<T>>(centroids, rows, crew)];
        if (Vector128.IsHardwareAccelerated)
        {
            widths.Add(new TileTwoDistances<T, Vector128<T>, Simd128<T>>(centroids, rows, crew));
        }

        if (Vector256.IsHardwareAccelerated)
        {
            widths.Add(new TileTwoDistances<T, Vector256<T>, Simd256<T>>(centroids, rows, crew));
        }

        if (Vector512.IsHardwareAccelerated)
        {
            widths.Add(new TileTwoDistances<T, Vector512<T>, Simd512<T>>(centroids, rows, crew));
        }

        return widths;
    }
}

public sealed class FloatTwoDistancesTests : TwoDistancesTests<float>;

public sealed class DoubleTwoDistancesTests : TwoDistancesTests<double>;
