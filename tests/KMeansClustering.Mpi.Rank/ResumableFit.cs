using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Mpi.Rank;

/// <summary>A fit with checkpoints, to be killed and started again; it says where it stands.</summary>
public static class ResumableFit
{
    private const int Count = 3_000;
    private const int Dimensions = 3;
    private const int Clusters = 12;

    /// <summary>What a fit of one process, without checkpoints, ends with.</summary>
    public static (string Hash, int Iterations) Whole(Type type) => type == typeof(float) ? Whole<float>() : Whole<double>();

    /// <summary>What this run ends with, on any number of ranks.</summary>
    /// <param name="mpi">The ranks.</param>
    /// <param name="type">Of the values.</param>
    /// <param name="folder">Of the checkpoints.</param>
    /// <param name="said">Is told by rank 0 where the fit stands, and may stay there.</param>
    public static string Run(MpiSession mpi, Type type, string folder, Action<string> said) =>
        type == typeof(float) ? Run<float>(mpi, folder, said) : Run<double>(mpi, folder, said);

    private static (string Hash, int Iterations) Whole<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var fit = KMeans.Fit<T>(Fits.Points<T>(Count, Dimensions), Dimensions, Clusters, Options<T>(), Weights<T>());
        return (Hash(fit, fit.Iterations, fit.Labels), fit.Iterations);
    }

    private static string Run<T>(MpiSession mpi, string folder, Action<string> said)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Of three ranks and more the second has no points.
        var (first, end) = Fits.Share(mpi.Rank, mpi.Size, Count, Cut.Unequal);
        var points = Fits.Points<T>(Count, Dimensions)[(first * Dimensions)..(end * Dimensions)];
        var weights = Weights<T>()?[first..end];
        CheckpointedFit<T>? checkpoint = null;
        var teller = new Listener<KMeansProgress>(report => said(
            report.Iteration == 0 ? $"seeded {report.CentroidsSeeded}"
            : report.StopReason is null ? $"iteration {checkpoint!.Done + report.Iteration}"
            : "last iteration"));
        checkpoint = new CheckpointedFit<T>(folder, mpi.Collective, mpi.Rank == 0 ? teller : null);
        var fit = checkpoint.Run(Options<T>(), (start, rest, progress) =>
        {
            said($"goes on after {checkpoint.Done}");
            return start is null
                ? mpi.Fit<T>(points, Dimensions, Clusters, rest, weights, progress)
                : mpi.Fit<T>(points, Dimensions, start, rest, weights, progress);
        });

        var labels = new double[Count];
        for (var i = first; i < end; i++)
        {
            labels[i] = fit.Labels[i - first];
        }

        mpi.Collective.Sum(labels);
        return Hash(fit, checkpoint.Done + fit.Iterations, Array.ConvertAll(labels, label => (int)label));
    }

    // Floats have directions, doubles have weights.
    private static KMeansOptions Options<T>() => new()
    {
        Metric = typeof(T) == typeof(float) ? KMeansMetric.Cosine : KMeansMetric.Euclidean,
        Seeding = SeedingMethod.KMeansParallel,
        Tolerance = 0,
        MaxDegreeOfParallelism = 1,
    };

    private static T[]? Weights<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float) ? null : [.. Enumerable.Range(0, Count).Select(i => T.CreateChecked(i % 4))];

    private static string Hash<T>(KMeansResult<T> fit, int iterations, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Convert.ToHexString(SHA256.HashData(
        [
            .. MemoryMarshal.AsBytes(labels), .. MemoryMarshal.AsBytes(fit.Model.Centroids), .. MemoryMarshal.AsBytes(fit.ClusterWeights),
            .. MemoryMarshal.AsBytes<double>([fit.Inertia, iterations, (int)fit.StopReason, fit.EmptyClusterCount]),
        ]));
}
