using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KMeansClustering.Tests.Support;
using Xunit.Abstractions;

namespace KMeansClustering.Tests;

/// <summary>One hash over the trees of many bisecting fits, as <see cref="SameBitsTests"/> has of fits: the same on any number of threads, any instruction set and any machine.</summary>
public sealed class BisectingSameBitsTests(ITestOutputHelper output)
{
    private const string Expected = "2F5FC1118AE35139A54983F50712D93EFB628F514FED547F234A49212F25CCE1";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_hash_of_all_trees_is_the_one_that_stands_here(int threads) =>
        AnswerHash.Require(Expected, threads, output, hash =>
        {
            Append<float>(hash, threads);
            Append<double>(hash, threads);
        });

    private static void Append<T>(IncrementalHash hash, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int n, int d) in new[] { (300, 2), (150, 17), (120, 70) })
        {
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                BisectingKMeansOptions options = new()
                {
                    Split = new() { MaxIterations = 6, Seed = d, Seeding = (SeedingMethod)((int)kind % 3), MaxDegreeOfParallelism = threads },
                    Strategy = (BisectingStrategy)(d % 2),
                };
                T[]? weights = TestData.Weights<T>((WeightKind)(((int)kind + d) % 4), n);
                BisectingKMeansResult<T> result = BisectingKMeans.Fit<T>(TestData.Points<T>(kind, n, d), d, 13, options, weights);
                hash.AppendData(MemoryMarshal.AsBytes(result.Model.Centroids));
                hash.AppendData(MemoryMarshal.AsBytes(result.Tree.Inertias));
                hash.AppendData(MemoryMarshal.AsBytes(result.Labels));
            }
        }
    }
}
