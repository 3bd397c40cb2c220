namespace KMeansClustering.Benchmarks;

/// <summary>
/// The share of labels that <see cref="KMeans.AssignPoints"/> gets wrong on data far from the origin, against a brute force in double; the measure of
/// benchmarks/peers/broken_data.py, which wrote the files and shows the same of other libraries.
/// </summary>
internal static class BrokenCommand
{
    private const int Clusters = 64;

    public static int Run(string folder)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "broken-*.f32") : [];
        Array.Sort(files, StringComparer.Ordinal);
        if (files.Length == 0)
        {
            Console.Error.WriteLine($"No broken-*.f32 in {folder}: run benchmarks/peers/broken_data.py {folder}");
            return 1;
        }

        Console.WriteLine("| library | points | labels wrong | not the lowest nearest |");
        Console.WriteLine("|---|---|---:|---:|");
        foreach (var path in files)
        {
            var file = PointFile.Read(path);
            var centroids = file.Points[..(Clusters * file.Dimensions)];
            var labels = new int[file.Points.Length / file.Dimensions];
            KMeans.AssignPoints<float>(file.Points, file.Dimensions, centroids, labels);
            var (farther, different) = Wrong(file.Points, file.Dimensions, centroids, labels);
            Console.WriteLine(FormattableString.Invariant(
                $"| KMeansClustering, AssignPoints | {Path.GetFileNameWithoutExtension(path)} | {farther / (double)labels.Length:P2} | {different / (double)labels.Length:P2} |"));
        }

        return 0;
    }

    /// <summary>How many labels' centroids are strictly farther than the nearest, and how many labels are not the lowest of the nearest.</summary>
    private static (int Farther, int Different) Wrong(float[] points, int dimensions, float[] centroids, int[] labels)
    {
        var (farther, different) = (0, 0);
        var distances = new double[centroids.Length / dimensions];
        for (var i = 0; i < labels.Length; i++)
        {
            for (var j = 0; j < distances.Length; j++)
            {
                distances[j] = DistanceSquared(points.AsSpan(i * dimensions, dimensions), centroids.AsSpan(j * dimensions, dimensions));
            }

            var nearest = Array.IndexOf(distances, distances.Min());
            farther += distances[labels[i]] > distances[nearest] ? 1 : 0;
            different += labels[i] != nearest ? 1 : 0;
        }

        return (farther, different);
    }

    private static double DistanceSquared(ReadOnlySpan<float> x, ReadOnlySpan<float> c)
    {
        var sum = 0.0;
        for (var p = 0; p < x.Length; p++)
        {
            var difference = (double)x[p] - c[p];
            sum += difference * difference;
        }

        return sum;
    }
}
