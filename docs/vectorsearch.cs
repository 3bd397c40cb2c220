#:project ../src/KMeansClustering
#:property PublishAot=false
#:property TieredCompilation=false

// Vector search by an inverted file: k-means cuts the vectors into cells, each cell lists its vectors, and a search reads only
// the lists of the cells nearest to the query. (Sivic and Zisserman 2003; Jégou, Douze and Schmid 2011. Faiss: IndexIVFFlat; pgvector: ivfflat.)
//
//   dotnet run -c Release docs/vectorsearch.cs                   100,000 vectors made here, and recall as a picture beside this file
//   dotnet run -c Release docs/vectorsearch.cs -- FILE.f32 D     vectors of your own (2,000 or more): raw float32, D values each
//
// Release, and no tiered compilation, because it also takes times.

using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using KMeansClustering;

const int Count = 10;
int dimensions = args.Length > 0 ? int.Parse(args[1]) : 32;
float[] all = args.Length > 0 ? MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(args[0])).ToArray() : Vectors.Make(101_000, dimensions);

// A thousand of the vectors, evenly spread, are what is searched for; the others are searched.
int every = all.Length / dimensions / 1000;
float[][] queries = [.. all.Chunk(dimensions).Where((_, i) => i % every == 0).Take(1000)];
float[] vectors = [.. all.Where((_, i) => i / dimensions % every != 0)];
int n = vectors.Length / dimensions;

// Few cells make long lists, many cells take long to compare with: some multiple of √n. They need not be perfect: after 25
// iterations the lists hardly change any more.
int cells = 1 << (int)Math.Log2(4 * Math.Sqrt(n));
long start = Stopwatch.GetTimestamp();
KMeansResult<float> fit = KMeans.Fit(vectors, dimensions, cells, new KMeansOptions { MaxIterations = 25 });
var index = new InvertedFile(vectors, fit);
Console.WriteLine($"{n} vectors of {dimensions} values, {cells} cells, indexed in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");

// What an exact search finds, reading every vector, is the truth.
start = Stopwatch.GetTimestamp();
int[][] truth = [.. queries.Select(query => index.SearchAll(query, Count))];
TimeSpan exact = Stopwatch.GetElapsedTime(start);
Console.WriteLine($"Exact search: {exact.TotalMilliseconds / queries.Length:F2} ms a query, on one thread");
Console.WriteLine($"cells probed   vectors read   recall@{Count}   times as fast");
List<(int Probes, double Read, double Recall)> curve = [];
for (int probes = 1; probes <= cells && (probes == 1 || curve[^1].Recall < 0.99); probes *= 2)
{
    (long read, int found) = (0, 0);
    start = Stopwatch.GetTimestamp();
    for (int i = 0; i < queries.Length; i++)
    {
        found += index.Search(queries[i], Count, probes, ref read).Intersect(truth[i]).Count();
    }

    double speedup = exact / Stopwatch.GetElapsedTime(start);
    curve.Add((probes, (double)read / n / queries.Length, (double)found / Count / queries.Length));
    Console.WriteLine($"{probes,12}{curve[^1].Read,14:P2}{curve[^1].Recall,12:F4}{speedup,16:F1}");
}

if (args.Length == 0)
{
    // `dotnet run FILE.cs` tells where the file is.
    string picture = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "vectorsearch.svg");
    Picture.Save(picture, $"Recall@{Count}: {n:N0} vectors in {cells:N0} cells", curve);
    Console.WriteLine($"Picture: {picture}");
}

/// <summary>Vectors in the cells of a k-means clustering.</summary>
internal sealed class InvertedFile
{
    private readonly KMeansModel<float> _cells;
    private readonly int[] _ids;
    private readonly int[] _starts;
    private readonly float[] _vectors;

    public InvertedFile(float[] vectors, KMeansResult<float> fit)
    {
        // The vectors, cell by cell, so that a list is read from one end to the other.
        int d = fit.Model.Dimensions;
        _cells = fit.Model;
        _ids = [.. Enumerable.Range(0, fit.Labels.Length)];
        Array.Sort(fit.Labels.ToArray(), _ids);
        _vectors = [.. _ids.SelectMany(id => vectors[(id * d)..((id + 1) * d)])];
        _starts = new int[_cells.Clusters + 1];
        for (int j = 0; j < _cells.Clusters; j++)
        {
            _starts[j + 1] = _starts[j] + (int)fit.ClusterWeights[j];
        }
    }

    /// <summary>The ids of the nearest vectors in the cells that are nearest to a query.</summary>
    public int[] Search(float[] query, int count, int probes, ref long read)
    {
        float[] distances = new float[_cells.Clusters];
        _cells.Transform(query, distances);
        var cells = new Nearest(probes);
        for (int j = 0; j < distances.Length; j++)
        {
            cells.Offer(distances[j], j);
        }

        var nearest = new Nearest(count);
        foreach (int cell in cells.Ids)
        {
            Scan(query, _starts[cell], _starts[cell + 1], nearest);
            read += _starts[cell + 1] - _starts[cell];
        }

        return nearest.Ids;
    }

