#:project ../../src/KMeansClustering
#:property PublishAot=false

// What check runs, some of it with little memory:
//
//     points make FILE MEGABYTES                          a file of points of 32 values around 20 centers
//     points fit FILE CLUSTERS SEEDING mapped|memory      fits it where it lies, or a copy in memory; prints a hash of the answer
//     points many FILE                                    fits a sparse file of more than 2³¹ values, whose answer is known

using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KMeansClustering;

const int Dimensions = 32;
const int Centers = 20;

switch (args)
{
    case ["make", var file, var megabytes]:
        Make(file, 1_000_000L * int.Parse(megabytes, CultureInfo.InvariantCulture) / (Dimensions * sizeof(float)));
        return 0;
    case ["fit", var file, var clusters, var seeding, "mapped" or "memory"]:
        Fit(file, int.Parse(clusters, CultureInfo.InvariantCulture), Enum.Parse<SeedingMethod>(seeding), args[4] is "memory");
        return 0;
    case ["many", var file]:
        return Many(file);
    default:
        Console.Error.WriteLine("Say what to do: see the head of points.cs.");
        return 1;
}

static void Make(string file, long count)
{
    ulong state = 1;
    float Next()
    {
        state = (state * 6364136223846793005) + 1442695040888963407;
        return (state >> 40) * (1f / (1 << 24));
    }

    float[] centers = [.. Enumerable.Range(0, Centers * Dimensions).Select(_ => 4 * Next())];
    float[] block = new float[8192 * Dimensions];
    using MappedPointsWriter<float> points = MappedPoints.Create<float>(file, Dimensions);
    while (points.Count < count)
    {
        int rows = (int)Math.Min(block.Length / Dimensions, count - points.Count);
        for (int row = 0; row < rows; row++)
        {
            int center = (int)(Next() * Centers);
            for (int p = 0; p < Dimensions; p++)
            {
                block[(row * Dimensions) + p] = centers[(center * Dimensions) + p] + Next() + Next();
            }
        }

        points.Append(block.AsSpan(0, rows * Dimensions));
    }

    points.Complete();
}

static void Fit(string file, int clusters, SeedingMethod seeding, bool inMemory)
{
    using MappedPoints<float> points = MappedPoints.Open<float>(file);
    KMeansOptions options = new() { Seeding = seeding, MaxIterations = 3, Tolerance = 0 };
    Stopwatch time = Stopwatch.StartNew();
    KMeansResult<float> fit;
    if (inMemory)
    {
        float[] copy = new float[points.Count * Dimensions];
        points.Points.FlattenTo(copy);
        fit = KMeans.Fit(new ReadOnlyTensorSpan<float>(copy, [(nint)points.Count, Dimensions]), clusters, options);
    }
    else
    {
        fit = KMeans.Fit(points.Points, clusters, options);
    }

    Console.Error.WriteLine(FormattableString.Invariant(
        $"    {time.Elapsed.TotalSeconds:F1} s; the process may have {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e6:F0} MB, and allocated {GC.GetTotalAllocatedBytes() / 1e6:F0} MB of them as objects"));
    Console.WriteLine(Hash(fit));
}

static string Hash(KMeansResult<float> fit)
{
    using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    hash.AppendData(MemoryMarshal.AsBytes(fit.Labels));
    hash.AppendData(MemoryMarshal.AsBytes(fit.Model.Centroids));
    hash.AppendData(MemoryMarshal.AsBytes(fit.ClusterWeights));
    hash.AppendData(BitConverter.GetBytes(fit.Inertia));
    return Convert.ToHexString(hash.GetHashAndReset());
}

// All points are 0 but the last one and a few in between, which are 8 in their first value: most of the file is a hole.
static int Many(string file)
{
    const int Wide = 1024;
    const int Count = (int)((1L << 31) / Wide) + 1000;
    int[] far = [5, Count / 2, Count - 1000, Count - 1];
    using (FileStream stream = File.Create(file))
    {
        stream.SetLength((long)Count * Wide * sizeof(float));
        foreach (int point in far)
        {
            stream.Position = (long)point * Wide * sizeof(float);
            stream.Write(BitConverter.GetBytes(8f));
        }
    }

    using MappedPoints<float> points = MappedPoints.OpenRaw<float>(file, Wide);
    float[] start = new float[2 * Wide];
    start[Wide] = 7;
    Stopwatch time = Stopwatch.StartNew();
    KMeansResult<float> fit = KMeans.Fit(points.Points, start, new KMeansOptions { Tolerance = 0, Algorithm = KMeansAlgorithm.Lloyd });
    int[] labels = new int[Count];
    fit.Model.Predict(points.Points, labels);
    start[Wide] = 8;
    bool right = fit.Model.Centroids.SequenceEqual(start) && fit.Inertia == 0 && fit.ClusterWeights.SequenceEqual([Count - far.Length, far.Length]) && fit.Labels.SequenceEqual(labels);
    for (int point = 0; point < Count; point++)
    {
        right &= labels[point] == (far.Contains(point) ? 1 : 0);
    }

    Console.WriteLine(FormattableString.Invariant(
        $"{(long)Count * Wide} values, {fit.Iterations} iterations and Predict in {time.Elapsed.TotalSeconds:F1} s: {(right ? "right" : "WRONG")}"));
    return right ? 0 : 1;
}
