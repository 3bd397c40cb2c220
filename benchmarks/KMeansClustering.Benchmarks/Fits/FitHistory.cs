using System.Text.Json;
using System.Text.Json.Serialization;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>What each iteration of a fit did, as a file.</summary>
/// <param name="Data">The file of points, without its extension.</param>
/// <param name="N">Points.</param>
/// <param name="D">Dimensions.</param>
/// <param name="K">Clusters.</param>
/// <param name="Iterations">In order.</param>
internal sealed record FitHistory(string Data, int N, int D, int K, IReadOnlyList<FitIteration> Iterations)
{
    private static readonly JsonSerializerOptions _format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>n·k.</summary>
    [JsonIgnore]
    public double Pairs => (double)N * K;

    public static FitHistory Of(string path, int dimensions, KMeansResult<float> result) => new(
        Path.GetFileNameWithoutExtension(path),
        result.Labels.Length,
        dimensions,
        result.Model.Clusters,
        [.. result.History.Select(done => new FitIteration(
            done.Algorithm, done.PointsSkipped, done.NodeDistances, done.SketchDistances, done.TileDistances, done.ExactDistances, done.LabelsChanged))]);

    public static FitHistory Read(string path) => JsonSerializer.Deserialize<FitHistory>(File.ReadAllText(path), _format)!;

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, _format) + "\n");
    }
}

/// <summary>What one iteration did: the counts of <see cref="KMeansIteration"/>.</summary>
internal sealed record FitIteration(
    KMeansAlgorithm Algorithm, long PointsSkipped, long NodeDistances, long SketchDistances, long TileDistances, long ExactDistances, long LabelsChanged);
