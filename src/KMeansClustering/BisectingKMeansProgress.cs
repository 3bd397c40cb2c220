namespace KMeansClustering;

/// <summary>Where a <see cref="BisectingKMeans"/> fit stands; reported after each split.</summary>
public sealed record BisectingKMeansProgress
{
    /// <summary>How many clusters there are by now, from 2.</summary>
    public required int Clusters { get; init; }

    /// <summary>The inertia of these clusters.</summary>
    public required double Inertia { get; init; }
}
