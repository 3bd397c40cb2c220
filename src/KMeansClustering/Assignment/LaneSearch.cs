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
        private readonly AlignedBuffer<T> _index;

        public LaneWorker(PackedCentroids<T> centroids, int blockSize)
        {
            _centroids = centroids;
            _blockSize = blockSize;
            _block = new AlignedBuffer<T>((long)blockSize * centroids.Dimensions);
            _best = new AlignedBuffer<T>(blockSize);
            _second = new AlignedBuffer<T>(blockSize);
            _index = new AlignedBuffer<T>(blockSize);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest)
        {
            PackBlock(points, first, count);
            for (var i = 0; i < count; i += 2 * TSimd.Count)
            {
                switch (_centroids.Dimensions)
                {
                    case 1: Score<One>(i); break;
                    case 2: Score<Two>(i); break;
                    case 3: Score<Three>(i); break;
                    case 4: Score<Four>(i); break;
                    case 5: Score<Five>(i); break;
                    case 6: Score<Six>(i); break;
                    case 7: Score<Seven>(i); break;
                    default: Score<Eight>(i); break;
                }
            }

            for (var i = 0; i < count; i++)
            {
                nearest[i] = LaneBits<T>.ToInt32(_index.Pointer[i]);
                var threshold = _best.Pointer[i] + (Slack(i) + _centroids.Slacks[nearest[i]]);
                if (!(_second.Pointer[i] > threshold))
                {
                    nearest[i] = Decide(points.Row(first + i), i, threshold);
                }
            }

            TileDistances += (long)count * _centroids.Clusters;
        }

        public override void Dispose()
        {
            _block.Dispose();
            _best.Dispose();
            _second.Dispose();
            _index.Dispose();
        }

        // x′ = (x − μ)·σ in T, dimension by dimension.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void PackBlock(in PointView<T> points, int first, int count)
        {
            var scale = _centroids.Scale;
            for (var p = 0; p < _centroids.Dimensions; p++)
            {
                var mean = _centroids.Mean[p];
                var lane = _block.Pointer + ((nint)p * _blockSize);
                for (var i = 0; i < count; i++)
                {
                    lane[i] = (points.Row(first + i)[p] - mean) * scale;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Score<TDimensions>(int i)
            where TDimensions : struct, ISmallNumber
        {
            var block = _block.Pointer + i;
            TVector zero = TSimd.Create(T.Zero);
            TVector x0 = TDimensions.Count > 0 ? TSimd.Load(block + (0 * (nint)_blockSize)) : zero;
            TVector y0 = TDimensions.Count > 0 ? TSimd.Load(block + (0 * (nint)_blockSize) + TSimd.Count) : zero;
            TVector x1 = TDimensions.Count > 1 ? TSimd.Load(block + (1 * (nint)_blockSize)) : zero;
            TVector y1 = TDimensions.Count > 1 ? TSimd.Load(block + (1 * (nint)_blockSize) + TSimd.Count) : zero;
            TVector x2 = TDimensions.Count > 2 ? TSimd.Load(block + (2 * (nint)_blockSize)) : zero;
            TVector y2 = TDimensions.Count > 2 ? TSimd.Load(block + (2 * (nint)_blockSize) + TSimd.Count) : zero;
            TVector x3 = TDimensions.Count > 3 ? TSimd.Load(block + (3 * (nint)_blockSize)) : zero;
            TVector y3 = TDimensions.Count > 3 ? TSimd.Load(block + (3 * (nint)_blockSize) + TSimd.Count) : zero;
            TVector x4 = TDimensions.Count > 4 ? TSimd.Load(block + (4 * (nint)_blockSize)) : zero;
            TVector y4 = TDimensions.Count > 4 ? TSimd.Load(block + (4 * (nint)_blockSize) + TSimd.Count) : zero;
            TVector x5 = TDimensions.Count > 5 ? TSimd.Load(block + (5 * (nint)_blockSize)) : zero;
            TVector y5 = TDimensions.Count > 5 ? TSimd.Load(block + (5 * (nint)_blockSize) + TSimd.Count) : zero;
            TVector x6 = TDimensions.Count > 6 ? TSimd.Load(block + (6 * (nint)_blockSize)) : zero;
            TVector y6 = TDimensions.Count > 6 ? TSimd.Load(block + (6 * (nint)_blockSize) + TSimd.Count) : zero;
            TVector x7 = TDimensions.Count > 7 ? TSimd.Load(block + (7 * (nint)_blockSize)) : zero;
            TVector y7 = TDimensions.Count > 7 ? TSimd.Load(block + (7 * (nint)_blockSize) + TSimd.Count) : zero;
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
            TSimd.Store(indexX, _index.Pointer + i);
            TSimd.Store(indexY, _index.Pointer + i + TSimd.Count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private T Slack(int i)
        {
            var norm = T.Zero;
            for (var p = 0; p < _centroids.Dimensions; p++)
            {
                var value = _block.Pointer[((nint)p * _blockSize) + i];
                norm += value * value;
            }

            return (_centroids.PointFactor * norm) + _centroids.Tiny;
        }

        // The judge on every centroid whose score is within the threshold, in ascending order.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private int Decide(T* x, int i, T threshold)
        {
            var dimensions = _centroids.Dimensions;
            var nearest = 0;
            var least = double.PositiveInfinity;
            for (var j = 0; j < _centroids.Clusters; j++)
            {
                var score = _centroids.Offsets[j];
                for (var p = 0; p < dimensions; p++)
                {
                    score += _block.Pointer[((nint)p * _blockSize) + i] * _centroids.Panel(j)[p];
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
