using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>The rows of some <see cref="Looker"/>s, and their lowest scores, group by group. For one thread.</summary>
internal sealed unsafe class GroupScores<T, TVector, TSimd> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private readonly BoundedSearch<T, TVector, TSimd> _search;
    private readonly Looker[] _lookers;
    private readonly int _stride;
    private readonly AlignedBuffer<short> _gathered;
    private readonly AlignedBuffer<float> _lowest;
    private readonly AlignedBuffer<TVector> _products;
    private readonly AlignedBuffer<TVector> _masks = new(TSimd.Count);

    public GroupScores(BoundedSearch<T, TVector, TSimd> search, Looker[] lookers)
    {
        _search = search;
        _lookers = lookers;
        _stride = 2 * search.Rows.Pairs;
        _gathered = new AlignedBuffer<short>((long)lookers.Length * _stride);

        // Vectors of bounds are read whole.
        _lowest = new AlignedBuffer<float>(((long)lookers.Length * search.Groups.Count) + TSimd.Count);
        _products = new AlignedBuffer<TVector>(ShortTile.Rows * search.Packed.PanelColumns);

        // The maximum with a mask takes one lane away and leaves the others.
        for (var lane = 0; lane < TSimd.Count; lane++)
        {
            _masks.Pointer[lane] = TSimd.Create(float.NegativeInfinity);
            ((float*)(_masks.Pointer + lane))[lane] = float.PositiveInfinity;
        }
    }

    /// <summary>A looker's row, pair after pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short* Row(int looker) => _gathered.Pointer + ((nint)looker * _stride);

    /// <summary>For each group that it looked at, the lowest score of another centroid than its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Lowest(int looker) => _lowest.Pointer + ((nint)looker * _search.Groups.Count);

    /// <summary>Scores a tile of lookers against a group.</summary>
    /// <param name="list">Six lookers, of which</param>
    /// <param name="count">so many are asked for.</param>
    /// <param name="group">The group.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Add(int* list, int count, int group)
    {
        var packed = _search.Packed;
        var rows = new TileRows<short>(_gathered.Pointer, _stride, list);
        var first = _search.Groups.FirstVectors[group];
        var end = _search.Groups.FirstVectors[group + 1];
        for (var i = 0; i < count; i++)
        {
            Lowest(list[i])[group] = float.PositiveInfinity;
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
        var known = Lowest(pending) + group;
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

    public void Dispose()
    {
        _gathered.Dispose();
        _lowest.Dispose();
        _products.Dispose();
        _masks.Dispose();
    }
}
