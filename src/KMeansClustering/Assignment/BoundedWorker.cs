using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>One thread of a <see cref="BoundedSearch{T, TVector, TSimd}"/>: gathers the points that must look, scores them group by group, and lets a <see cref="Contest{T, TVector, TSimd}"/> settle each.</summary>
internal sealed unsafe class BoundedWorker<T, TVector, TSimd> : NearestSearch<T>.Worker
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const int TileRows = ShortTile.Rows;
    private const int MaxTiles = 32;
    private const int MaxBlockBytes = 1 << 17;
    private const int Batch = 32;
    private const int ReadAhead = 3;

    private readonly BoundedSearch<T, TVector, TSimd> _search;
    private readonly int _capacity;
    private readonly ShortRows<T> _rows;
    private readonly Looker[] _lookers;
    private readonly Contest<T, TVector, TSimd> _contest;
    private readonly GroupScores<T, TVector, TSimd> _scores;
    private readonly int[] _lists;
    private readonly int[] _counts;
    private readonly int[] _open;
    private readonly (int Index, ulong Wanted)[] _found = new (int Index, ulong Wanted)[Batch];
    private int _pending;

    public BoundedWorker(BoundedSearch<T, TVector, TSimd> search)
    {
        _search = search;
        _rows = search.Rows;
        var tiles = MaxBlockBytes / (TileRows * sizeof(short) * 2 * _rows.Pairs);
        _capacity = TileRows * Math.Clamp(tiles, 2, MaxTiles);
        _lookers = new Looker[_capacity];
        _scores = new GroupScores<T, TVector, TSimd>(search, _lookers);
        _lists = new int[(_capacity + TileRows) * search.Groups.Count];
        _counts = new int[search.Groups.Count];
        _open = new int[_capacity];
        _contest = new Contest<T, TVector, TSimd>(search);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest)
    {
        _contest.Begin(points);
        var fetched = -2 * ShortRow.Block;
        for (var i = 0; i < count;)
        {
            // Their rows are on the way from memory while the others' bounds are read.
            var found = 0;
            for (; found < Batch && (i = NextToLook(nearest, first, i, count, out var wanted)) < count; i++)
            {
                if (!ShortRows<T>.IsBeside(first + i, fetched))
                {
                    fetched = first + i;
                    _rows.Fetch(fetched);
                }

                _found[found++] = (i, wanted);
            }

            foreach (var (index, wanted) in _found.AsSpan(0, found))
            {
                if (TryAdd(first + index, nearest + index, wanted) && _pending == _capacity)
                {
                    Flush(points);
                }
            }
        }

        Flush(points);
        Work.ExactDistances += _contest.ExactDistances;
        _contest.ExactDistances = 0;
    }

    public override void Dispose()
    {
        _scores.Dispose();
        _contest.Dispose();
    }

    // The next point that its bounds do not settle, and the groups that it must look at; the others' upper bounds follow their centroids.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int NextToLook(int* labels, int first, int i, int count, out ulong wanted)
    {
        var begin = i;
        var bounds = _search.Bounds;
        var moves = bounds.Moves;
        var drifts = bounds.Drifts;
        var groups = bounds.Groups;
        var stride = bounds.Stride;
        var pad = 1 + bounds.Pad;
        var all = groups == BoundedSearch<T, TVector, TSimd>.MaxGroups ? ulong.MaxValue : (1UL << groups) - 1;
        wanted = 0;
        var own = bounds.Of(first + i);
        for (; i < count; i++, own += stride)
        {
            if (labels[i] < 0)
            {
                wanted = all;
                break;
            }

            own[0] = (own[0] + moves[labels[i]]) * pad;

            // Lanes past the last group compare infinities where nothing is known of the point.
            wanted = Unsettled(own, drifts, groups) & all;
            if (wanted != 0)
            {
                break;
            }
        }

        Work.PointsSkipped += i - begin;
        return i;
    }

    // The distance to the own centroid is bounded anew: bounds from earlier passes are loose.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryAdd(int point, int* label, ulong wanted)
    {
        var bounds = _search.Bounds.Of(point);
        var row = _scores.Row(_pending);
        _rows.Copy(point, row, 1);
        var norm = _search.Packed.Overflows ? float.PositiveInfinity : _rows.Norms[point];
        if (*label >= 0 && float.IsFinite(norm))
        {
            bounds[0] = MathF.Min(bounds[0], _contest.UpperOf(point, row, *label));
            wanted &= Unsettled(bounds, _search.Bounds.Drifts, _search.Bounds.Groups);
            if (wanted == 0)
            {
                return false;
            }
        }

        var upper = *label < 0 ? float.PositiveInfinity : bounds[0];
        _lookers[_pending] = new Looker(point, label, *label < 0 ? -1 : _search.Groups.Positions[*label], wanted, norm, _rows.Steps[point], _contest.LimitOf(upper, norm));
        for (; wanted != 0; wanted &= wanted - 1)
        {
            var group = BitOperations.TrailingZeroCount(wanted);
            _lists[(group * (_capacity + TileRows)) + _counts[group]++] = _pending;
        }

        _scores.Forget(_pending);
        _pending++;
        return true;
    }

    // A bit for each group that may hold a nearer centroid than a point's own; the bits past the last group mean nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Unsettled(float* own, float* drifts, int groups)
    {
        var limit = TSimd.Create(own[0]);
        var wanted = 0UL;
        for (var g = 0; g < groups; g += TSimd.Count)
        {
            wanted |= (ulong)TSimd.MaskNotGreater(TSimd.Subtract(TSimd.Load(own + 1 + g), TSimd.Load(drifts + g)), limit) << g;
        }

        return wanted;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Flush(in PointView<T> points)
    {
        var groups = _search.Groups;
        var pairs = 0L;
        fixed (int* lists = _lists)
        {
            for (var group = 0; group < groups.Count; group++)
            {
                var list = lists + (group * (_capacity + TileRows));
                var count = _counts[group];
                _counts[group] = 0;

                // The first row fills up the last tile.
                for (var i = count; i % TileRows != 0; i++)
                {
                    list[i] = list[0];
                }

                for (var i = 0; i < count; i += TileRows)
                {
                    _scores.Add(list + i, Math.Min(TileRows, count - i), group);
                }

                pairs += (long)count * (groups.FirstVectors[group + 1] - groups.FirstVectors[group]) * groups.Lanes;
            }
        }

        // First those that need no look at the point itself; the rows of the others come from memory meanwhile.
        var open = 0;
        for (var row = 0; row < _pending; row++)
        {
            if (!_contest.TryKeep(ref _lookers[row], _scores.Lowest(row)))
            {
                _open[open++] = row;
            }
        }

        for (var i = 0; i < open; i++)
        {
            for (var next = i == 0 ? 0 : i + ReadAhead; next <= Math.Min(i + ReadAhead, open - 1); next++)
            {
                Prefetch.Row(points, _lookers[_open[next]].Point);
            }

            _contest.Settle(ref _lookers[_open[i]], _scores.Row(_open[i]), _scores.Lowest(_open[i]));
        }

        _pending = 0;
        Work.SketchDistances += pairs;
    }
}
