namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>The time of an iteration by plain passes over ranks of one thread: C·n·k·d/p + F·k·d + all-reduces.</summary>
/// <param name="PairSeconds">C: a point, a centroid, a dimension.</param>
/// <param name="ValueSeconds">F: what every rank does for each value of the centroids, however few its points are.</param>
/// <param name="Reduce">What an all-reduce takes.</param>
internal sealed record IterationModel(double PairSeconds, double ValueSeconds, ReduceModel Reduce)
{
    // Sums travel in pieces of so many.
    private const double Piece = 1 << 16;

    /// <summary>An iteration of float without weights.</summary>
    /// <param name="n">Points of all ranks.</param>
    /// <param name="d">Dimensions.</param>
    /// <param name="k">Clusters.</param>
    /// <param name="ranks">Processes.</param>
    /// <param name="working">How many of them work at a time: not more than there are cores.</param>
    public double Seconds(double n, double d, double k, int ranks, int working) =>
        ComputeSeconds(n, d, k, working) + SharedSeconds(d, k, ranks);

    /// <summary>The part that more ranks make shorter.</summary>
    public double ComputeSeconds(double n, double d, double k, int working) => PairSeconds * n * k * d / working;

    /// <summary>The part that they do not.</summary>
    public double SharedSeconds(double d, double k, int ranks) => (ValueSeconds * k * d) + ExchangeSeconds(d, k, ranks);

    /// <summary>What it takes to bring the sums together, and to count the labels that changed.</summary>
    public double ExchangeSeconds(double d, double k, int ranks) => Reduce.Seconds(ranks, Math.Ceiling(k * d / Piece) + Math.Ceiling(k / Piece) + 1, Bytes(d, k));

    /// <summary>How many ranks halve the time no more: where both parts are equal.</summary>
    public double MostRanks(double n, double d, double k)
    {
        var (least, most) = (1.0, 1e12);
        while (most / least > 1.001)
        {
            var ranks = Math.Sqrt(least * most);
            var shared = SharedSeconds(d, k, (int)Math.Min(ranks, int.MaxValue));
            (least, most) = PairSeconds * n * k * d / ranks > shared ? (ranks, most) : (least, ranks);
        }

        return least;
    }

    /// <summary>A count and d sums for each cluster, each in two doubles, as float without weights has them.</summary>
    public static double Bytes(double d, double k) => 16 * k * (d + 1);
}
