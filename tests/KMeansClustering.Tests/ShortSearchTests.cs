using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Every search over 16-bit rows, plain or with bounds, whole or sketched, ends with the judge's labels.</summary>
public abstract unsafe class ShortSearchTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Clusters = [1, 2, 5, 16, 17, 100];

    private static bool IsFloat => typeof(T) == typeof(float);

    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Labels_of_the_plain_search_are_the_judges_wherever_the_centroids_go(DataKind kind)
    {
        int variant = (int)kind;
        foreach ((int n, int d, int k) in new[] { (7, 3, 1), (63, 1, 2), (210, 2, 5), (197, 9, 16), (333, 16, 17), (150, 33, 100), (97, 130, 17) })
        {
            T[] points = TestData.Points<T>(kind, n, d, variant);
            using Crew crew = new(1 + (variant++ % 3));
            fixed (T* x = points)
            {
                PointView<T> view = new(x, n, d);
                using ShortRows<T> rows = new(view, null, crew);
                using SearchPass<T> pass = new(view, null, k, null, crew, NearestSearch<T>.Short(rows, k), KMeansAlgorithm.Lloyd);
                Wandering<T>.Follow(pass, points, d, k, $"{kind}, n = {n}, d = {d}, k = {k}, {typeof(T).Name}");
            }
        }
    }

    [Theory]
    [InlineData(DataKind.Clustered, 12)]
    [InlineData(DataKind.Lattice, 7)]
    [InlineData(DataKind.Outlier, 33)]
    [InlineData(DataKind.Magnitudes, 40)]
    public void Every_width_of_vectors_gives_the_judges_labels(DataKind kind, int dimensions)
    {
        foreach (int k in Clusters)
        {
            T[] points = TestData.Points<T>(kind, 203, dimensions, k);
            RequireJudges(points, dimensions, Places(points, dimensions, k), $"{kind}, d = {dimensions}, k = {k}");
        }
    }

    /// <summary>Points half-way between centroids, some a last bit off, and centroids that lie twice in the same place.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(24)]
    [InlineData(101)]
    public void Near_ties_are_the_judges(int dimensions)
    {
        foreach (int k in Clusters)
        {
            Draw draw = new(k);
            double[] lattice = [.. Enumerable.Range(0, k * dimensions).Select(_ => 2.0 * (draw.Below(15) - 7))];
            foreach ((int exponent, double offset) in IsFloat ? [(0, 0.0), (60, 0.0), (-60, 0.0), (0, 65_536.0)] : new[] { (0, 0.0), (300, 0.0), (-300, 0.0), (0, 1_048_576.0) })
            {
                T Put(double value) => T.CreateChecked(Math.ScaleB(value + offset, exponent));
                T[] places = Array.ConvertAll(lattice, Put);
                List<T> points = [];
                for (int i = 0; i < 131; i++)
                {
                    int one = draw.Below(k), other = draw.Below(k);
                    T[] row = [.. Enumerable.Range(0, dimensions).Select(p => Put((lattice[(one * dimensions) + p] + lattice[(other * dimensions) + p]) / 2))];
                    if (i % 3 != 0)
                    {
                        int p = draw.Below(dimensions);
                        row[p] = i % 3 == 1 ? T.BitIncrement(row[p]) : T.BitDecrement(row[p]);
                    }

                    points.AddRange(row);
                }

                string what = $"d = {dimensions}, k = {k}, times 2^{exponent}, around {offset}";
                RequireJudges([.. points], dimensions, places, what);

                // Twice in the same place, or in the next one.
                T[] twins = [.. places.Chunk(dimensions).SelectMany((row, j) => j % 2 == 1 && j > 1 ? places[..dimensions] : row)];
                twins[^1] = T.BitIncrement(twins[^1]);
                RequireJudges([.. points], dimensions, twins, what + ", twins");
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(40)]
    public void Every_magnitude_has_the_judges_labels(int dimensions)
    {
        double[][] sizes = IsFloat
            ? [[1e-45, 1e-40], [1e-30], [1e-19, 1], [1e18], [3e37], [1, 1e15], [1, 1e-15], [1e-12, 1e3], [1e15, 3e37, 1e-30]]
            : [[5e-324, 1e-310], [1e-200], [1e-200, 1], [1e-160, 1e-150], [1e100], [1e150], [1, 1e15], [1, 1e-15], [1e39, 1], [1e-46, 1], [1e120, 1e-120, 1]];
        foreach (double[] size in sizes)
        {
            foreach (int k in new[] { 2, 17 })
            {
                // The second size and the third are those of outliers.
                Draw draw = new(k);
                T[] points = [.. Enumerable.Range(0, 140 * dimensions).Select(c => T.CreateChecked(draw.Normal() / 3 * size[c / dimensions % 7 == 3 ? ^1 : c / dimensions % 19 == 4 ? size.Length / 2 : 0]))];
                T[] places = Places(points, dimensions, k);
                RequireJudges(points, dimensions, places, $"size {string.Join(", ", size)}, d = {dimensions}, k = {k}");
            }
        }
    }

    // Two passes and a third with centroids a little off: bounds must be right, too.
    private static void RequireJudges(T[] points, int dimensions, T[] places, string what)
    {
        int count = points.Length / dimensions, k = places.Length / dimensions;
        T[] near = [.. places.Select(x => x * T.CreateChecked(1 + 1e-6))];
        T[] moved = [.. places.Select((x, c) => c < dimensions ? x : T.BitDecrement(x))];
        (T[] Places, int[] Labels)[] ways = [.. Wandering<T>.Judged(points, dimensions, [places, near, near, moved, places])];
        using Crew crew = new(2);
        fixed (T* x = points)
        {
            PointView<T> view = new(x, count, dimensions);
            foreach (int width in dimensions < 5 ? [0] : new[] { 0, 4 })
            {
                using SketchBasis<T>? basis = width == 0 ? null : new(view, width, crew);
                using ShortRows<T> rows = new(view, basis, crew);
                Widths.ForEach(new Search(view, rows, crew, ways, k, $"{what}, sketches of {width}, {typeof(T).Name}"));
            }
        }
    }

    // Points, and places between them.
    private static T[] Places(T[] points, int dimensions, int clusters)
    {
        Draw draw = new(clusters);
        int count = points.Length / dimensions;
        T half = T.CreateChecked(0.5);
        return [.. Enumerable.Range(0, clusters).SelectMany(j =>
        {
            int one = draw.Below(count), other = j % 3 == 0 ? one : draw.Below(count);
            return Enumerable.Range(0, dimensions).Select(p => (half * points[(one * dimensions) + p]) + (half * points[(other * dimensions) + p]));
        })];
    }

    private sealed class Search(PointView<T> view, ShortRows<T> rows, Crew crew, (T[] Places, int[] Labels)[] ways, int clusters, string name) : IForEveryWidth
    {
        public void With<TVector, TSimd>()
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            foreach (int groups in new[] { 1, 6, 32 })
            {
                Follow(new BoundedSearch<T, TVector, TSimd>(rows, clusters, groups), $"{name}, {TSimd.Count} lanes, {groups} groups");
            }

            if (!rows.Form.IsSketch)
            {
                Follow(new ShortSearch<T, TVector, TSimd>(rows, clusters), $"{name}, {TSimd.Count} lanes, plain");
            }
        }

        private void Follow(NearestSearch<T> search, string what)
        {
            using SearchPass<T> pass = new(view, null, clusters, null, crew, search, KMeansAlgorithm.Yinyang);
            Wandering<T>.Follow(pass, view.Count, ways, what);
        }
    }
}

public sealed class FloatShortSearchTests : ShortSearchTests<float>;

public sealed class DoubleShortSearchTests : ShortSearchTests<double>;
