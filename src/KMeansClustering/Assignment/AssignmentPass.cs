using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// One pass over the points: each gets the label of its nearest centroid, and where that is a new one, the clusters' sums follow it in the same breath, while the
/// point is in the cache. Holds what the passes of a fit share.
/// </summary>
internal sealed unsafe class AssignmentPass<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A thread takes several blocks at once, so that it knows which comes next; few enough for the threads to end together, and for a cancellation to be seen soon.
    private const int BlocksPerUnit = 16;
    private const int UnitsPerThread = 8;
    private const double WorkPerUnit = 1 << 27;

    private readonly PointView<T> _points;
    private readonly T* _weights;
    private readonly ClusterTotals<T>? _totals;
    private readonly Crew _crew;
    private readonly NearestSearch<T> _search;
    private readonly Mate?[] _mates;
    private readonly int _clusters;
    private readonly double _workPerPoint;
    private readonly int _unit;

    /// <summary>Prepares passes over some points.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="weights">n weights, or null.</param>
    /// <param name="clusters">k.</param>
    /// <param name="totals">The clusters' sums; null for a pass that only labels.</param>
    /// <param name="crew">The threads.</param>
    public AssignmentPass(PointView<T> points, T* weights, int clusters, ClusterTotals<T>? totals, Crew crew)
    {
        _points = points;
        _weights = weights;
        _clusters = clusters;
        _totals = totals;
        _crew = crew;
        _search = NearestSearch<T>.Create(clusters, points.Dimensions);
        _mates = new Mate?[crew.Size];
        _workPerPoint = (double)clusters * points.Dimensions;
        var blocks = Math.Min(WorkPerUnit / (_workPerPoint * _search.BlockSize), (double)points.Count / (_search.BlockSize * UnitsPerThread * crew.Size));
        _unit = _search.BlockSize * (int)Math.Clamp(blocks, 1, BlocksPerUnit);
    }

    /// <summary>Labels every point anew; gives how many labels changed. A label of −1 is none yet.</summary>
    /// <param name="centroids">k × d.</param>
    /// <param name="labels">n labels, in and out.</param>
    /// <param name="tileDistances">How many pairs went through the filter.</param>
    /// <param name="exactDistances">How many pairs went to the judge.</param>
    public int Run(T* centroids, int* labels, out long tileDistances, out long exactDistances)
    {
        _search.Prepare(centroids, _crew);
        _crew.Run(_points.Count, _unit, _workPerPoint, (thread, first, count) =>
            (_mates[thread] ??= Join()).AssignUnit(this, first, count, labels));
        var changed = 0;
        tileDistances = 0;
        exactDistances = 0;
        foreach (var mate in _mates)
        {
            if (mate is null)
            {
                continue;
            }

            mate.HandIn(_totals);
            changed += mate.Changed;
            tileDistances += mate.Worker.TileDistances;
            exactDistances += mate.Worker.ExactDistances;
            mate.ResetCounters();
        }

        _totals?.Share();
        return changed;
    }

    public void Dispose()
    {
        foreach (var mate in _mates)
        {
            mate?.Dispose();
        }

        _search.Dispose();
    }

    private Mate Join() => new(_search, _totals is null ? null : SumDelta<T>.Create(_totals.Scale, _clusters, _weights != null));

    /// <summary>What one thread needs for itself.</summary>
    private sealed class Mate(NearestSearch<T> search, SumDelta<T>? delta) : IDisposable
    {
        private readonly AlignedBuffer<int> _nearest = new(search.BlockSize);

        public NearestSearch<T>.Worker Worker { get; } = search.CreateWorker();

        public int Changed { get; private set; }

        public void AssignUnit(AssignmentPass<T> pass, int first, int count, int* labels)
        {
            for (var done = 0; done < count; done += search.BlockSize)
            {
                var block = Math.Min(search.BlockSize, count - done);
                Assign(pass, first + done, block, Math.Min(search.BlockSize, count - done - block), labels + first + done);
            }
        }

        public void ResetCounters()
        {
            Changed = 0;
            Worker.ResetCounters();
        }

        public void HandIn(ClusterTotals<T>? totals)
        {
            if (delta is { Pending: > 0 })
            {
                totals!.Absorb(delta);
            }
        }

        public void Dispose()
        {
            _nearest.Dispose();
            Worker.Dispose();
            delta?.Dispose();
        }

        private void Assign(AssignmentPass<T> pass, int first, int count, int upcoming, int* labels)
        {
            var nearest = _nearest.Pointer;
            Worker.FindNearest(pass._points, first, count, upcoming, nearest);
            var changed = TensorPrimitives.HammingDistance(new ReadOnlySpan<int>(labels, count), new ReadOnlySpan<int>(nearest, count));
            if (changed == 0)
            {
                return;
            }

            Changed += changed;
            if (delta is not null)
            {
                // Each move takes a point away and adds it elsewhere.
                if (delta.Pending + (2 * count) > SumScale.MaxPending)
                {
                    pass._totals!.Absorb(delta);
                }

                delta.Move(pass._points, first, count, labels, nearest, pass._weights);
            }

            new ReadOnlySpan<int>(nearest, count).CopyTo(new Span<int>(labels, count));
        }
    }
}
