using System.Runtime.InteropServices;
using System.Text.Json;

namespace KMeansClustering.Benchmarks;

/// <summary>A file of benchmarks/peers/make_data.py: raw float32 rows, beside it a .json with their shape and the rows to start from.</summary>
internal sealed record PointFile(int Dimensions, float[] Points, int[] InitialRows)
{
    public static PointFile Read(string path)
    {
        using var shape = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(path, ".json")));
        var (n, d) = (shape.RootElement.GetProperty("n").GetInt32(), shape.RootElement.GetProperty("d").GetInt32());
        var points = new float[n * d];
        using var file = File.OpenRead(path);
        file.ReadExactly(MemoryMarshal.AsBytes(points.AsSpan()));
        return new PointFile(d, points, [.. shape.RootElement.GetProperty("initialRows").EnumerateArray().Select(row => row.GetInt32())]);
    }

    /// <summary>The first k of the rows to start from.</summary>
    public float[] Centroids(int clusters)
    {
        var centroids = new float[clusters * Dimensions];
        for (var j = 0; j < clusters; j++)
        {
            Points.AsSpan(InitialRows[j] * Dimensions, Dimensions).CopyTo(centroids.AsSpan(j * Dimensions));
        }

        return centroids;
    }
}
