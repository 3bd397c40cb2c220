namespace KMeansClustering;

/// <summary>What a fit may be told. Every property has a default that suits most data; a fit refuses a value outside the stated range.</summary>
/// <example><code>var options = new KMeansOptions { Restarts = 10, Seed = 42 };</code></example>
public sealed record KMeansOptions
{
    /// <summary>How the starting centroids are chosen. Default: <see cref="SeedingMethod.KMeansPlusPlus"/>. Ignored where starting centroids are given.</summary>
    public SeedingMethod Seeding { get; init; } = SeedingMethod.KMeansPlusPlus;

    /// <summary>How points are compared: by distance, or by direction. Default: <see cref="KMeansMetric.Euclidean"/>.</summary>
    public KMeansMetric Metric { get; init; } = KMeansMetric.Euclidean;

    /// <summary>How many fits are run from different seeds; the one with the lowest inertia is the result, the lowest restart winning a tie. At least 1; default 1. With given starting centroids every fit would be the same, so one is run.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>The most iterations (assign, then recalculate) of one fit. At least 1; default 300.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>
    /// The fit stops when the centroids' squared movements sum to at most this times the mean variance of the coordinates
    /// (scikit-learn's rule). At least 0, finite; default 1e-4. With 0 it stops only when no label changes.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>The seed of every random draw. Any value; default 0. Equal seeds give equal results, on every machine.</summary>
    public int Seed { get; init; }

    /// <summary>The algorithm. All give the same result, bit for bit; they differ in speed and memory. Default: <see cref="KMeansAlgorithm.Auto"/>.</summary>
    public KMeansAlgorithm Algorithm { get; init; } = KMeansAlgorithm.Auto;

    /// <summary>What becomes of a cluster that no point is nearest to. Default: <see cref="EmptyClusterPolicy.Relocate"/>.</summary>
    public EmptyClusterPolicy EmptyClusters { get; init; } = EmptyClusterPolicy.Relocate;

    /// <summary>The most threads used at once, as in <see cref="ParallelOptions.MaxDegreeOfParallelism"/>: −1 (the default) for all processors, 1 for the calling thread only; not 0 and not below −1. It never changes the result.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <summary>Whether each iteration's inertia is computed too, for <see cref="KMeansResult{T}.History"/> and progress. Default false: it costs every point's exact distance, which a fit otherwise avoids.</summary>
    public bool TrackInertia { get; init; }
}

/// <summary>How the starting centroids are chosen. Every method picks points of the data.</summary>
public enum SeedingMethod
{
    /// <summary>
    /// Greedy k-means++ (Arthur and Vassilvitskii 2007): each next centroid is drawn with a chance proportional to the weighted
    /// squared distance from those already chosen, 2 + ⌊ln k⌋ times, and the draw that lowers the inertia most is kept.
    /// </summary>
    KMeansPlusPlus,

    /// <summary>k different points, drawn uniformly (with weights: with a chance proportional to the weight).</summary>
    Random,

    /// <summary>
    /// k-means‖ (Bahmani et al. 2012): a few rounds that each draw about 2k candidates at once, which are then weighted by the points
    /// nearest to them and reduced to k by greedy k-means++. For many clusters on large data.
    /// </summary>
    KMeansParallel,
}

/// <summary>How points are compared.</summary>
public enum KMeansMetric
{
    /// <summary>By their squared distance, ‖x − c‖².</summary>
    Euclidean,

    /// <summary>
    /// By their direction, 1 − cos of the angle between x and c: spherical k-means (Dhillon and Modha 2001), for embeddings and counts of words. It is k-means on the points divided by their lengths,
    /// whose means are divided by theirs. A point of zeros has no direction and is refused. Unless all points have length 1 already (its square within 2⁻²⁰ of 1 for <see cref="float"/>, (d + 8)·2⁻⁵² for
    /// <see cref="double"/>), a normalised copy of them is made, n × d values, as long as they are used.
    /// </summary>
    Cosine,
}

/// <summary>How the nearest centroids are found. The result is the same, bit for bit, with each.</summary>
public enum KMeansAlgorithm
{
    /// <summary>
    /// Chosen from the shape of the data, from how much each filter is seen to skip, and from whether there is memory for it; it may change between iterations.
    /// <see cref="KMeansResult{T}.Algorithm"/> and <see cref="KMeansIteration.Algorithm"/> say what was chosen.
    /// </summary>
    Auto,

    /// <summary>Lloyd's algorithm (Lloyd 1982) in its plain form: every point is compared with every centroid in every iteration.</summary>
    Lloyd,

    /// <summary>One lower bound a point (Hamerly 2010): points that provably keep their centroid are not looked at.</summary>
    Hamerly,

    /// <summary>A lower bound for each point and group of centroids (Yinyang, Ding et al. 2015): a point looks only at the groups that may hold its centroid.</summary>
    Yinyang,

    /// <summary>
    /// For many dimensions: each point is reduced to a short sketch, its coordinates in the data's principal directions and the length of the rest. Distances of sketches
    /// are lower bounds; they are combined with the bounds of <see cref="Yinyang"/>, and most points are never read again.
    /// </summary>
    Sketch,

    /// <summary>
    /// For few dimensions: a tree over the points, whose nodes are given to a centroid whole where no other can win (Pelleg and Moore 1999; Kanungo et al. 2002).
    /// </summary>
    KdTree,
}

/// <summary>What becomes of a cluster that has no point (or only points of weight 0).</summary>
public enum EmptyClusterPolicy
{
    /// <summary>It takes over the point that lies farthest (in weight × squared distance) from its own centroid, if any lies apart from it.</summary>
    Relocate,

    /// <summary>It stays empty, its centroid where it was.</summary>
    Keep,
}
