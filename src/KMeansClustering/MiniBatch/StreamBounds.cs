using System.Numerics;
using KMeansClustering.Fitting;

namespace KMeansClustering.MiniBatch;

/// <summary>The box of all rows that have come (and of the centroids there were before them), which no centroid leaves, and what all rows weigh: they tell whether anything may overflow.</summary>
/// <param name="dimensions">d.</param>
internal sealed class StreamBounds<T>(int dimensions)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] _least = ColumnExtremes<T>.Filled(dimensions, T.PositiveInfinity);
    private T[] _greatest = ColumnExtremes<T>.Filled(dimensions, T.NegativeInfinity);
    private double _weight;

    /// <summary>Takes in centroids that were there before any row, and the sum of their weights.</summary>
    public void IncludeCentroids(ReadOnlySpan<T> centroids, double weight)
    {
        for (var i = 0; i < centroids.Length; i++)
        {
            var p = i % _least.Length;
            _least[p] = T.Min(_least[p], centroids[i]);
            _greatest[p] = T.Max(_greatest[p], centroids[i]);
        }

        _weight += weight;
    }

    /// <summary>Takes in rows; or refuses them, and stays as it was.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="greatestWeight">The greatest weight of a row.</param>
    /// <param name="together">How many rows make a batch.</param>
    /// <param name="inAll">How many there will be, each as often as it comes.</param>
    /// <param name="parameter">Whose argument they are.</param>
    public void Include(Survey<T> rows, double greatestWeight, int together, double inAll, string parameter)
    {
        var (least, greatest) = ((T[])_least.Clone(), (T[])_greatest.Clone());
        for (var p = 0; p < least.Length; p++)
        {
            least[p] = T.Min(least[p], rows.Least[p]);
            greatest[p] = T.Max(greatest[p], rows.Greatest[p]);
        }

        var weight = _weight + (greatestWeight * inAll);
        Check.Distances<T>(least, greatest, default, greatestWeight * together, parameter);
        Check.WeightSum(weight);
        (_least, _greatest, _weight) = (least, greatest, weight);
    }
}