    public int[] SearchAll(float[] query, int count)
    {
        var nearest = new Nearest(count);
        Scan(query, 0, _ids.Length, nearest);
        return nearest.Ids;
    }

    private void Scan(float[] query, int start, int end, Nearest nearest)
    {
        for (int i = start; i < end; i++)
        {
            nearest.Offer(TensorPrimitives.Distance(query, _vectors.AsSpan(i * query.Length, query.Length)), _ids[i]);
        }
    }
}

/// <summary>The nearest of what it was offered, in ascending order; the lower id wins a tie.</summary>
internal sealed class Nearest(int count)
{
    private readonly (float Distance, int Id)[] _best = [.. Enumerable.Repeat((float.PositiveInfinity, int.MaxValue), count)];

    public int[] Ids => [.. _best.Select(entry => entry.Id)];

    public void Offer(float distance, int id)
    {
        if (!IsBefore(distance, id, _best[^1]))
        {
            return;
        }

        int at = count - 1;
        for (; at > 0 && IsBefore(distance, id, _best[at - 1]); at--)
        {
            _best[at] = _best[at - 1];
        }

        _best[at] = (distance, id);
    }

    private static bool IsBefore(float distance, int id, (float Distance, int Id) other) =>
        distance < other.Distance || (distance == other.Distance && id < other.Id);
}

internal static class Vectors
{
    /// <summary>
    /// Vectors around topics, topics around fields: about as hard to search as GloVe's. Whole numbers, like SIFT's: sums of their
    /// squares are exact, so processors that add in another order find the same neighbours.
    /// </summary>
    public static float[] Make(int count, int dimensions)
    {
        var random = new Random(1);
        float Shift(float x, double spread) => MathF.Round(x + (float)(spread * Normal(random)));
        float[][] Around(float[][] centres, int number, double spread) =>
            [.. random.GetItems(centres, number).Select(centre => centre.Select(x => Shift(x, spread)).ToArray())];

        float[][] fields = Around([new float[dimensions]], 30, spread: 20);
        float[][] topics = Around(fields, 300, spread: 15);
        return [.. Around(topics, count, spread: 30).SelectMany(vector => vector)];
    }

    // Nearly: the sum of twelve numbers, uniform from 0 to 1, has the variance 1.
    private static double Normal(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}

internal static class Picture
{
    private const int Left = 64;
    private const int Top = 56;
    private const int Height = 280;
    private const int Step = 52;

    /// <summary>Recall against the cells probed, which double from one mark to the next.</summary>
    public static void Save(string path, string title, List<(int Probes, double Read, double Recall)> curve)
    {
        static double X(int i) => Left + 20 + (i * Step);
        static double Y(double recall) => Math.Round(Top + ((1 - recall) * Height), 1);
        static string Text(double x, double y, string anchor, string text) => $"<text x='{x}' y='{y}' text-anchor='{anchor}'>{text}</text>\n";
        (int width, int right) = (Left + (curve.Count * Step) + 4, Left + (curve.Count * Step) - 12);

        IEnumerable<string> grid = Enumerable.Range(0, 6).Select(i =>
            $"<path d='M{Left},{Y(i / 5.0)}H{right}' stroke='#e3e7eb'/>\n{Text(Left - 8, Y(i / 5.0) + 4, "end", $"{i / 5.0:0.0}")}");
        IEnumerable<string> marks = curve.Select((point, i) =>
            $"<circle cx='{X(i)}' cy='{Y(point.Recall)}' r='4.5' fill='#0072b2'/>\n"
            + Text(X(i), Y(0) + 22, "middle", $"{point.Probes}") + Text(X(i), Y(0) + 40, "middle", $"{100 * point.Read:G2} %"));
        string line = string.Join(' ', curve.Select((point, i) => $"{X(i)},{Y(point.Recall)}"));
        File.WriteAllText(path, $"""
            <svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='424' viewBox='0 0 {width} 424' font-family='system-ui, sans-serif' font-size='13' fill='#57606a'>
            <rect width='{width}' height='424' rx='10' fill='#fff'/>
            <text x='{Left}' y='30' font-size='16' font-weight='600' fill='#1f2328'>{title}</text>
            {string.Concat(grid)}<polyline points='{line}' fill='none' stroke='#0072b2' stroke-width='2.5'/>
            {string.Concat(marks)}{Text((Left + right) / 2, Y(0) + 66, "middle", "cells probed, and the share of the vectors that lie in them")}</svg>

            """);
    }
}
