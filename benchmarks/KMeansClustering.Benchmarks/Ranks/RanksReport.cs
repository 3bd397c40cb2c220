using System.Text.Json;
using KMeansClustering.Benchmarks.Scale;

namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>What <see cref="RanksCommand"/> measured.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Reductions">All-reduces, for each library and number of ranks.</param>
/// <param name="Fits">Fits over ranks.</param>
/// <param name="Traffic">Fits whose ranks talked by TCP, so that the kernel counted the bytes.</param>
internal sealed record RanksReport(Machine Machine, IReadOnlyList<MeasuredReductions> Reductions, IReadOnlyList<MeasuredFit> Fits, IReadOnlyList<MeasuredFit> Traffic)
{
    /// <summary>How a rank prints what it has measured.</summary>
    public static JsonSerializerOptions Line { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
}

/// <summary>All-reduces of one job.</summary>
/// <param name="Library">The MPI library.</param>
/// <param name="Ranks">Processes.</param>
/// <param name="Sums">By length, ascending.</param>
internal sealed record MeasuredReductions(string Library, int Ranks, IReadOnlyList<MeasuredReduction> Sums);

/// <summary>An all-reduce of one length.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Repeats">How many were timed.</param>
/// <param name="MedianMs">One of them, in milliseconds.</param>
internal sealed record MeasuredReduction(int Bytes, int Repeats, double MedianMs);

/// <summary>A fit over ranks.</summary>
/// <param name="Library">The MPI library; "none" for one process without.</param>
/// <param name="Ranks">Processes.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="File">The points' file, of which these are the first.</param>
/// <param name="Seeding">How it started.</param>
/// <param name="Algorithm">As asked for.</param>
/// <param name="N">Points of all ranks.</param>
/// <param name="D">Dimensions.</param>
/// <param name="K">Clusters.</param>
/// <param name="Iterations">Iterations.</param>
/// <param name="Inertia">Inertia.</param>
/// <param name="Hash">Of the centroids' bits.</param>
/// <param name="Ms">Whole fits.</param>
/// <param name="SeedingMs">Until the centroids were chosen.</param>
/// <param name="IterationMs">An iteration, on average.</param>
/// <param name="WaitMs">How much of it each rank was within exchanges, on average: waiting for the slowest, mostly.</param>
/// <param name="SeedingExchanges">Operations of the seeding.</param>
/// <param name="SeedingBytes">Bytes that these were called with, on a rank.</param>
/// <param name="IterationExchanges">The same of an iteration.</param>
/// <param name="IterationBytes">The same of an iteration.</param>
/// <param name="IterationSentBytes">What all ranks together sent in an iteration, as the kernel counts; only where they talk by TCP.</param>
internal sealed record MeasuredFit(
    string Library,
    int Ranks,
    int Threads,
    string File,
    string Seeding,
    string Algorithm,
    int N,
    int D,
    int K,
    int Iterations,
    double Inertia,
    string Hash,
    IReadOnlyList<double> Ms,
    double SeedingMs,
    double IterationMs,
    IReadOnlyList<double> WaitMs,
    long SeedingExchanges,
    long SeedingBytes,
    double IterationExchanges,
    double IterationBytes,
    double IterationSentBytes);
