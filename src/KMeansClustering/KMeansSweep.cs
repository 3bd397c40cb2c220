using System.Numerics;
using KMeansClustering.Sweeping;

namespace KMeansClustering;

/// <summary>
/// What a sweep over numbers of clusters found: a row for each, and the number that each criterion suggests. They often disagree, and each has data on which it misleads: <c>docs/choosing-k.md</c>. <see cref="ToString"/> gives a table.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class KMeansSweep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KMeansSweepRow<T>[] _rows;

    internal KMeansSweep(KMeansSweepRow<T>[] rows)
    {
        _rows = rows;
        Rows = Array.AsReadOnly(rows);
    }

    /// <summary>One row for each number of clusters, ascending.</summary>
    public IReadOnlyList<KMeansSweepRow<T>> Rows { get; }

    /// <summary>The row with the greatest silhouette, exact where that was asked for, else simplified; null where no row has one.</summary>
    public KMeansSweepRow<T>? BySilhouette => Greatest(row => row.Silhouette) ?? Greatest(row => row.SimplifiedSilhouette);

    /// <summary>The row with the least Davies–Bouldin index; null where no row has one.</summary>
    public KMeansSweepRow<T>? ByDaviesBouldin => Greatest(row => -row.DaviesBouldin);

    /// <summary>The row with the greatest Caliński–Harabasz index; null where no row has one.</summary>
    public KMeansSweepRow<T>? ByCalinskiHarabasz => Greatest(row => row.CalinskiHarabasz);

    /// <summary>The row with the greatest Bayesian information criterion; null where no row has one.</summary>
    public KMeansSweepRow<T>? ByBic => Greatest(row => row.Bic);

    /// <summary>
    /// The first row whose gap is not below the next row's gap less that row's error, as Tibshirani, Walther and Hastie choose (2001); null where there is none (the gap still rises: sweep further) or no gap was asked for.
    /// Let the sweep begin with one cluster: this is the one criterion that may say there is only one.
    /// </summary>
    public KMeansSweepRow<T>? ByGap => At(Suggestion.Gap(Array.ConvertAll(_rows, row => row.Gap), Array.ConvertAll(_rows, row => row.GapError)));

    /// <summary>
    /// The knee of the inertias: the row farthest below the straight line from the first row to the last, both axes scaled to the same length (the rule of Kneedle, Satopää, Albrecht, Irwin and Raghavan 2011, without its
    /// smoothing). It depends on where the sweep begins and ends. Null for fewer than three rows, or where none is below the line.
    /// </summary>
    public KMeansSweepRow<T>? ByKnee => At(Suggestion.Knee(Array.ConvertAll(_rows, row => row.Clusters), Array.ConvertAll(_rows, row => row.Inertia)));

    /// <summary>A table of the rows, for people: columns for what was computed, and a star where a column suggests its row.</summary>
    public override string ToString()
    {
        var table = new SweepTable();
        table.Add("k", _rows, row => row.Clusters, "0");
        table.Add("inertia", _rows, row => row.Inertia, "G6", ByKnee);
        table.Add("silhouette", _rows, row => row.Silhouette, "F4", Greatest(row => row.Silhouette));
        table.Add("simplified", _rows, row => row.SimplifiedSilhouette, "F4", Greatest(row => row.SimplifiedSilhouette));
        table.Add("Davies–Bouldin", _rows, row => row.DaviesBouldin, "F4", ByDaviesBouldin);
        table.Add("Caliński–Harabasz", _rows, row => row.CalinskiHarabasz, "G6", ByCalinskiHarabasz);
        table.Add("BIC", _rows, row => row.Bic, "G7", ByBic);
        table.Add("gap", _rows, row => row.Gap, "F4", ByGap);
        table.Add("± s", _rows, row => row.GapError, "F4");
        return table.ToString();
    }

    private KMeansSweepRow<T>? Greatest(Converter<KMeansSweepRow<T>, double?> value) => At(Suggestion.Greatest(Array.ConvertAll(_rows, value)));

    private KMeansSweepRow<T>? At(int index) => index < 0 ? null : _rows[index];
}

/// <summary>
/// One number of clusters in a sweep: what <see cref="KMeans"/>' <c>Fit</c> gives for it, bit for bit, and the figures that <see cref="ClusteringMetrics"/> gives for its labels. A figure is null where it was not asked for, and where it is not
/// defined: the silhouettes, Davies–Bouldin and Caliński–Harabasz for one cluster, and all of them where each point is a cluster of its own. The labels are not kept; <c>Model.Predict(points, labels)</c> gives them. With <see cref="KMeansMetric.Cosine"/>
/// figures are of the points at length 1, as the fit has them.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class KMeansSweepRow<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal KMeansSweepRow()
    {
    }

    /// <summary>The number of clusters, k.</summary>
    public required int Clusters { get; init; }

    /// <summary>The centroids, and what can be asked of them.</summary>
    public required KMeansModel<T> Model { get; init; }

    /// <summary>As <see cref="KMeansResult{T}.Inertia"/>.</summary>
    public required double Inertia { get; init; }

    /// <summary>As <see cref="KMeansResult{T}.Iterations"/>.</summary>
    public required int Iterations { get; init; }

    /// <summary>As <see cref="KMeansResult{T}.StopReason"/>.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>As <see cref="KMeansResult{T}.EmptyClusterCount"/>: figures are of the clusters that are not empty.</summary>
    public required int EmptyClusterCount { get; init; }

    /// <summary><see cref="ClusteringMetrics.Silhouette"/>: from −1 to 1, higher is better.</summary>
    public double? Silhouette { get; internal set; }

    /// <summary><see cref="ClusteringMetrics.SimplifiedSilhouette"/>: from 0 to 1, higher is better.</summary>
    public double? SimplifiedSilhouette { get; init; }

    /// <summary><see cref="ClusteringMetrics.DaviesBouldin"/>: 0 or more, lower is better.</summary>
    public double? DaviesBouldin { get; init; }

    /// <summary><see cref="ClusteringMetrics.CalinskiHarabasz"/>: 0 or more, higher is better. With weights also null where they do not sum to more than the number of clusters.</summary>
    public double? CalinskiHarabasz { get; init; }

    /// <summary><see cref="ClusteringMetrics.Bic"/>: higher is better; defined for one cluster too. With weights also null where they do not sum to more than the number of clusters.</summary>
    public double? Bic { get; init; }

    /// <summary>
    /// The gap statistic: the mean logarithm of the inertias of points without clusters, less that of this inertia. Higher is better; defined for one cluster too. Infinite for an inertia of 0; null where random points have none
    /// either, as where all points are at one place.
    /// </summary>
    public double? Gap { get; internal set; }

    /// <summary>The error of <see cref="Gap"/>, s: the standard deviation of those logarithms times √(1 + 1/B), for B sets of points.</summary>
    public double? GapError { get; internal set; }
}
