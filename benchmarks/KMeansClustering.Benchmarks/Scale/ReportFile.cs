using System.Text.Json;

namespace KMeansClustering.Benchmarks.Scale;

/// <summary>What was measured, as a file of JSON.</summary>
internal static class ReportFile
{
    private static readonly JsonSerializerOptions _format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static TReport Read<TReport>(string path) => JsonSerializer.Deserialize<TReport>(File.ReadAllText(path), _format)!;

    public static void Write<TReport>(string path, TReport report)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(report, _format) + "\n");
    }
}
