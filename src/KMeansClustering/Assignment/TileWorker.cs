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
    private readonly RowPacker<T, TVector, TSimd> _rows;
    private readonly AlignedBuffer<TVector> _partial;
    private readonly AlignedBuffer<TVector> _states;

    public TileWorker(PackedCentroids<T> centroids, int blockSize)
    {
        _centroids = centroids;
        _rows = new RowPacker<T, TVector, TSimd>(centroids.Dimensions, blockSize);
        _partial = new AlignedBuffer<TVector>(TileRows * centroids.PanelColumns);
        _states = new AlignedBuffer<TVector>(3 * blockSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest)
    {
        _rows.Centre(_centroids.Mean, _centroids.Scale);
        var norms = _rows.Pack(points, first, count);
        var panels = (_centroids.VectorCount + _centroids.PanelColumns - 1) / _centroids.PanelColumns;
        var tiles = (count + TileRows - 1) / TileRows;
        Tile<T, TVector, TSimd>.ScoreBlock(
            _rows, count, _centroids, _states.Pointer, _partial.Pointer, Prefetch.Of(points, first + count, upcoming, (long)panels * tiles * _centroids.Dimensions));
        for (var i = 0; i < count; i++)
        {
            var state = _states.Pointer + (3 * i);
            nearest[i] = Settle(state, norms, out var threshold);
            if (nearest[i] < 0)
            {
                nearest[i] = Decide(points.Row(first + i), _rows.Row(i), threshold);
            }
        }

        Work.TileDistances += (long)count * _centroids.Clusters;
    }

    public override void Dispose()
    {
        _rows.Dispose();
        _partial.Dispose();
        _states.Dispose();
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
                var score = Tile<T, TVector, TSimd>.ScoreRow(
                    packed, _centroids.Panel(first) + (c * TSimd.Count), columns * TSimd.Count, dimensions, _centroids.Offsets + ((first + c) * TSimd.Count));
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
}
