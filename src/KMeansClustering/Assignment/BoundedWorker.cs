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
    private readonly AlignedBuffer<short> _gathered;
    private readonly Looker[] _lookers;
    private readonly Contest<T, TVector, TSimd> _contest;
    private readonly AlignedBuffer<TVector> _products;
    private readonly AlignedBuffer<TVector> _masks = new(TSimd.Count);
    private readonly AlignedBuffer<float> _lowest;
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
        _gathered = new AlignedBuffer<short>(2L * _capacity * _rows.Pairs);
        _lookers = new Looker[_capacity];
        _products = new AlignedBuffer<TVector>(TileRows * search.Packed.PanelColumns);
        _lowest = new AlignedBuffer<float>(((long)_capacity * search.Groups.Count) + TSimd.Count);
        _lists = new int[(_capacity + TileRows) * search.Groups.Count];
        _counts = new int[search.Groups.Count];
        _open = new int[_capacity];
        _contest = new Contest<T, TVector, TSimd>(search);

        // The maximum with a mask takes one lane away and leaves the others.
        for (var lane = 0; lane < TSimd.Count; lane++)
        {
            _masks.Pointer[lane] = TSimd.Create(float.NegativeInfinity);
            ((float*)(_masks.Pointer + lane))[lane] = float.PositiveInfinity;
        }
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
        _gathered.Dispose();
        _products.Dispose();
        _masks.Dispose();
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

    // Where whole points are compared, the distance to the own centroid is bounded anew: bounds from earlier passes are loose.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryAdd(int point, int* label, ulong wanted)
    {
        var bounds = _search.Bounds.Of(point);
        var row = Row(_pending);
        _rows.Copy(point, row, 1);
        var norm = _search.Packed.Overflows ? float.PositiveInfinity : _rows.Norms[point];
        if (*label >= 0 && !_rows.Form.IsSketch && float.IsFinite(norm))
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

        _pending++;
        return true;
    }

    private short* Row(int looker) => _gathered.Pointer + ((nint)looker * 2 * _rows.Pairs);

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
                    ScoreGroup(list + i, Math.Min(TileRows, count - i), group);
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

            _contest.Settle(ref _lookers[_open[i]], Row(_open[i]), _lowest.Pointer + ((nint)_open[i] * groups.Count));
        }

        _pending = 0;
        Work.SketchDistances += pairs;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ScoreGroup(int* list, int count, int group)
    {
        var packed = _search.Packed;
        var rows = new TileRows<short>(_gathered.Pointer, 2 * _rows.Pairs, list);
        var first = _search.Groups.FirstVectors[group];
        var end = _search.Groups.FirstVectors[group + 1];
        for (var i = 0; i < count; i++)
        {
            _lowest.Pointer[((nint)list[i] * _search.Groups.Count) + group] = float.PositiveInfinity;
        }

        for (var vector = first; vector < end; vector += packed.PanelColumns)
        {
            var columns = packed.ColumnsAt(vector, end);
            ShortTile<TVector, TSimd>.Multiply(rows, packed.Panel(vector), columns, packed.Pairs, _products.Pointer, Prefetch.Nothing(rows.X0));
            for (var i = 0; i < count; i++)
            {
                Fold(list[i], group, _products.Pointer + (i * columns), vector, columns);
            }
        }
    }

    // A row's lowest score in the group, its own centroid left out; and of all groups so far the lowest, whose it is, and the second lowest of its group.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fold(int pending, int group, TVector* products, int vector, int columns)
    {
        var packed = _search.Packed;
        ref var looker = ref _lookers[pending];
        var step = TSimd.Create(looker.Step);
        var minusSteps = packed.MinusSteps + (vector * TSimd.Count);
        var offsets = packed.Offsets + (vector * TSimd.Count);
        var own = looker.Position - (vector * TSimd.Count);
        var best = TSimd.Create(float.PositiveInfinity);
        for (var column = 0; column < columns; column++, own -= TSimd.Count)
        {
            var score = ShortTile<TVector, TSimd>.Score(products[column], step, minusSteps + (column * TSimd.Count), offsets + (column * TSimd.Count));
            if ((uint)own < (uint)TSimd.Count)
            {
                score = TSimd.Max(score, _masks.Pointer[own]);
            }

            products[column] = score;
            best = TSimd.Min(best, score);
        }

        var lowest = TSimd.MinAcross(best);
        var known = _lowest.Pointer + ((nint)pending * _search.Groups.Count) + group;
        if (lowest < looker.Lowest)
        {
            // An earlier panel of the group may hold the second.
            looker.Lowest = lowest;
            var column = 0;
            uint lanes;
            while ((lanes = TSimd.MaskNotGreater(products[column], TSimd.Create(lowest))) == 0)
            {
                column++;
            }

            var lane = BitOperations.TrailingZeroCount(lanes);
            looker.Candidate = _search.Groups.Order[((vector + column) * TSimd.Count) + lane];
            products[column] = TSimd.Max(products[column], _masks.Pointer[lane]);
            best = products[0];
            for (column = 1; column < columns; column++)
            {
                best = TSimd.Min(best, products[column]);
            }

            looker.Second = MathF.Min(*known, TSimd.MinAcross(best));
        }
        else if (*known == looker.Lowest)
        {
            looker.Second = MathF.Min(looker.Second, lowest);
        }

        *known = MathF.Min(*known, lowest);
    }
}
