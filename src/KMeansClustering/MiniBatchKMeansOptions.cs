namespace KMeansClustering;

/// <summary>What <see cref="MiniBatchKMeans{T}"/> may be told. Every property has a default, scikit-learn's where it has one; a value outside the stated range is refused when the object is made.</summary>
/// <example><code>var options = new MiniBatchKMeansOptions { BatchSize = 4096, Seed = 42 };</code></example>
public sealed record MiniBatchKMeansOptions
{
    /// <summary>How many points <see cref="MiniBatchKMeans{T}.Fit(ReadOnlySpan{T}, ReadOnlySpan{T}, IProgress{MiniBatchKMeansProgress}, CancellationToken)"/> draws for a batch (all of them, where there are fewer). At least 1; default 1024. The batches of a stream are as large as they come.</summary>
    public int BatchSize { get; init; } = 1024;

    /// <summary>A fit ends when it has drawn as many points as the data set has, this many times over. At least 1; default 100.</summary>
    public int MaxEpochs { get; init; } = 100;

    /// <summary>
    /// A fit ends when one batch moves the centroids so little that their squared movements sum to at most this times the mean variance of the coordinates.
    /// At least 0, finite; default 0: it does not end so.
    /// </summary>
    public double Tolerance { get; init; }

    /// <summary>A fit ends when the batches' smoothed inertia has not reached a new low for this many batches. At least 1; default 10; null for a fit that does not end so.</summary>
    public int? MaxNoImprovement { get; init; } = 10;

    /// <summary>
    /// How many points the starting centroids are chosen from, at least the number of clusters. Default null: for a fit, and for a stream whose first batch is larger, 3 × <see cref="BatchSize"/>
    /// (3 × the number of clusters, where that is less than they are). A stream begins as soon as it has brought this many points, or, with null, as many as there are clusters.
    /// </summary>
    public int? InitSize { get; init; }

    /// <summary>How many times starting centroids are chosen, each time from other points where there are more than <see cref="InitSize"/>; those with the lowest inertia on a sample of the same size are taken. At least 1; default 3.</summary>
    public int InitialTries { get; init; } = 3;

    /// <summary>How the starting centroids are chosen. Default: <see cref="SeedingMethod.KMeansPlusPlus"/>.</summary>
    public SeedingMethod Seeding { get; init; } = SeedingMethod.KMeansPlusPlus;

    /// <summary>A centroid whose weight is below this times the largest is starved, and is moved to a point of the batch now and then. From 0 (no centroid is ever moved so) to 1; default 0.01.</summary>
    public double ReassignmentRatio { get; init; } = 0.01;

    /// <summary>The seed of every random draw. Any value; default 0. Equal seeds give equal results, on every machine.</summary>
    public int Seed { get; init; }

    /// <summary>The most threads used at once, as in <see cref="ParallelOptions.MaxDegreeOfParallelism"/>: −1 (the default) for all processors, 1 for the calling thread only; not 0 and not below −1. It never changes the result.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;
}
