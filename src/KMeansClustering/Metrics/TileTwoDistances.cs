using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// Two distances of each point by the <see cref="Tile{T, TVector, TSimd}"/>: a block of points, centred while it is copied into the cache, is scored against all centroids, and the judge measures the own one and
/// those that may be the nearest of the others: seldom more than one.
/// </summary>
/// <remarks>
/// Invariant: a centroid is left out only if its score is above another's (neither being the own one) by more than the <see cref="Margin{T}"/>, so that the judge's distance of it is not the least. Only the lowest score of each lane and
/// the second lowest are kept. Where the own centroid has the lowest of its lane, nobody knows whose the second is: if that may be the nearest, or several may, all scores are made once more.
/// </remarks>
internal sealed unsafe class TileTwoDistances<T, TVector, TSimd> : TwoDistances<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private const int TileRows = Tile<T, TVector, TSimd>.Rows;
    private const int MaxTiles = 16;
    private const int MaxBlockBytes = 1 << 15;

    private readonly PackedCentroids<T> _packed;

    public TileTwoDistances(PointView<T> centroids, int[] rows, Crew crew)
        : base(centroids, rows)
    {
        _packed = new PackedCentroids<T>(Clusters, Dimensions, TSimd.Count, Tile<T, TVector, TSimd>.MaxColumns, Tile<T, TVector, TSimd>.Roundings(Dimensions));
        _packed.Pack(Centroids, crew);
        BlockSize = TileRows * Math.Clamp(MaxBlockBytes / (sizeof(T) * TileRows * Dimensions), 1, MaxTiles);
    }

    public override int BlockSize { get; }

    public override TwoDistances<T>.Worker CreateWorker() => new Worker(this);

    public override void Dispose()
    {
        _packed.Dispose();
        base.Dispose();
    }

    private new sealed class Worker : TwoDistances<T>.Worker
    {
        private readonly TileTwoDistances<T, TVector, TSimd> _all;
        private readonly PackedCentroids<T> _packed;
        private readonly RowPacker<T, TVector, TSimd> _rows;
        private readonly AlignedBuffer<TVector> _partial;
        private readonly AlignedBuffer<TVector> _states;

        public Worker(TileTwoDistances<T, TVector, TSimd> all)
        {
            _all = all;
            _packed = all._packed;
            _rows = new RowPacker<T, TVector, TSimd>(all.Dimensions, all.BlockSize);
            _rows.Centre(_packed.Mean, _packed.Scale);
            _partial = new AlignedBuffer<TVector>(TileRows * _packed.PanelColumns);
            _states = new AlignedBuffer<TVector>(3 * all.BlockSize);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public override void Measure(in PointView<T> points, int first, int count, int upcoming, int* clusters, double* own, double* other)
        {
            var norms = _rows.Pack(points, first, count);
            var panels = (_packed.VectorCount + _packed.PanelColumns - 1) / _packed.PanelColumns;
            var tiles = (count + TileRows - 1) / TileRows;
            Tile<T, TVector, TSimd>.ScoreBlock(_rows, count, _packed, _states.Pointer, _partial.Pointer, Prefetch.Of(points, first + count, upcoming, (long)panels * tiles * _packed.Dimensions));
            for (var i = 0; i < count; i++)
            {
                if (clusters[i] >= 0)
                {
                    var x = points.Row(first + i);
                    own[i] = _all.Distance(x, clusters[i]);
                    var nearest = Settle(_states.Pointer + (3 * i), norms, clusters[i], out var threshold);
                    other[i] = nearest >= 0 ? _all.Distance(x, nearest) : Decide(x, _rows.Row(i), threshold, clusters[i]);
                }
            }
        }

        public override void Dispose()
        {
            _rows.Dispose();
            _partial.Dispose();
            _states.Dispose();
        }

        // The only centroid but the own one that may be the nearest, or −1 where there are more, or it is not known.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private int Settle(TVector* state, T norm, int own, out T threshold)
        {
            var best = (T*)state;
            var numbers = (T*)(state + 2);
            var second = state[1];
            var ownLane = own % TSimd.Count;
            if (LaneBits<T>.ToInt32(numbers[ownLane]) == own / TSimd.Count)
            {
                best[ownLane] = ((T*)&second)[ownLane];
                numbers[ownLane] = LaneBits<T>.FromInt32(_packed.VectorCount);
            }

            var least = TSimd.MinAcross(state[0]);
            threshold = least + ((_packed.PointFactor * norm) + _packed.MaxSlack + _packed.Tiny);
            var limit = TSimd.Create(threshold);
            var left = TSimd.MaskNotGreater(state[0], limit);
            var lane = BitOperations.TrailingZeroCount(left);
            var nearest = (LaneBits<T>.ToInt32(numbers[lane]) * TSimd.Count) + lane;
            return (left & (left - 1)) == 0 && TSimd.MaskNotGreater(second, limit) == 0 && (uint)nearest < (uint)_packed.Clusters ? nearest : -1;
        }

        // Scores once more, one point against all panels; the judge on those within the threshold.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private double Decide(T* x, T* row, T threshold, int own)
        {
            var limit = TSimd.Create(threshold);
            var least = double.PositiveInfinity;
            for (var first = 0; first < _packed.VectorCount; first += _packed.PanelColumns)
            {
                var columns = _packed.ColumnsAt(first);
                for (var c = 0; c < columns; c++)
                {
                    var score = Tile<T, TVector, TSimd>.ScoreRow(
                        row, _packed.Panel(first) + (c * TSimd.Count), columns * TSimd.Count, _packed.Dimensions, _packed.Offsets + ((first + c) * TSimd.Count));
                    for (var left = TSimd.MaskNotGreater(score, limit); left != 0; left &= left - 1)
                    {
                        var cluster = ((first + c) * TSimd.Count) + BitOperations.TrailingZeroCount(left);
                        if (cluster != own && cluster < _packed.Clusters)
                        {
                            least = Math.Min(least, _all.Distance(x, cluster));
                        }
                    }
                }
            }

            return least;
        }
    }
}
