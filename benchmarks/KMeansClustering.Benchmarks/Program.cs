using System.Globalization;
using System.Text.Json;
using KMeansClustering.Benchmarks;

switch (args)
{
    case ["pass", var path, var clusters, .. var rest]:
        return Pass(path, int.Parse(clusters, CultureInfo.InvariantCulture), Option(rest, "--repeats", 5), Option(rest, "--threads", -1), rest.Contains("--double"));
    default:
        Console.Error.WriteLine("usage: pass FILE K [--repeats R] [--threads T] [--double]");
        return 1;
}

static int Pass(string path, int clusters, int repeats, int threads, bool asDouble)
{
    var file = PointFile.Read(path);
    var centroids = file.Centroids(clusters);
    var times = asDouble
        ? PassMeter.Measure(Array.ConvertAll(file.Points, x => (double)x), file.Dimensions, Array.ConvertAll(centroids, x => (double)x), threads, repeats)
        : PassMeter.Measure(file.Points, file.Dimensions, centroids, threads, repeats);
    var peak = asDouble ? PeakMeter.Measure<double>() : PeakMeter.Measure<float>();
    var median = times.Order().ElementAt(times.Length / 2);
    var flops = 2.0 * (file.Points.Length / file.Dimensions) * clusters * file.Dimensions;
    Console.WriteLine(JsonSerializer.Serialize(new
    {
        n = file.Points.Length / file.Dimensions,
        d = file.Dimensions,
        k = clusters,
        ms = times,
        medianMs = median,
        gflops = Math.Round(flops / median / 1e6, 1),
        corePeakGflops = Math.Round(peak, 1),
        peakShare = Math.Round(flops / median / 1e6 / peak, 3),
    }));
    return 0;
}

static int Option(string[] rest, string name, int otherwise)
{
    var at = Array.IndexOf(rest, name);
    return at >= 0 ? int.Parse(rest[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
