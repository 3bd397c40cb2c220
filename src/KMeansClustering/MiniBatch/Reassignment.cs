using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>
/// Puts starved centroids, whose weight is below a ratio of the largest, on rows of the batch (scikit-learn's rule). Looked for after a batch where a centroid has no weight at all, or 10·k rows have
/// passed since they last were.
/// </summary>
/// <param name="ratio">Of the largest weight; 0 for never.</param>
/// <param name="random">Draws the rows.</param>
internal sealed class Reassignment(double ratio, Xoshiro256 random)
{
    private const int RowsPerCluster = 10;

    private long _rowsSince;

    /// <summary>Puts the lightest first, the lowest of equal ones, each on a row of its own, drawn uniformly; at most half as many as there are rows. They get the least weight of the others, so that they are not starved at once. Gives how many.</summary>
    public int Run<T>(RunningCentroids<T> centroids, PointView<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _rowsSince += rows.Count;
        if (ratio == 0 || (_rowsSince < (long)RowsPerCluster * centroids.Clusters && !centroids.Weights.Contains(0)))
        {
            return 0;
        }

        _rowsSince = 0;
        var starved = Starved(centroids.Weights, rows.Count / 2);
        if (starved.Count == 0)
        {
            return 0;
        }

        var weight = LeastOfOthers(centroids.Weights, starved);
        var taken = new HashSet<int>();
        foreach (var cluster in starved)
        {
            centroids.Set(cluster, rows, random.NextDistinct(rows.Count, taken), weight);
        }

        return starved.Count;
    }

    private List<int> Starved(double[] weights, int atMost)
    {
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
        starved.RemoveRange(Math.Min(atMost, starved.Count), Math.Max(0, starved.Count - atMost));
        return starved;
    }

    private static double LeastOfOthers(double[] weights, List<int> starved)
    {
        var isStarved = new bool[weights.Length];
        foreach (var cluster in starved)
        {
            isStarved[cluster] = true;
        }

        var least = double.PositiveInfinity;
        for (var j = 0; j < weights.Length; j++)
        {
            least = isStarved[j] ? least : Math.Min(least, weights[j]);
        }

        return least;
    }
}
