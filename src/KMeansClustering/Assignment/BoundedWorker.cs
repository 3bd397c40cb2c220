using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>One thread of a <see cref="BoundedSearch{T, TVector, TSimd}"/>: gathers the points that must look, scores them group by group, and lets a <see cref="Contest{T, TVector, TSimd}"/> settle each.</summary>
internal sealed unsafe class BoundedWorker<T, TVector, TSimd> : NearestSearch<T>.Worker
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private const int TileRows = Tile<T, TVector, TSimd>.Rows;
    private const int MaxTiles = 32;
    private const int MaxBlockBytes = 1 << 17;
    private const int Batch = 32;
    private const int ReadAhead = 3;

    private readonly BoundedSearch<T, TVector, TSimd> _search;
    private readonly int _capacity;
    private readonly RowPacker<T, TVector, TSimd> _rows;
    private readonly Looker<T>[] _lookers;
    private readonly Contest<T, TVector, TSimd> _contest;
    private readonly AlignedBuffer<TVector> _partial;
    private readonly AlignedBuffer<TVector> _states;
    private readonly AlignedBuffer<T> _lowest;
    private readonly int[] _lists;
    private readonly int[] _counts;
    private readonly int[] _open;
    private readonly (int Index, ulong Wanted)[] _found = new (int Index, ulong Wanted)[Batch];
    private int _pending;

    public BoundedWorker(BoundedSearch<T, TVector, TSimd> search)
    {
        _search = search;
        var packed = search.Packed;
        var tiles = MaxBlockBytes / (TileRows * sizeof(T) * packed.Dimensions);
        _capacity = TileRows * Math.Clamp(tiles, 2, MaxTiles);
        _rows = new RowPacker<T, TVector, TSimd>(packed.Dimensions, _capacity);
        _lookers = new Looker<T>[_capacity];
        _partial = new AlignedBuffer<TVector>(TileRows * packed.PanelColumns);
        _states = new AlignedBuffer<TVector>(3 * TileRows);
        _lowest = new AlignedBuffer<T>(((long)_capacity * search.Groups.Count) + TSimd.Count);
        _lists = new int[(_capacity + TileRows) * search.Groups.Count];
        _counts = new int[search.Groups.Count];
        _open = new int[_capacity];
        _contest = new Contest<T, TVector, TSimd>(search);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest)
    {
        _rows.Centre(_search.Packed.Mean, _search.Packed.Scale);
        _contest.Begin(points);
        var rows = _search.Sketch?.Rows ?? points;
        for (var i = 0; i < count;)
        {
            // Their rows are on the way from memory while the others' bounds are read.
            var found = 0;
            for (; found < Batch && (i = NextToLook(nearest, first, i, count, out var wanted)) < count; i++)
            {
                Prefetch.Row(rows, first + i);
                _found[found++] = (i, wanted);
            }

            foreach (var (index, wanted) in _found.AsSpan(0, found))
            {
                if (TryAdd(points, first + index, nearest + index, wanted) && _pending == _capacity)
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
        _rows.Dispose();
        _partial.Dispose();
        _states.Dispose();
        _lowest.Dispose();
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
        var pad = T.One + bounds.Pad;
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

    // Where the points themselves are compared, their packing measures the distance to the own centroid anew: bounds from earlier passes are loose.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryAdd(in PointView<T> points, int point, int* label, ulong wanted)
    {
        var bounds = _search.Bounds.Of(point);
        var own = label[0] < 0 ? null : _search.PackedRow(label[0]);
        var (norm, product) = _rows.PackOne(_search.Sketch?.Rows ?? points, point, _pending, own);
        if (_search.Packed.Overflows)
        {
            // For the judge alone.
            norm = T.PositiveInfinity;
        }
        else if (own != null)
        {
            bounds[0] = T.Min(bounds[0], _contest.UpperOf(norm, product, _search.NormOf(label[0])));
            wanted &= Unsettled(bounds, _search.Bounds.Drifts, _search.Bounds.Groups);
            if (wanted == 0)
            {
                return false;
            }
        }

        var upper = label[0] < 0 ? T.PositiveInfinity : bounds[0];
        _lookers[_pending] = new Looker<T>(point, label, wanted, norm, _contest.LimitOf(Square(upper), norm));
        for (; wanted != 0; wanted &= wanted - 1)
        {
            var group = BitOperations.TrailingZeroCount(wanted);
            _lists[(group * (_capacity + TileRows)) + _counts[group]++] = _pending;
        }

        _pending++;
        return true;
    }

    private static double Square(T value) => double.CreateTruncating(value) * double.CreateTruncating(value);

    // A bit for each group that may hold a nearer centroid than a point's own; the bits past the last group mean nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Unsettled(T* own, T* drifts, int groups)
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
                    ScoreGroup(list + i, group);
                    Fold(list + i, Math.Min(TileRows, count - i), group);
                }

                pairs += (long)count * (groups.FirstVectors[group + 1] - groups.FirstVectors[group]) * groups.Lanes;
            }
        }

        // First those that need no look at the point itself; the rows of the others come from memory meanwhile.
        var open = 0;
        for (var row = 0; row < _pending; row++)
        {
            if (!_contest.TryKeep(ref _lookers[row], _lowest.Pointer + ((nint)row * groups.Count)))
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

            _contest.Settle(ref _lookers[_open[i]], _rows.Row(_open[i]), _lowest.Pointer + ((nint)_open[i] * groups.Count));
        }

        _pending = 0;
        if (_search.Sketch is null)
        {
            Work.TileDistances += pairs;
        }
        else
        {
            Work.SketchDistances += pairs;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ScoreGroup(int* list, int group)
    {
        var none = TSimd.Create(T.PositiveInfinity);
        for (var i = 0; i < 3 * TileRows; i++)
        {
            _states.Pointer[i] = none;
        }

        var packed = _search.Packed;
        var rows = new TileRows<T>(_rows.Block, _rows.Stride, list);
        var end = _search.Groups.FirstVectors[group + 1];
        for (var vector = _search.Groups.FirstVectors[group]; vector < end; vector += packed.PanelColumns)
        {
            Tile<T, TVector, TSimd>.Score(
                rows,
                packed.Panel(vector),
                packed.ColumnsAt(vector, end),
                packed.Dimensions,
                packed.Offsets + (vector * TSimd.Count),
                packed.Numbers + (vector * TSimd.Count),
                _states.Pointer,
                _partial.Pointer,
                Prefetch.Nothing(rows.X0));
        }
    }

    // Each row's lowest score in the group, its own centroid left out; and of all groups so far the lowest, whose it is, and the second lowest of its group.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Fold(int* list, int count, int group)
    {
        var groups = _search.Groups;
        var packed = _search.Packed;
        for (var i = 0; i < count; i++)
        {
            ref var looker = ref _lookers[list[i]];
            var state = _states.Pointer + (3 * i);
            var label = *looker.Label;
            if (label >= 0 && groups.GroupOf[label] == group)
            {
                LeaveOut(state, groups.Positions[label]);
            }

            var best = state[0];
            var lowest = TSimd.MinAcross(best);
            _lowest.Pointer[((nint)list[i] * groups.Count) + group] = lowest;
            if (lowest < looker.Lowest)
            {
                var lanes = TSimd.MaskNotGreater(best, TSimd.Create(lowest));
                var lane = BitOperations.TrailingZeroCount(lanes);
                var number = LaneBits<T>.ToInt32(((T*)(state + 2))[lane]);
                looker.Lowest = lowest;
                looker.Candidate = (uint)number >= (uint)packed.VectorCount ? -1 : groups.Order[(number * TSimd.Count) + lane];
                looker.Second = (lanes & (lanes - 1)) != 0 ? lowest : TSimd.MinAcross(TSimd.SelectLess(TSimd.Create(lowest), best, best, state[1]));
            }
        }
    }

    // The second lowest of the lane takes the place of the own centroid; whose it is, is not known.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LeaveOut(TVector* state, int position)
    {
        var lane = position % TSimd.Count;
        var best = (T*)state;
        var second = (T*)(state + 1);
        var number = (T*)(state + 2);
        if (LaneBits<T>.ToInt32(number[lane]) == position / TSimd.Count)
        {
            best[lane] = second[lane];
            number[lane] = LaneBits<T>.FromInt32(-1);
        }
    }
}
