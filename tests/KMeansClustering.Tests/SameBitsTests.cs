using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using KMeansClustering.Tests.Support;
using Xunit.Abstractions;

namespace KMeansClustering.Tests;

/// <summary>
/// One hash over labels, centroids, inertia and iterations of many fits. It is the same on any number of threads, and the same as
/// the one that stands here; so whoever runs this test with DOTNET_EnableAVX512=0, DOTNET_EnableAVX2=0 or DOTNET_EnableHWIntrinsic=0, or on
/// another machine, finds that the answer is the same there.
/// </summary>
public sealed class SameBitsTests(ITestOutputHelper output)
{
    private const string Expected = "9ADC425830CF70A966BB97B4E123B04CB1F11291E978ACFEA664683C9E000B8E";
    private const string ExpectedByDirection = "EAB9809F98789FEFE58AB1E1C68F0FEC2562E22B8C0F48B407CE014B8CB6B523";

    private static readonly (int Count, int Dimensions, int Clusters)[] Shapes =
        [(3_000, 2, 7), (2_500, 3, 40), (1_500, 8, 17), (1_200, 16, 64), (800, 33, 15), (600, 100, 70), (300, 300, 16)];

    private static readonly (int Count, int Dimensions, int Clusters)[] ShapesByDirection = [(1_500, 2, 7), (900, 3, 40), (700, 16, 30), (300, 100, 20), (200, 301, 16)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_hash_of_every_fit_is_the_one_that_stands_here(int threads) => Require(Expected, Shapes, KMeansMetric.Euclidean, threads);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_hash_of_every_fit_by_direction_is_the_one_that_stands_here(int threads) => Require(ExpectedByDirection, ShapesByDirection, KMeansMetric.Cosine, threads);

    /// <summary>A run with a switch that has no effect would compare a machine with itself.</summary>
    [Fact]
    public void The_instruction_set_switches_of_this_run_are_in_force()
    {
        output.WriteLine($"Vector512 {Vector512.IsHardwareAccelerated}, Vector256 {Vector256.IsHardwareAccelerated}, Vector128 {Vector128.IsHardwareAccelerated}");
        static bool IsOff(string name) => Environment.GetEnvironmentVariable(name) is "0";
        bool none = IsOff("DOTNET_EnableHWIntrinsic");
        bool no256 = none || IsOff("DOTNET_EnableAVX2");

        (Vector512.IsHardwareAccelerated && (no256 || IsOff("DOTNET_EnableAVX512"))).Should().BeFalse();
        (Vector256.IsHardwareAccelerated && no256).Should().BeFalse();
        (Vector128.IsHardwareAccelerated && none).Should().BeFalse();
    }

    private void Require(string expected, (int Count, int Dimensions, int Clusters)[] shapes, KMeansMetric metric, int threads) =>
        AnswerHash.Require(expected, threads, output, hash =>
        {
            Append<float>(hash, shapes, metric, threads);
            Append<double>(hash, shapes, metric, threads);
        });

    private static void Append<T>(IncrementalHash hash, (int Count, int Dimensions, int Clusters)[] shapes, KMeansMetric metric, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DataKind[] kinds = Enum.GetValues<DataKind>();
        SeedingMethod[] seedings = Enum.GetValues<SeedingMethod>();
        foreach ((int n, int d, int k) in shapes)
        {
            foreach (DataKind kind in kinds)
            {
                T[] points = TestData.Points<T>(kind, n, d);
                points = metric == KMeansMetric.Cosine ? TestData.Directed(points, d) : points;
                T[]? weights = TestData.Weights<T>((WeightKind)(((int)kind + d) % 4), n);
                KMeansOptions options = new()
                {
                    Metric = metric,
                    MaxIterations = 12,
                    Seed = d,
                    Seeding = seedings[((int)kind + n) % seedings.Length],
                    Restarts = k < 20 ? 2 : 1,
                    TrackInertia = d % 2 == 0,
                    MaxDegreeOfParallelism = threads,
                };
                Append(hash, KMeans.Fit<T>(points, d, k, options, weights));
                Append(hash, KMeans.Fit<T>(points, d, points.AsSpan(0, k * d), options, weights));
            }
        }
    }

    private static void Append<T>(IncrementalHash hash, KMeansResult<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        hash.AppendData(MemoryMarshal.AsBytes(result.Labels));
        hash.AppendData(MemoryMarshal.AsBytes(result.Model.Centroids));
        hash.AppendData(MemoryMarshal.AsBytes(result.ClusterWeights));
        hash.AppendData(BitConverter.GetBytes(result.Inertia));
        hash.AppendData([(byte)result.Iterations, (byte)result.StopReason, (byte)result.Relocations, (byte)result.EmptyClusterCount]);
        foreach (KMeansIteration iteration in result.History)
        {
            hash.AppendData(BitConverter.GetBytes(iteration.CentroidShift));
            hash.AppendData(BitConverter.GetBytes((int)iteration.LabelsChanged));
            hash.AppendData(BitConverter.GetBytes(iteration.Inertia ?? -1));
        }
    }
}
