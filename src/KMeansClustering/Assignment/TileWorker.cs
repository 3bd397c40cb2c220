using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>One thread of a <see cref="TileSearch{T, TVector, TSimd}"/>.</summary>
internal sealed unsafe class TileWorker<T, TVector, TSimd> : NearestSearch<T>.Worker
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private const int TileRows = Tile<T, TVector, TSimd>.Rows;

    private readonly PackedCentroids<T> _centroids;
    private readonly int _stride;
    private readonly AlignedBuffer<T> _block;
    private readonly AlignedBuffer<T> _row;
    private readonly AlignedBuffer<TVector> _partial;
    private readonly AlignedBuffer<TVector> _states;

    public TileWorker(PackedCentroids<T> centroids, int blockSize)
    {
        _centroids = centroids;
        _stride = (centroids.Dimensions + TSimd.Count - 1) / TSimd.Count * TSimd.Count;
        _block = new AlignedBuffer<T>((long)blockSize * _stride);
        _row = new AlignedBuffer<T>(_stride);
        _partial = new AlignedBuffer<TVector>(TileRows * centroids.PanelColumns);
        _states = new AlignedBuffer<TVector>(3 * blockSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest)
    {
        var norms = PackBlock(points, first, count);
        var panels = (_centroids.VectorCount + _centroids.PanelColumns - 1) / _centroids.PanelColumns;
        var tiles = (count + TileRows - 1) / TileRows;
        Score(count, Prefetch.Of(points, first + count, upcoming, (long)panels * tiles * _centroids.Dimensions));
        for (var i = 0; i < count; i++)
        {
            var state = _states.Pointer + (3 * i);
            nearest[i] = Settle(state, norms, out var threshold);
            if (nearest[i] < 0)
            {
                nearest[i] = Decide(points.Row(first + i), _block.Pointer + ((nint)i * _stride), threshold);
            }
        }

        TileDistances += (long)count * _centroids.Clusters;
    }

    public override void Dispose()
    {
        _block.Dispose();
        _row.Dispose();
        _partial.Dispose();
        _states.Dispose();
    }

    // x′ = (x − μ)·σ in T, padded with zeros to whole vectors; gives a bound on all norms a² = ‖x′‖²: the sum over the lanes of each lane's largest sum of squares.
    private T PackBlock(in PointView<T> points, int first, int count)
    {
        // The last vector of a row reaches past it; where that may not be read, the row is copied first.
        var readable = _stride == _centroids.Dimensions ? count : Math.Min(count, points.ReadablePast(first, TSimd.Count));
        var largest = PackRows(points.Row(first), points.Stride, readable, _block.Pointer, TSimd.Create(T.Zero));
        for (var i = readable; i < count; i++)
        {
            points.RowSpan(first + i).CopyTo(new Span<T>(_row.Pointer, _stride));
            largest = PackRows(_row.Pointer, _stride, 1, _block.Pointer + ((nint)i * _stride), largest);
        }

        return TSimd.SumAcross(largest);
    }

    // Calls nothing: a call would drive the vectors out of their registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private TVector PackRows(T* x, nint stride, int count, T* packed, TVector largest)
    {
        var dimensions = _centroids.Dimensions;
        var pairs = dimensions / (2 * TSimd.Count) * (2 * TSimd.Count);
        var mean = _centroids.Mean;
        var scale = TSimd.Create(_centroids.Scale);
        for (var end = x + (count * stride); x < end; x += stride, packed += _stride)
        {
            TVector even = TSimd.Create(T.Zero), odd = even;
            var p = 0;
            for (; p < pairs; p += 2 * TSimd.Count)
            {
                var first = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + p), TSimd.Load(mean + p)), scale);
                var second = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + p + TSimd.Count), TSimd.Load(mean + p + TSimd.Count)), scale);
                TSimd.Store(first, packed + p);
                TSimd.Store(second, packed + p + TSimd.Count);
                even = TSimd.MultiplyAdd(first, first, even);
                odd = TSimd.MultiplyAdd(second, second, odd);
            }

            for (; p < dimensions; p += TSimd.Count)
            {
                var value = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + p), TSimd.Load(mean + p)), scale);
                value = dimensions - p < TSimd.Count ? TSimd.FirstLanes(value, dimensions - p) : value;
                TSimd.Store(value, packed + p);
                even = TSimd.MultiplyAdd(value, value, even);
            }

            largest = TSimd.Max(largest, TSimd.Add(even, odd));
        }

        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Score(int count, Prefetch upcoming)
    {
        var none = TSimd.Create(T.PositiveInfinity);
        for (var i = 0; i < 3 * count; i++)
        {
            _states.Pointer[i] = none;
        }

        for (var vector = 0; vector < _centroids.VectorCount; vector += _centroids.PanelColumns)
        {
            var columns = _centroids.ColumnsAt(vector);
            var panel = _centroids.Panel(vector);
            var offsets = _centroids.Offsets + (vector * TSimd.Count);
            var numbers = _centroids.Numbers + (vector * TSimd.Count);
            for (var row = 0; row < count; row += TileRows)
            {
                // Rows past the count hold an earlier block's points: their scores are made and not read.
                Tile<T, TVector, TSimd>.Score(
                    _block.Pointer + ((nint)row * _stride), _stride, panel, columns, _centroids.Dimensions, offsets, numbers, _states.Pointer + (3 * row), _partial.Pointer, upcoming);
                upcoming = upcoming.After(_centroids.Dimensions);
            }
        }
    }

    // The only centroid not discarded, or −1 where there are more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Settle(TVector* state, T norm, out T threshold)
    {
        var least = TSimd.MinAcross(state[0]);
        var lane = BitOperations.TrailingZeroCount(TSimd.MaskNotGreater(state[0], TSimd.Create(least)));
        var winner = (LaneBits<T>.ToInt32(((T*)(state + 2))[lane]) * TSimd.Count) + lane;
        threshold = T.PositiveInfinity;
        if ((uint)winner >= (uint)_centroids.Clusters)
        {
            return -1;
        }

        threshold = least + ((_centroids.PointFactor * norm) + _centroids.Slacks[winner] + _centroids.Tiny);
        var limit = TSimd.Create(threshold);
        var left = TSimd.MaskNotGreater(state[0], limit);
        return (left & (left - 1)) == 0 && TSimd.MaskNotGreater(state[1], limit) == 0 ? winner : -1;
    }

    // Scores once more, one point against all panels, and the judge on those within the threshold, in ascending order.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Decide(T* x, T* packed, T threshold)
    {
        var dimensions = _centroids.Dimensions;
        var limit = TSimd.Create(threshold);
        var nearest = 0;
        var least = double.PositiveInfinity;
        for (var first = 0; first < _centroids.VectorCount; first += _centroids.PanelColumns)
        {
            var columns = _centroids.ColumnsAt(first);
            for (var c = 0; c < columns; c++)
            {
                var score = RowScore(packed, _centroids.Panel(first) + (c * TSimd.Count), columns * TSimd.Count, (first + c) * TSimd.Count);
                for (var left = TSimd.MaskNotGreater(score, limit); left != 0; left &= left - 1)
                {
                    var j = ((first + c) * TSimd.Count) + BitOperations.TrailingZeroCount(left);
                    if (j >= _centroids.Clusters)
                    {
                        break;
                    }

                    Compare(x, _centroids.Centroids, dimensions, j, ref nearest, ref least);
                }
            }
        }

        return nearest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private TVector RowScore(T* packed, T* centroids, int width, int firstCentroid)
    {
        var total = TSimd.Create(T.Zero);
        for (var start = 0; start < _centroids.Dimensions; start += Tile<T, TVector, TSimd>.ChainLength)
        {
            var end = Math.Min(start + Tile<T, TVector, TSimd>.ChainLength, _centroids.Dimensions);
            var chain = TSimd.Create(T.Zero);
            for (var p = start; p < end; p++)
            {
                chain = TSimd.MultiplyAdd(TSimd.Create(packed[p]), TSimd.Load(centroids + ((nint)p * width)), chain);
            }

            total = TSimd.Add(total, chain);
        }

        return TSimd.Add(TSimd.Load(_centroids.Offsets + firstCentroid), total);
    }
}
