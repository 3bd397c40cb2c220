namespace KMeansClustering.MiniBatch;

/// <summary>
/// Which centroids are starved, so that they are put on points of the batch (scikit-learn's rule): those whose weight is below a ratio of the largest. It is asked for after each batch, and says so when a
/// centroid has no weight at all, or 10·k rows have passed since it last did.
/// </summary>
/// <param name="ratio">Of the largest weight; 0 for never.</param>
internal sealed class Reassignment(double ratio)
{
    private const int RowsPerCluster = 10;

    private long _rowsSince;

    /// <summary>The starved centroids after a batch, at most half as many as it has rows: the lightest first, the lowest of equal ones.</summary>
    public ReadOnlySpan<int> Starved(double[] weights, int rows)
    {
        _rowsSince += rows;
        if (ratio == 0 || (_rowsSince < (long)RowsPerCluster * weights.Length && Array.IndexOf(weights, 0) < 0))
        {
            return [];
        }

        _rowsSince = 0;
        var limit = ratio * weights.Max();
        var starved = new List<int>();
        for (var j = 0; j < weights.Length; j++)
        {
            if (weights[j] < limit)
            {
                starved.Add(j);
            }
        }

        starved.Sort((a, b) => weights[a] != weights[b] ? weights[a].CompareTo(weights[b]) : a.CompareTo(b));
        return starved.Take(rows / 2).ToArray();
    }

    /// <summary>The weight that starved centroids are given, so that they are not starved again at once: the least of the others.</summary>
    public static double NewWeight(double[] weights, ReadOnlySpan<int> starved)
    {
        var least = double.PositiveInfinity;
        for (var j = 0; j < weights.Length; j++)
        {
            least = starved.Contains(j) ? least : Math.Min(least, weights[j]);
        }

        return least;
    }
}
