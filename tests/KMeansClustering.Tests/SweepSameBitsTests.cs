using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KMeansClustering.Tests.Support;
using Xunit.Abstractions;

namespace KMeansClustering.Tests;

/// <summary>One hash over all figures of many sweeps, as <see cref="SameBitsTests"/> has of fits: the same on any number of threads, any instruction set and any machine.</summary>
public sealed class SweepSameBitsTests(ITestOutputHelper output)
{
    private const string Expected = "904F0DB00DE3B9C01B7C6AE99F468E61474A6ABF049B5F3C5D7129CA8966C393";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_hash_of_all_figures_is_the_one_that_stands_here(int threads) =>
        AnswerHash.Require(Expected, threads, output, hash =>
        {
            Append<float>(hash, threads);
            Append<double>(hash, threads);
        });

    private static void Append<T>(IncrementalHash hash, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int n, int d) in new[] { (300, 2), (150, 5), (120, 17), (80, 130) })
        {
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                KMeansSweepOptions options = new()
                {
                    Fit = new() { MaxIterations = 6, Seed = d, Seeding = (SeedingMethod)((int)kind % 3), MaxDegreeOfParallelism = threads },
                    Criteria = SweepCriteria.All,
                    ReferenceSets = 2,
                };
                KMeansSweep<T> sweep = KMeans.Sweep<T>(TestData.Points<T>(kind, n, d), d, [1, 2, 4, 9, 30], options, TestData.Weights<T>((WeightKind)(((int)kind + d) % 4), n));
                foreach (KMeansSweepRow<T> row in sweep.Rows)
                {
                    hash.AppendData(MemoryMarshal.AsBytes(row.Model.Centroids));
                    foreach (double? figure in new[] { row.Inertia, row.Iterations, row.Silhouette, row.SimplifiedSilhouette, row.DaviesBouldin, row.CalinskiHarabasz, row.Bic, row.Gap, row.GapError })
                    {
                        hash.AppendData(BitConverter.GetBytes(figure ?? -7));
                    }
                }
            }
        }
    }
}
