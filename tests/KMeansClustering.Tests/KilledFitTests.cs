using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The class of docs/checkpoint.md in a process of its own, killed and started again: it ends in the bits of a fit that ran through.</summary>
public sealed class KilledFitTests(CheckpointProgram program) : IClassFixture<CheckpointProgram>, IDisposable
{
    private const int Dimensions = 2;
    private const int Clusters = 20;

    private static readonly float[] Points = TestData.Points<float>(DataKind.Uniform, 20_000, Dimensions);

    private readonly string _checkpoints = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_checkpoints, recursive: true);

    [Theory]
    [InlineData(0, 300, StopReason.LabelsUnchanged)]
    [InlineData(1e-4, 300, StopReason.CentroidsSettled)]
    [InlineData(0, 12, StopReason.MaxIterations)]
    public void A_fit_that_is_killed_and_resumed_ends_in_the_same_bits(double tolerance, int maxIterations, StopReason reason)
    {
        int seed = Random.Shared.Next();
        string what = $"seed {seed}";
        Random random = new(seed);
        KMeansOptions options = new() { Tolerance = tolerance, MaxIterations = maxIterations, Seed = seed };
        KMeansResult<float> whole = KMeans.Fit(Points, Dimensions, Clusters, options);
        string expected = Hash(whole);
        Same.Value(reason, whole.StopReason, what);
        string? Run(string? killAt, int? spins = null) => program.Run(_checkpoints, Points, Dimensions, Clusters, options, killAt, spins);

        Same.Value(null, Run($"seeded {random.Next(1, Clusters + 1)}"), $"{what}, killed while it chose centroids");
        Same.Value(0, Directory.GetFiles(_checkpoints, "*.npy").Length, $"{what}, models saved");

        // At any moment: between iterations, in one, or while a model is saved. A slow test may come too late.
        string? ended = Run($"iteration {random.Next(1, whole.Iterations - 4)}", random.Next(100_000));
        Same.Value(ended is null ? null : expected, ended, $"{what}, killed in an iteration");
        ended = Run($"iteration {random.Next(1, 5)}");
        Same.Value(ended is null ? null : expected, ended, $"{what}, killed after one of the next iterations");
        Same.Value(null, Run("last iteration"), $"{what}, killed before it could say what it found");

        Same.Value(expected, Run(null), what);
    }

    private static string Hash(KMeansResult<float> fit) => Convert.ToHexString(SHA256.HashData(
    [
        .. MemoryMarshal.AsBytes(fit.Labels), .. MemoryMarshal.AsBytes(fit.Model.Centroids),
        .. BitConverter.GetBytes(fit.Inertia), .. BitConverter.GetBytes(fit.Iterations), .. BitConverter.GetBytes((int)fit.StopReason),
    ]));
}
