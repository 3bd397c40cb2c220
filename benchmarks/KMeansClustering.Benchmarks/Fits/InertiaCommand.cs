using System.Text.Json;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>The inertia of models over all points of a file, whoever made them: exact, and the same measure for all.</summary>
internal static class InertiaCommand
{
    /// <summary>Prints one line of JSON.</summary>
    /// <param name="path">The points.</param>
    /// <param name="models">Files of centroids, .npy of float32.</param>
    public static int Run(string path, IEnumerable<string> models)
    {
        var file = PointFile.Read(path);
        Console.WriteLine(JsonSerializer.Serialize(new { inertia = models.Select(model => KMeansModel<float>.LoadNpy(model).Inertia(file.Points)) }));
        return 0;
    }
}
