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
    private readonly int _lowestStride;
    private readonly AlignedBuffer<short> _gathered;
    private readonly AlignedBuffer<float> _lowest;
    private readonly AlignedBuffer<TVector> _products;
    private readonly AlignedBuffer<TVector> _masks = new(TSimd.Count);

    public GroupScores(BoundedSearch<T, TVector, TSimd> search, Looker[] lookers)
    {
        _search = search;
        _lookers = lookers;
        _stride = 2 * ((search.Rows.Pairs + TSimd.Count - 1) / TSimd.Count * TSimd.Count);
        _gathered = new AlignedBuffer<short>((long)lookers.Length * _stride);

        // Whole vectors, which are read whole.
        _lowestStride = (search.Groups.Count + TSimd.Count - 1) / TSimd.Count * TSimd.Count;
        _lowest = new AlignedBuffer<float>((long)lookers.Length * _lowestStride);
        _products = new AlignedBuffer<TVector>(ShortTile.Rows * search.Packed.PanelColumns);

        // The maximum with a mask takes one lane away and leaves the others.
        for (var lane = 0; lane < TSimd.Count; lane++)
        {
            _masks.Pointer[lane] = TSimd.Create(float.NegativeInfinity);
            ((float*)(_masks.Pointer + lane))[lane] = float.PositiveInfinity;
        }
    }

    /// <summary>A looker's row, pair after pair, and zeros up to a whole vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short* Row(int looker) => _gathered.Pointer + ((nint)looker * _stride);

    /// <summary>For each group that it looked at, the lowest score of another centroid than its own; +∞ for the others, and up to a whole vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Lowest(int looker) => _lowest.Pointer + ((nint)looker * _lowestStride);

    /// <summary>Nothing is known of a looker's groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Forget(int looker)
    {
        var lowest = Lowest(looker);
        for (var g = 0; g < _lowestStride; g += TSimd.Count)
        {
            TSimd.Store(TSimd.Create(float.PositiveInfinity), lowest + g);
        }
    }

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

    public void Dispose()
    {
        _gathered.Dispose();
        _lowest.Dispose();
        _products.Dispose();
        _masks.Dispose();
    }

    // A row's lowest score in the group, its own centroid left out.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fold(int pending, int group, TVector* products, int vector, int columns)
    {
        ref readonly var looker = ref _lookers[pending];
        var step = TSimd.Create(looker.Step);
        var minusSteps = _search.Packed.MinusSteps + (vector * TSimd.Count);
        var offsets = _search.Packed.Offsets + (vector * TSimd.Count);
        var own = looker.Position - (vector * TSimd.Count);
        var best = TSimd.Create(float.PositiveInfinity);
        for (var column = 0; column < columns; column++, own -= TSimd.Count)
        {
            var score = ShortTile<TVector, TSimd>.Score(products[column], step, minusSteps + (column * TSimd.Count), offsets + (column * TSimd.Count));
            best = TSimd.Min(best, (uint)own < (uint)TSimd.Count ? TSimd.Max(score, _masks.Pointer[own]) : score);
        }

        var lowest = Lowest(pending) + group;
        *lowest = MathF.Min(*lowest, TSimd.MinAcross(best));
    }
}
