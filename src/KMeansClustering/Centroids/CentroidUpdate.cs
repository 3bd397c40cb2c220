using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Centroids;

/// <summary>
/// Moves each centroid to the mean of its points; an empty cluster's stays. For <see cref="KMeansMetric.Cosine"/> to the mean's direction (Dhillon and Modha 2001), taken of the mean in double; a mean
/// of length 0, as opposite points have, leaves it where it was.
/// </summary>
internal sealed unsafe class CentroidUpdate<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A mean takes about this many times the work of a multiplication and addition.
    private const int WorkPerValue = 16;
    private const int BlockValues = 1 << 11;

    private readonly ClusterTotals<T> _totals;
    private readonly int _clusters;
    private readonly int _dimensions;
    private readonly Crew _crew;
    private readonly KMeansMetric _metric;
    private readonly UnitRow<T>?[] _directions;
    private readonly AlignedBuffer<T> _means;
    private readonly double[] _shifts;

    public CentroidUpdate(ClusterTotals<T> totals, int clusters, int dimensions, Crew crew, KMeansMetric metric = KMeansMetric.Euclidean)
    {
        _totals = totals;
        _clusters = clusters;
        _dimensions = dimensions;
        _crew = crew;
        _metric = metric;
        _directions = new UnitRow<T>?[crew.Size];
        _means = new AlignedBuffer<T>((long)clusters * dimensions);
        _shifts = new double[clusters];
    }

    /// <summary>Overwrites k × d centroids; gives Σ‖Δc‖², of the centroids as rounded to T, added in their order.</summary>
    public double Run(T* centroids)
    {
        _crew.Run(_clusters, Math.Max(1, BlockValues / _dimensions), (double)WorkPerValue * _dimensions, (thread, first, count) =>
        {
            for (var j = first; j < first + count; j++)
            {
                Move(centroids + ((nint)j * _dimensions), j, thread);
            }
        });

        var total = 0.0;
        foreach (var shift in _shifts)
        {
            total += shift;
        }

        return total;
    }

    public void Dispose()
    {
        _means.Dispose();
        foreach (var direction in _directions)
        {
            direction?.Dispose();
        }
    }

    private void Move(T* centroid, int cluster, int thread)
    {
        var mean = _means.Pointer + ((nint)cluster * _dimensions);
        _shifts[cluster] = 0;
        if (_metric == KMeansMetric.Euclidean ? _totals.TryMean(cluster, mean) : TryDirection(cluster, mean, thread))
        {
            _shifts[cluster] = Judge<T>.DistanceSquared(mean, centroid, _dimensions);
            new ReadOnlySpan<T>(mean, _dimensions).CopyTo(new Span<T>(centroid, _dimensions));
        }
    }

    private bool TryDirection(int cluster, T* mean, int thread)
    {
        var direction = _directions[thread] ??= UnitRow<T>.Create(_dimensions);
        return _totals.TryMean(cluster, direction.Values) && direction.TryNormalise(mean);
    }
}
