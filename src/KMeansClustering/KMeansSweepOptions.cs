namespace KMeansClustering;

/// <summary>What a sweep over numbers of clusters may be told. Every property has a default that suits most data; a sweep refuses a value outside the stated range.</summary>
/// <example><code>var options = new KMeansSweepOptions { Fit = new() { Restarts = 5 }, Criteria = SweepCriteria.Default | SweepCriteria.Gap };</code></example>
public sealed record KMeansSweepOptions
{
    /// <summary>How each number of clusters is fitted: seeding, restarts, stopping, threads. Not null; default: <see cref="KMeansOptions"/>' own defaults.</summary>
    public KMeansOptions Fit { get; init; } = new();

    /// <summary>What is computed for each number of clusters, beside its inertia. Default: <see cref="SweepCriteria.Default"/>.</summary>
    public SweepCriteria Criteria { get; init; } = SweepCriteria.Default;

    /// <summary>How many sets of random points the gap statistic compares the data with, B. At least 1; default 10. Each is fitted as the data are, for all numbers of clusters.</summary>
    public int ReferenceSets { get; init; } = 10;
}

/// <summary>What a sweep may compute for each number of clusters, beside its inertia. <c>docs/choosing-k.md</c> says what each is good for, and where it misleads.</summary>
[Flags]
public enum SweepCriteria
{
    /// <summary>Nothing but inertias.</summary>
    None = 0,

    /// <summary><see cref="ClusteringMetrics.SimplifiedSilhouette"/>: time O(n·k·d), about that of one iteration.</summary>
    SimplifiedSilhouette = 1,

    /// <summary><see cref="ClusteringMetrics.DaviesBouldin"/>: time O(n·d).</summary>
    DaviesBouldin = 2,

    /// <summary><see cref="ClusteringMetrics.CalinskiHarabasz"/>: time O(n·d).</summary>
    CalinskiHarabasz = 4,

    /// <summary><see cref="ClusteringMetrics.Bic"/>: time O(n·d).</summary>
    Bic = 8,

    /// <summary>
    /// <see cref="ClusteringMetrics.Silhouette"/>, exact: time O(n²·d) for all numbers of clusters together, which for more than some ten thousand points is much more than the fits take; memory for all labels of all fits.
    /// </summary>
    Silhouette = 16,

    /// <summary>
    /// The gap statistic and its error: time of <see cref="KMeansSweepOptions.ReferenceSets"/> sweeps more, memory for one set of n points at a time.
    /// </summary>
    Gap = 32,

    /// <summary>What costs little beside the fits: all but <see cref="Silhouette"/> and <see cref="Gap"/>.</summary>
    Default = SimplifiedSilhouette | DaviesBouldin | CalinskiHarabasz | Bic,

    /// <summary>Everything.</summary>
    All = Default | Silhouette | Gap,
}
