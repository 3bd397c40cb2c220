using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;

namespace KMeansClustering.Tests.Support;

/// <summary>Centroids moved by hand as no fit would move them: they rest, creep, jump away, come back, change places, meet.</summary>
internal static unsafe class Wandering<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Wherever they go, the labels of a pass are the judge's.</summary>
    public static void Follow(SearchPass<T> pass, T[] points, int dimensions, int clusters, string what) =>
        Follow(pass, points.Length / dimensions, Judged(points, dimensions, Ways(points, dimensions, clusters)), what);

    /// <summary>Places of the centroids, and the labels that the judge gives the points then.</summary>
    public static IEnumerable<(T[] Places, int[] Labels)> Judged(T[] points, int dimensions, IEnumerable<T[]> ways) =>
        ways.Select(places => (places, JudgeDistance.NearestOfEach<T>(points, dimensions, places)));

    /// <summary>The same for centroids that go where they are told.</summary>
    public static void Follow(SearchPass<T> pass, int count, IEnumerable<(T[] Places, int[] Labels)> ways, string what)
    {
        int[] labels = new int[count];
        Array.Fill(labels, -1);
        int step = 0;
        foreach ((T[] places, int[] expected) in ways)
        {
            int clusters = expected.Max() + 1;
            int[] before = [.. labels];
            int changed;
            fixed (int* label = labels)
            {
                fixed (T* centroids = places)
                {
                    changed = pass.Run(centroids, label, out _);
                }
            }

            string where = $"{what}, step {step++}";
            Same.Values<int>(expected, labels, where + ": labels");
            Same.Value(Steps.CountChanged(before, labels), changed, where + ": labels changed");
            if (step % 3 == 0)
            {
                // As if empty clusters had taken them.
                for (int i = step; i < labels.Length; i += 37)
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
        int count = points.Length / dimensions;
        T[] start = TestData.Rows(points, dimensions, Enumerable.Range(0, clusters).Select(_ => draw.Below(count)));
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
