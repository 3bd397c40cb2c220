namespace KMeansClustering;

/// <summary>Where a sweep over numbers of clusters stands; reported with each report of the fit that runs, and once more after each fit.</summary>
public sealed record KMeansSweepProgress
{
    /// <summary>How many clusters the fit has that runs.</summary>
    public required int Clusters { get; init; }

    /// <summary>0 for fits of the data; for the gap statistic, which of the sets of random points, from 1.</summary>
    public required int ReferenceSet { get; init; }

    /// <summary>
    /// The last report of that fit. Seeding serves several numbers of clusters at once, so more centroids than <see cref="Clusters"/> may be reported as seeded. In the report that follows a fit it is that of the last iteration once
    /// more, without a model to copy.
    /// </summary>
    public required KMeansProgress Fit { get; init; }

    /// <summary>The share of all fits that are done, each counted by its number of clusters: from 0 to 1.</summary>
    public required double Share { get; init; }
}
