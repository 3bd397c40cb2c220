using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The search that remembers, with centroids moved by hand as no fit would move them: they rest, creep, jump away, come back, change places, meet.</summary>
public abstract unsafe class BoundedSearchTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 210;

    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Labels_are_the_judges_wherever_the_centroids_go(DataKind kind)
    {
        int variant = (int)kind;
        foreach ((int d, int k, int groups, int sketch) in new[] { (1, 3, 1, 0), (2, 40, 1, 0), (9, 70, 32, 0), (3, 260, 64, 0), (40, 17, 4, 8), (9, 130, 64, 4), (2, 1, 4, 0), (5, 2, 1, 0) })
        {
            T[] points = TestData.Points<T>(kind, Count, d, variant);
            using Crew crew = new(1 + (variant++ % 3));
            fixed (T* x = points)
            {
                PointView<T> view = new(x, Count, d);
                using SketchBasis<T>? basis = sketch == 0 ? null : new(view, sketch - 1, crew);
                using Sketch<T>? sketches = basis is null ? null : new(view, basis, sketch, crew);
                using SearchPass<T> pass = new(view, null, k, null, crew, NearestSearch<T>.Remembering(view, k, groups, sketches), KMeansAlgorithm.Yinyang);
                Follow(pass, points, d, k, $"{kind}, d = {d}, k = {k}, {groups} groups, sketches of {sketch}, {typeof(T).Name}");
            }
        }
    }

    private static void Follow(SearchPass<T> pass, T[] points, int dimensions, int clusters, string what)
    {
        using AlignedBuffer<T> centroids = new(clusters * dimensions);
        int[] labels = new int[Count];
        Array.Fill(labels, -1);
        int step = 0;
        foreach (T[] places in Ways(points, dimensions, clusters))
        {
            places.CopyTo(new Span<T>(centroids.Pointer, places.Length));
            int[] before = [.. labels];
            int changed;
            fixed (int* label = labels)
            {
                changed = pass.Run(centroids.Pointer, label, out _);
            }

            string where = $"{what}, step {step++}";
            Same.Values<int>(JudgeDistance.NearestOfEach<T>(points, dimensions, places), labels, where + ": labels");
            Same.Value(Steps.CountChanged(before, labels), changed, where + ": labels changed");
            if (step % 3 == 0)
            {
                // As if empty clusters had taken them.
                for (int i = step; i < Count; i += 37)
                {
                    labels[i] = (labels[i] + 1) % clusters;
                    pass.Forget(i);
                }
            }
        }
    }

    private static IEnumerable<T[]> Ways(T[] points, int dimensions, int clusters)
    {
        Draw draw = new(clusters);
        T[] start = TestData.Rows(points, dimensions, Enumerable.Range(0, clusters).Select(_ => draw.Below(Count)));
        T[] Creep(T[] from, double part) => [.. from.Select(x => x + (x * T.CreateChecked(part * (draw.Uniform() - 0.5))))];
        T[] Jump(T[] from, int cluster, T[] to) => [.. from.Select((x, c) => c / dimensions == cluster ? to[c % dimensions] : x)];
        T[] far = [.. Enumerable.Range(0, dimensions).Select(p => points.Skip(p).Where((_, c) => c % dimensions == 0).Max())];
        T[] low = [.. Enumerable.Range(0, dimensions).Select(p => points.Skip(p).Where((_, c) => c % dimensions == 0).Min())];
        int last = clusters - 1;

        yield return start;
        yield return start;
        T[] crept = Creep(start, 1e-3);
        yield return crept;
        yield return Jump(crept, 0, far);
        yield return Jump(crept, 0, low);
        yield return crept;
        yield return start;
        yield return [.. start.Chunk(dimensions).Reverse().SelectMany(row => row)];
        yield return start;
        yield return [.. Enumerable.Repeat(start[..dimensions], clusters).SelectMany(row => row)];
        yield return Creep(start, 1e-6);
        yield return [.. start.Select(T.BitIncrement)];
        yield return start;
        T[] creeping = start;
        for (int i = 0; i < 6; i++)
        {
            creeping = Creep(creeping, 0.05);
            yield return Jump(creeping, (i * 7) % clusters, points[(i * dimensions)..]);
        }

        yield return Jump(start, last, start[..dimensions]);
        yield return start;
    }
}

public sealed class FloatBoundedSearchTests : BoundedSearchTests<float>;

public sealed class DoubleBoundedSearchTests : BoundedSearchTests<double>;
