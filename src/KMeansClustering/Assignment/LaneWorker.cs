using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>One thread of a <see cref="LaneSearch{T, TVector, TSimd}"/>.</summary>
internal sealed unsafe class LaneWorker<T, TVector, TSimd> : NearestSearch<T>.Worker
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private readonly PackedCentroids<T> _centroids;
    private readonly int _blockSize;
    private readonly AlignedBuffer<T> _block;
    private readonly AlignedBuffer<T> _best;
    private readonly AlignedBuffer<T> _second;

    public LaneWorker(PackedCentroids<T> centroids, int blockSize)
    {
        _centroids = centroids;
        _blockSize = blockSize;
        _block = new AlignedBuffer<T>((long)blockSize * centroids.Dimensions);
        _best = new AlignedBuffer<T>(blockSize);
        _second = new AlignedBuffer<T>(blockSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest)
    {
        switch (_centroids.Dimensions)
        {
            case 1: FindNearest<One>(points, first, count, nearest); break;
            case 2: FindNearest<Two>(points, first, count, nearest); break;
            case 3: FindNearest<Three>(points, first, count, nearest); break;
            case 4: FindNearest<Four>(points, first, count, nearest); break;
            case 5: FindNearest<Five>(points, first, count, nearest); break;
            case 6: FindNearest<Six>(points, first, count, nearest); break;
            case 7: FindNearest<Seven>(points, first, count, nearest); break;
            default: FindNearest<Eight>(points, first, count, nearest); break;
        }

        Work.TileDistances += (long)count * _centroids.Clusters;
    }

    public override void Dispose()
    {
        _block.Dispose();
        _best.Dispose();
        _second.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void FindNearest<TDimensions>(in PointView<T> points, int first, int count, int* nearest)
        where TDimensions : struct, ISmallNumber
    {
        PackBlock<TDimensions>(points.Row(first), points.Stride, count);
        for (var i = 0; i < count; i += 2 * TSimd.Count)
        {
            if (LaneTile<T, TVector, TSimd>.Score<TDimensions>(
                _centroids, _block.Pointer + i, _blockSize, _best.Pointer + i, _second.Pointer + i, nearest + i))
            {
                continue;
            }

            for (var lane = i; lane < Math.Min(i + (2 * TSimd.Count), count); lane++)
            {
                Settle(points.Row(first + lane), lane, nearest);
            }
        }
    }

    // The points as they are, dimension by dimension. What is left over from an earlier block is scored and not read.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void PackBlock<TDimensions>(T* x, nint stride, int count)
        where TDimensions : struct, ISmallNumber
    {
        var size = (nint)_blockSize;
        var lane = _block.Pointer;
        for (var end = lane + count; lane < end; lane++, x += stride)
        {
            lane[0] = x[0];
            if (TDimensions.Count > 1)
            {
                lane[size] = x[1];
            }

            if (TDimensions.Count > 2)
            {
                lane[2 * size] = x[2];
            }

            if (TDimensions.Count > 3)
            {
                lane[3 * size] = x[3];
            }

            if (TDimensions.Count > 4)
            {
                lane[4 * size] = x[4];
            }

            if (TDimensions.Count > 5)
            {
                lane[5 * size] = x[5];
            }

            if (TDimensions.Count > 6)
            {
                lane[6 * size] = x[6];
            }

            if (TDimensions.Count > 7)
            {
                lane[7 * size] = x[7];
            }
        }
    }

    private T CentredValue(T* x, int dimension) => (x[dimension] - _centroids.Mean[dimension]) * _centroids.Scale;

    // One point, with its own centroid's margin.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Settle(T* x, int i, int* nearest)
    {
        var norm = T.Zero;
        for (var p = 0; p < _centroids.Dimensions; p++)
        {
            norm += CentredValue(x, p) * CentredValue(x, p);
        }

        var threshold = _best.Pointer[i] + ((_centroids.PointFactor * norm) + _centroids.Slacks[nearest[i]] + _centroids.Tiny);
        if (!(_second.Pointer[i] > threshold))
        {
            nearest[i] = Decide(x, threshold);
        }
    }

    // The judge on every centroid whose score is within the threshold, in ascending order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Decide(T* x, T threshold)
    {
        var dimensions = _centroids.Dimensions;
        var nearest = 0;
        var least = double.PositiveInfinity;
        for (var j = 0; j < _centroids.Clusters; j++)
        {
            var score = _centroids.Offsets[j];
            for (var p = 0; p < dimensions; p++)
            {
                score += CentredValue(x, p) * _centroids.Panel(j)[p];
            }

            if (!(score > threshold))
            {
                Compare(x, _centroids.Centroids, dimensions, j, ref nearest, ref least);
            }
        }

        return nearest;
    }
}
