using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KMeansClustering.Tests.Support;
using Xunit.Abstractions;

namespace KMeansClustering.Tests;

/// <summary>One hash over mini-batch fits and streams, as <see cref="SameBitsTests"/> has of fits: the same on any number of threads, any instruction set and any machine.</summary>
public sealed class MiniBatchSameBitsTests(ITestOutputHelper output)
{
    private const string Expected = "0BA02A7732F31DAD3AF995A5F8E49ECDD6E3D661BEEC319C077C803CE379BBB8";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_hash_of_every_fit_and_stream_is_the_one_that_stands_here(int threads) =>
        AnswerHash.Require(Expected, threads, output, hash =>
        {
            Append<float>(hash, threads);
            Append<double>(hash, threads);
        });

    private static void Append<T>(IncrementalHash hash, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SeedingMethod[] seedings = Enum.GetValues<SeedingMethod>();
        foreach ((int n, int d, int k) in new[] { (1_500, 2, 7), (1_200, 3, 40), (800, 8, 17), (700, 16, 64), (500, 33, 15), (500, 100, 70), (200, 300, 16) })
        {
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                T[] points = TestData.Points<T>(kind, n, d);
                T[]? weights = TestData.Weights<T>((WeightKind)(((int)kind + d) % 4), n);
                using MiniBatchKMeans<T> batches = new(d, k, new MiniBatchKMeansOptions
                {
                    BatchSize = n / 5,
                    MaxEpochs = 4,
                    Tolerance = d % 2 == 0 ? 1e-4 : 0,
                    Seeding = seedings[((int)kind + n) % seedings.Length],
                    Seed = d,
                    MaxDegreeOfParallelism = threads,
                });
                batches.Fit(points, weights);
                Append(hash, batches);

                // A stream that goes on where the fit ended.
                for (int from = 0; from < n; from += n / 7)
                {
                    int size = Math.Min(n / 7, n - from);
                    batches.PartialFit(points.AsSpan(from * d, size * d), weights is null ? default : weights.AsSpan(from, size));
                }

                Append(hash, batches);
            }
        }
    }

    private static void Append<T>(IncrementalHash hash, MiniBatchKMeans<T> batches)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        hash.AppendData(MemoryMarshal.AsBytes(batches.ToModel().Centroids));
        hash.AppendData(MemoryMarshal.AsBytes(batches.ClusterWeights));
        hash.AppendData(BitConverter.GetBytes(batches.BatchInertia!.Value));
        hash.AppendData(BitConverter.GetBytes(batches.SmoothedInertia ?? -1));
        hash.AppendData([(byte)batches.Batches, (byte)batches.StopReason!.Value, (byte)batches.Reassignments]);
    }
}
