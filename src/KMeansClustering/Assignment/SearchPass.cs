using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The pass that goes through the points block by block: a <see cref="NearestSearch{T}"/> finds the labels, and the sums follow in the same breath, while the
/// points are in the cache. Holds what the passes of a fit share.
/// </summary>
internal sealed unsafe class SearchPass<T> : AssignmentPass<T>
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

    /// <summary>Prepares plain passes, each point compared with every centroid.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="weights">n weights, or null.</param>
    /// <param name="clusters">k.</param>
    /// <param name="totals">The clusters' sums; null for a pass that only labels.</param>
    /// <param name="crew">The threads.</param>
    public SearchPass(PointView<T> points, T* weights, int clusters, ClusterTotals<T>? totals, Crew crew)
        : this(points, weights, clusters, totals, crew, NearestSearch<T>.Create(clusters, points.Dimensions), KMeansAlgorithm.Lloyd)
    {
    }

    /// <summary>Prepares passes with a search, which becomes this object's own.</summary>
    public SearchPass(
        PointView<T> points, T* weights, int clusters, ClusterTotals<T>? totals, Crew crew, NearestSearch<T> search, KMeansAlgorithm algorithm)
    {
        Algorithm = algorithm;
        _points = points;
        _weights = weights;
        _clusters = clusters;
        _totals = totals;
        _crew = crew;
        _search = search;
        _mates = new Mate?[crew.Size];
        _workPerPoint = (double)clusters * points.Dimensions;
        var blocks = Math.Min(WorkPerUnit / (_workPerPoint * _search.BlockSize), (double)points.Count / (_search.BlockSize * UnitsPerThread * crew.Size));
        _unit = _search.BlockSize * (int)Math.Clamp(blocks, 1, BlocksPerUnit);
    }

    public override KMeansAlgorithm Algorithm { get; }

    public override int Run(T* centroids, int* labels, out PassWork work)
    {
        _search.Prepare(centroids, _crew);
        _crew.Run(_points.Count, _unit, _workPerPoint, (thread, first, count) =>
            (_mates[thread] ??= Join()).AssignUnit(this, first, count, labels));
        var changed = 0;
        work = default;
        foreach (var mate in _mates)
        {
            if (mate is not null)
            {
                changed += mate.HandIn(_totals, ref work);
            }
        }

        _totals?.Share();
        return changed;
    }

    public override void Forget(int point) => _search.Forget(point);

    public override void Dispose()
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

        private readonly NearestSearch<T>.Worker _worker = search.CreateWorker();
        private int _changed;

        public void AssignUnit(SearchPass<T> pass, int first, int count, int* labels)
        {
            for (var done = 0; done < count; done += search.BlockSize)
            {
                var block = Math.Min(search.BlockSize, count - done);
                Assign(pass, first + done, block, Math.Min(search.BlockSize, count - done - block), labels + first + done);
            }
        }

        public int HandIn(ClusterTotals<T>? totals, ref PassWork work)
        {
            if (delta is { Pending: > 0 })
            {
                totals!.Absorb(delta);
            }

            work.Add(_worker.Work);
            _worker.Work = default;
            var changed = _changed;
            _changed = 0;
            return changed;
        }

        public void Dispose()
        {
            _nearest.Dispose();
            _worker.Dispose();
            delta?.Dispose();
        }

        private void Assign(SearchPass<T> pass, int first, int count, int upcoming, int* labels)
        {
            var nearest = _nearest.Pointer;
            new ReadOnlySpan<int>(labels, count).CopyTo(new Span<int>(nearest, count));
            _worker.FindNearest(pass._points, first, count, upcoming, nearest);
            var changed = Differences(labels, nearest, count);
            if (changed == 0)
            {
                return;
            }

            _changed += changed;
            if (delta is not null)
            {
                // Each move takes a point away and adds it elsewhere.
                pass._totals!.MakeRoom(delta, 2 * count);
                delta.Move(pass._points, first, count, labels, nearest, pass._weights);
            }

            new ReadOnlySpan<int>(nearest, count).CopyTo(new Span<int>(labels, count));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static int Differences(int* a, int* b, int count)
        {
            var (i, equal) = (0, Vector<int>.Zero);
            for (; i <= count - Vector<int>.Count; i += Vector<int>.Count)
            {
                equal -= Vector.Equals(Vector.Load(a + i), Vector.Load(b + i));
            }

            var different = i - Vector.Sum(equal);
            for (; i < count; i++)
            {
                different += a[i] == b[i] ? 0 : 1;
            }

            return different;
        }
    }
}
