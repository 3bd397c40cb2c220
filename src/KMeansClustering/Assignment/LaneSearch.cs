using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The search with a lane for each point, for few dimensions, where the <see cref="TileSearch{T, TVector, TSimd}"/> would spend its time on
/// comparing lanes: two vectors of points stay in registers while the centroids pass by, and no lane is ever compared with another.
/// </summary>
/// <remarks>The invariant and the margin are the tile's: what a lane cannot settle, the judge decides.</remarks>
internal sealed unsafe class LaneSearch<T, TVector, TSimd> : NearestSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    /// <summary>The most dimensions it is written for.</summary>
    public const int MaxDimensions = 8;

    private const int MaxBlock = 1024;
    private const double WorkPerBlock = 1 << 23;

    private readonly PackedCentroids<T> _centroids;

    public LaneSearch(int clusters, int dimensions)
    {
        _centroids = new PackedCentroids<T>(clusters, dimensions, lanes: 1, columns: 1, roundings: 2 * (dimensions + 2));
        var group = 2 * TSimd.Count;
        BlockSize = (int)Math.Clamp(WorkPerBlock / ((double)clusters * (dimensions + 4)), group, MaxBlock) / group * group;
    }

    public override int BlockSize { get; }

    public override void Prepare(T* centroids) => _centroids.Pack(centroids);

    public override Worker CreateWorker() => new LaneWorker(_centroids, BlockSize);

    public override void Dispose() => _centroids.Dispose();

    private sealed class LaneWorker : Worker
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

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

            TileDistances += (long)count * _centroids.Clusters;
        }

        public override void Dispose()
        {
            _block.Dispose();
            _best.Dispose();
            _second.Dispose();
        }

        private void FindNearest<TDimensions>(in PointView<T> points, int first, int count, int* nearest)
            where TDimensions : struct, ISmallNumber
        {
            PackBlock<TDimensions>(points.Row(first), points.Stride, count);
            for (var i = 0; i < count; i += 2 * TSimd.Count)
            {
                if (Score<TDimensions>(i, nearest))
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
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

        // Scores two vectors of points against all centroids. Gives whether all of them are settled, with the widest margin of all centroids.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool Score<TDimensions>(int i, int* nearest)
            where TDimensions : struct, ISmallNumber
        {
            var block = _block.Pointer + i;
            var zero = TSimd.Create(T.Zero);
            TVector x0 = TDimensions.Count > 0 ? Centred(block, 0) : zero;
            TVector y0 = TDimensions.Count > 0 ? Centred(block + TSimd.Count, 0) : zero;
            TVector x1 = TDimensions.Count > 1 ? Centred(block, 1) : zero;
            TVector y1 = TDimensions.Count > 1 ? Centred(block + TSimd.Count, 1) : zero;
            TVector x2 = TDimensions.Count > 2 ? Centred(block, 2) : zero;
            TVector y2 = TDimensions.Count > 2 ? Centred(block + TSimd.Count, 2) : zero;
            TVector x3 = TDimensions.Count > 3 ? Centred(block, 3) : zero;
            TVector y3 = TDimensions.Count > 3 ? Centred(block + TSimd.Count, 3) : zero;
            TVector x4 = TDimensions.Count > 4 ? Centred(block, 4) : zero;
            TVector y4 = TDimensions.Count > 4 ? Centred(block + TSimd.Count, 4) : zero;
            TVector x5 = TDimensions.Count > 5 ? Centred(block, 5) : zero;
            TVector y5 = TDimensions.Count > 5 ? Centred(block + TSimd.Count, 5) : zero;
            TVector x6 = TDimensions.Count > 6 ? Centred(block, 6) : zero;
            TVector y6 = TDimensions.Count > 6 ? Centred(block + TSimd.Count, 6) : zero;
            TVector x7 = TDimensions.Count > 7 ? Centred(block, 7) : zero;
            TVector y7 = TDimensions.Count > 7 ? Centred(block + TSimd.Count, 7) : zero;
            TVector bestX = TSimd.Create(T.PositiveInfinity), secondX = bestX, indexX = zero;
            TVector bestY = bestX, secondY = bestX, indexY = zero;
            var c = _centroids.Panel(0);
            var offsets = _centroids.Offsets;
            var clusters = _centroids.Clusters;
            for (var j = 0; j < clusters; j++, c += TDimensions.Count)
            {
                var value = TSimd.Create(c[0]);
                var offset = TSimd.Create(offsets[j]);
                var scoreX = TSimd.MultiplyAdd(x0, value, offset);
                var scoreY = TSimd.MultiplyAdd(y0, value, offset);
                if (TDimensions.Count > 1)
                {
                    value = TSimd.Create(c[1]);
                    scoreX = TSimd.MultiplyAdd(x1, value, scoreX);
                    scoreY = TSimd.MultiplyAdd(y1, value, scoreY);
                }

                if (TDimensions.Count > 2)
                {
                    value = TSimd.Create(c[2]);
                    scoreX = TSimd.MultiplyAdd(x2, value, scoreX);
                    scoreY = TSimd.MultiplyAdd(y2, value, scoreY);
                }

                if (TDimensions.Count > 3)
                {
                    value = TSimd.Create(c[3]);
                    scoreX = TSimd.MultiplyAdd(x3, value, scoreX);
                    scoreY = TSimd.MultiplyAdd(y3, value, scoreY);
                }

                if (TDimensions.Count > 4)
                {
                    value = TSimd.Create(c[4]);
                    scoreX = TSimd.MultiplyAdd(x4, value, scoreX);
                    scoreY = TSimd.MultiplyAdd(y4, value, scoreY);
                }

                if (TDimensions.Count > 5)
                {
                    value = TSimd.Create(c[5]);
                    scoreX = TSimd.MultiplyAdd(x5, value, scoreX);
                    scoreY = TSimd.MultiplyAdd(y5, value, scoreY);
                }

                if (TDimensions.Count > 6)
                {
                    value = TSimd.Create(c[6]);
                    scoreX = TSimd.MultiplyAdd(x6, value, scoreX);
                    scoreY = TSimd.MultiplyAdd(y6, value, scoreY);
                }

                if (TDimensions.Count > 7)
                {
                    value = TSimd.Create(c[7]);
                    scoreX = TSimd.MultiplyAdd(x7, value, scoreX);
                    scoreY = TSimd.MultiplyAdd(y7, value, scoreY);
                }

                var number = TSimd.Create(LaneBits<T>.FromInt32(j));
                indexX = TSimd.SelectLess(scoreX, bestX, number, indexX);
                secondX = TSimd.Min(secondX, TSimd.Max(bestX, scoreX));
                bestX = TSimd.Min(bestX, scoreX);
                indexY = TSimd.SelectLess(scoreY, bestY, number, indexY);
                secondY = TSimd.Min(secondY, TSimd.Max(bestY, scoreY));
                bestY = TSimd.Min(bestY, scoreY);
            }

            TSimd.Store(bestX, _best.Pointer + i);
            TSimd.Store(bestY, _best.Pointer + i + TSimd.Count);
            TSimd.Store(secondX, _second.Pointer + i);
            TSimd.Store(secondY, _second.Pointer + i + TSimd.Count);
            StoreLabels(indexX, nearest + i);
            StoreLabels(indexY, nearest + i + TSimd.Count);
            var normX = TSimd.Multiply(x0, x0);
            var normY = TSimd.Multiply(y0, y0);
            if (TDimensions.Count > 1)
            {
                normX = TSimd.MultiplyAdd(x1, x1, normX);
                normY = TSimd.MultiplyAdd(y1, y1, normY);
            }

            if (TDimensions.Count > 2)
            {
                normX = TSimd.MultiplyAdd(x2, x2, normX);
                normY = TSimd.MultiplyAdd(y2, y2, normY);
            }

            if (TDimensions.Count > 3)
            {
                normX = TSimd.MultiplyAdd(x3, x3, normX);
                normY = TSimd.MultiplyAdd(y3, y3, normY);
            }

            if (TDimensions.Count > 4)
            {
                normX = TSimd.MultiplyAdd(x4, x4, normX);
                normY = TSimd.MultiplyAdd(y4, y4, normY);
            }

            if (TDimensions.Count > 5)
            {
                normX = TSimd.MultiplyAdd(x5, x5, normX);
                normY = TSimd.MultiplyAdd(y5, y5, normY);
            }

            if (TDimensions.Count > 6)
            {
                normX = TSimd.MultiplyAdd(x6, x6, normX);
                normY = TSimd.MultiplyAdd(y6, y6, normY);
            }

            if (TDimensions.Count > 7)
            {
                normX = TSimd.MultiplyAdd(x7, x7, normX);
                normY = TSimd.MultiplyAdd(y7, y7, normY);
            }

            var factor = TSimd.Create(_centroids.PointFactor);
            var slack = TSimd.Create(_centroids.MaxSlack + _centroids.Tiny);
            var limitX = TSimd.Add(bestX, TSimd.MultiplyAdd(factor, normX, slack));
            var limitY = TSimd.Add(bestY, TSimd.MultiplyAdd(factor, normY, slack));
            return (TSimd.MaskNotGreater(secondX, limitX) | TSimd.MaskNotGreater(secondY, limitY)) == 0;
        }

        // (x − μ)·σ of a vector of points.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Centred(T* block, int dimension) => TSimd.Multiply(
            TSimd.Subtract(TSimd.Load(block + (dimension * (nint)_blockSize)), TSimd.Create(_centroids.Mean[dimension])), TSimd.Create(_centroids.Scale));

        private T CentredValue(T* x, int dimension) => (x[dimension] - _centroids.Mean[dimension]) * _centroids.Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreLabels(TVector index, int* labels)
        {
            if (typeof(T) == typeof(float))
            {
                TSimd.Store(index, (T*)labels);
                return;
            }

            for (var lane = 0; lane < TSimd.Count; lane++)
            {
                labels[lane] = LaneBits<T>.ToInt32(((T*)&index)[lane]);
            }
        }

        // One point, with its own centroid's margin.
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
        [MethodImpl(MethodImplOptions.NoInlining)]
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

                if (score > threshold)
                {
                    continue;
                }

                var distance = Judge<T>.DistanceSquared(x, _centroids.Centroids + ((nint)j * dimensions), dimensions);
                ExactDistances++;
                if (distance < least)
                {
                    least = distance;
                    nearest = j;
                }
            }

            return nearest;
        }
    }
}
