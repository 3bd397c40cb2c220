#:project ../../src/KMeansClustering
#:property PublishAot=false

// Models for check.mjs: dotnet run tests/onnx/export.cs -- FOLDER
//
// For each: NAME.onnx; NAME.bin, points that the fit has not seen; NAME.json, their shape and type, what Predict says of them, and which
// of them lie so nearly between two centroids that the rounding of the graph's arithmetic may decide.

using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using KMeansClustering;

if (args.Length != 1)
{
    Console.Error.WriteLine("Say which folder to write to.");
    return 1;
}

string folder = args[0];
Directory.CreateDirectory(folder);
Export<float>("plane-float", dimensions: 2, clusters: 9, offset: 0);
Export<float>("blobs-float", dimensions: 30, clusters: 100, offset: 5);
Export<float>("one-float", dimensions: 1, clusters: 1, offset: 0);
Export<double>("plane-double", dimensions: 2, clusters: 9, offset: 0);
Export<double>("blobs-double", dimensions: 30, clusters: 100, offset: 1000);
Export<float>("cosine-float", dimensions: 30, clusters: 100, offset: -5, KMeansMetric.Cosine);
Export<double>("cosine-double", dimensions: 8, clusters: 20, offset: -5, KMeansMetric.Cosine);
return 0;

void Export<T>(string name, int dimensions, int clusters, double offset, KMeansMetric metric = KMeansMetric.Euclidean)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    Random random = new(1);
    double[] centers = [.. Enumerable.Range(0, clusters * dimensions).Select(_ => 10 * random.NextDouble())];
    T[] seen = Points<T>(random, centers, 3000, dimensions, offset);
    T[] points = Points<T>(random, centers, 2000, dimensions, offset);
    for (int i = 0; metric == KMeansMetric.Cosine && i < points.Length; i++)
    {
        points[i] *= T.CreateChecked(1 + (i / dimensions % 100)); // of many lengths
    }

    KMeansModel<T> model = KMeans.Fit<T>(seen, dimensions, clusters, new KMeansOptions { Metric = metric }).Model;
    using (FileStream file = File.Create(Path.Combine(folder, name + ".onnx")))
    {
        model.ExportOnnx(file);
    }

    int[] labels = new int[points.Length / dimensions];
    model.Predict(points, labels);
    string near = string.Join(',', Enumerable.Range(0, labels.Length).Where(i => NearTie(model, points.AsSpan(i * dimensions, dimensions))));
    File.WriteAllBytes(Path.Combine(folder, name + ".bin"), MemoryMarshal.AsBytes<T>(points).ToArray());
    File.WriteAllText(Path.Combine(folder, name + ".json"), string.Create(CultureInfo.InvariantCulture,
        $"{{\"type\":\"{(typeof(T) == typeof(float) ? "float32" : "float64")}\",\"n\":{labels.Length},\"d\":{dimensions},\"labels\":[{string.Join(',', labels)}],\"nearTies\":[{near}]}}"), Encoding.ASCII);
    Console.WriteLine($"{name}: {labels.Length} points, {near.Split(',', StringSplitOptions.RemoveEmptyEntries).Length} near a tie");
}

static T[] Points<T>(Random random, double[] centers, int count, int dimensions, double offset)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    T[] points = new T[count * dimensions];
    for (int i = 0; i < count; i++)
    {
        int center = random.Next(centers.Length / dimensions) * dimensions;
        for (int p = 0; p < dimensions; p++)
        {
            points[(i * dimensions) + p] = T.CreateChecked(offset + centers[center + p] + random.NextDouble() - 0.5);
        }
    }

    return points;
}

// By the bound for a sum of d + 2 products in any order, on both scores; twice that, to be generous.
static bool NearTie<T>(KMeansModel<T> model, ReadOnlySpan<T> point)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    double[] x = Doubles(point);
    double length = Math.Sqrt(x.Sum(value => value * value));
    double unit = typeof(T) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);
    if (model.Metric == KMeansMetric.Cosine)
    {
        // And what the lengths of the centroids may be off by.
        double[] cosines = [.. Enumerable.Range(0, model.Clusters).Select(j => x.Zip(Doubles(model.Centroid(j)), (a, b) => a * b).Sum() / length)];
        double tolerance = typeof(T) == typeof(float) ? Math.ScaleB(1, -20) : (x.Length + 8) * Math.ScaleB(1, -52);
        return cosines.Count(cosine => cosine >= cosines.Max() - (4 * (x.Length + 3) * unit) - (2 * tolerance)) > 1;
    }

    (double Distance, double Error)[] all = [.. Enumerable.Range(0, model.Clusters).Select(j =>
    {
        double[] c = Doubles(model.Centroid(j));
        double norm = c.Sum(value => value * value);
        return (x.Zip(c, (a, b) => (a - b) * (a - b)).Sum(), 2 * (x.Length + 3) * unit * ((2 * length * Math.Sqrt(norm)) + norm));
    })];
    (double Distance, double Error) nearest = all.MinBy(one => one.Distance);
    return all.Count(one => one.Distance - one.Error <= nearest.Distance + nearest.Error) > 1;
}

static double[] Doubles<T>(ReadOnlySpan<T> values)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    double[] doubles = new double[values.Length];
    for (int i = 0; i < doubles.Length; i++)
    {
        doubles[i] = double.CreateChecked(values[i]);
    }

    return doubles;
}
