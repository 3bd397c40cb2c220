using KMeansClustering.Benchmarks.Scale;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>What <see cref="GrowthCommand"/> measured: the machine, and series in each of which one number grows.</summary>
internal sealed record GrowthReport(Machine Machine, IReadOnlyList<GrowthSeries> Series);

/// <summary>Points along one axis.</summary>
/// <param name="Axis">What grows: n, k or d.</param>
/// <param name="Points">In ascending order.</param>
internal sealed record GrowthSeries(string Axis, IReadOnlyList<GrowthPoint> Points);

/// <summary>Fits of one size.</summary>
/// <param name="N">Points.</param>
/// <param name="D">Dimensions.</param>
/// <param name="K">Clusters.</param>
/// <param name="Iterations">Iterations, the same for both.</param>
/// <param name="Auto">By <see cref="KMeansAlgorithm.Auto"/>.</param>
/// <param name="Lloyd">By <see cref="KMeansAlgorithm.Lloyd"/>.</param>
internal sealed record GrowthPoint(int N, int D, int K, int Iterations, GrowthFit Auto, GrowthFit Lloyd)
{
    /// <summary>Where it stands on an axis.</summary>
    public int Along(string axis) => axis switch
    {
        "n" => N,
        "k" => K,
        _ => D,
    };
}

/// <summary>Fits by one algorithm.</summary>
/// <param name="Algorithm">What ran.</param>
/// <param name="Fits">Fits timed.</param>
/// <param name="MedianMs">A fit, in milliseconds.</param>
/// <param name="SeedingMs">The part of it that chose the starting centroids.</param>
internal sealed record GrowthFit(string Algorithm, int Fits, double MedianMs, double SeedingMs);
