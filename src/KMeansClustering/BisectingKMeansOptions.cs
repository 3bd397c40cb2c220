namespace KMeansClustering;

/// <summary>What <see cref="BisectingKMeans"/> may be told. Every property has a default that suits most data; a fit refuses a value outside the stated range.</summary>
/// <example><code>var options = new BisectingKMeansOptions { Split = new KMeansOptions { Restarts = 5, Seed = 42 } };</code></example>
public sealed record BisectingKMeansOptions
{
    /// <summary>Which cluster is split next. Default: <see cref="BisectingStrategy.LargestInertia"/>.</summary>
    public BisectingStrategy Strategy { get; init; } = BisectingStrategy.LargestInertia;

    /// <summary>
    /// How a cluster is split in two: the options of a fit of two clusters to its points. The s-th split (from 0) has the seed <see cref="KMeansOptions.Seed"/> + s. Not null; default: those of
    /// <see cref="KMeansOptions"/>. Its <see cref="KMeansOptions.Metric"/> is that of the tree. <see cref="KMeansOptions.TrackInertia"/> changes nothing here.
    /// </summary>
    public KMeansOptions Split { get; init; } = new();
}

/// <summary>Which cluster <see cref="BisectingKMeans"/> splits next. Of equal ones it is the node of the lowest number.</summary>
public enum BisectingStrategy
{
    /// <summary>The one of the largest inertia, Σ w·‖x − c‖² (Σ w·(1 − cos) for <see cref="KMeansMetric.Cosine"/>): where a split can save most.</summary>
    LargestInertia,

    /// <summary>The one of the largest weight (most points, where there are no weights): clusters of similar sizes.</summary>
    LargestCluster,
}
