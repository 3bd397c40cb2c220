using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Centroids;

/// <summary>The sums, counts and weights of all clusters, exact, and the means they give.</summary>
internal sealed unsafe class ClusterTotals<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockSize = 256;

    private readonly SumScale _scale;
    private readonly int _dimensions;
    private readonly bool _weighted;
    private readonly ICollective _collective;
    private readonly Values _own;
    private readonly Values _all;
    private readonly int _unitBits;
    private readonly double[] _units;
    private readonly Lock _lock = new();

    /// <summary>Totals of k clusters, over all processes of a collective (or this one alone).</summary>
    public ClusterTotals(SumScale scale, int clusters, bool weighted, ICollective? collective = null)
    {
        _scale = scale;
        _dimensions = scale.Factors.Length;
        _weighted = weighted;
        _collective = collective ?? SingleProcess.Instance;
        _own = new Values(clusters, _dimensions * scale.Limbs, weighted);
        _all = _collective.Size == 1 ? _own : new Values(clusters, _dimensions * scale.Limbs, weighted);
        _unitBits = SumScale.FirstBits + (scale.Limbs > 1 ? SumScale.LimbBits : 0);
        _units = Array.ConvertAll(scale.Exponents, e => Math.ScaleB(1, e - _unitBits));
    }

    /// <summary>The fixed point.</summary>
    public SumScale Scale => _scale;

    /// <summary>Points of positive weight in a cluster.</summary>
    public long Count(int cluster) => (long)_all.Counts.Pointer[cluster];

    /// <summary>The weight of a cluster (its count, without weights), in the user's unit.</summary>
    public double Weight(int cluster) => !_weighted ? Count(cluster) : Math.ScaleB(ScaledWeight(cluster), _scale.WeightExponent);

    /// <summary>Takes over a thread's changes and clears them. Any thread, any order.</summary>
    public void Absorb(SumDelta<T> delta)
    {
        lock (_lock)
        {
            for (var j = 0; j < delta.Clusters; j++)
            {
                if (delta.Touched.Pointer[j])
                {
                    AbsorbCluster(delta, j);
                }
            }
        }

        delta.Clear();
    }

    /// <summary>Takes a thread's changes over if so many more additions would be too many for them.</summary>
    public void MakeRoom(SumDelta<T> delta, int additions)
    {
        if (delta.Pending + additions > SumScale.MaxPending)
        {
            Absorb(delta);
        }
    }

    /// <summary>Adds all points to the clusters of their labels.</summary>
    public void AddAll(PointView<T> points, T* weights, int* labels, Crew crew)
    {
        var none = new int[BlockSize];
        Array.Fill(none, -1);
        var deltas = new SumDelta<T>?[crew.Size];
        crew.Run(points.Count, BlockSize, points.Dimensions, (thread, first, count) =>
        {
            var mine = deltas[thread] ??= SumDelta<T>.Create(_scale, _own.Clusters, _weighted);
            MakeRoom(mine, count);
            fixed (int* from = none)
            {
                mine.Move(points, first, count, from, labels + first, weights);
            }
        });
        foreach (var delta in deltas)
        {
            if (delta is not null)
            {
                Absorb(delta);
                delta.Dispose();
            }
        }

        Share();
    }

    /// <summary>Brings the totals of all processes together; means, counts and weights are those of the last time this was called. Nothing to do for one process.</summary>
    public void Share()
    {
        if (_collective.Size > 1)
        {
            _all.SetToSum(_own, _collective);
        }
    }

    /// <summary>
    /// The mean of a cluster's points, rounded once (to T, or not at all to double) from a double that is off by less than an ulp: S/W with S = S_hi + S_lo, a first quotient and its
    /// remainder. An empty cluster has none: false.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public bool TryMean<TMean>(int cluster, TMean* mean)
        where TMean : unmanaged, IBinaryFloatingPointIeee754<TMean>
    {
        var weight = _weighted ? ScaledWeight(cluster) : Count(cluster);
        if (weight == 0)
        {
            return false;
        }

        WriteMean(_all.Sums.Pointer + ((nint)cluster * _dimensions * _scale.Limbs), weight, mean);
        return true;
    }

    /// <summary>The mean of all points, as of one cluster; there must be a point of positive weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void MeanOfAll<TMean>(TMean* mean)
        where TMean : unmanaged, IBinaryFloatingPointIeee754<TMean>
    {
        using var all = new Values(1, _dimensions * _scale.Limbs, _weighted);
        for (var cluster = 0; cluster < _all.Clusters; cluster++)
        {
            all.Add(_all, cluster);
        }

        WriteMean(all.Sums.Pointer, _weighted ? Scaled(all.Weights.Pointer) : (double)*all.Counts.Pointer, mean);
    }

    /// <summary>Empties all clusters.</summary>
    public void Clear() => _own.Clear();

    public void Dispose()
    {
        _own.Dispose();
        _all.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void WriteMean<TMean>(Int128* sums, double weight, TMean* mean)
        where TMean : unmanaged, IBinaryFloatingPointIeee754<TMean>
    {
        for (var p = 0; p < _dimensions; p++)
        {
            var high = _scale.Limbs == 1 ? sums[p] : (sums[p] << SumScale.LimbBits) + sums[_dimensions + p];
            var low = 0.0;
            var sum = Split(high, ref low);
            if (_scale.Limbs > 2)
            {
                low += (double)sums[(2 * _dimensions) + p] * (1.0 / (1L << SumScale.LimbBits));
            }

            var quotient = sum / weight;
            quotient += (Math.FusedMultiplyAdd(-quotient, weight, sum) + low) / weight;

            // With three limbs the unit may be below the smallest double. Adding zero makes a negative zero positive.
            quotient = _scale.Limbs > 2 ? Math.ScaleB(quotient, _scale.Exponents[p] - _unitBits) : quotient * _units[p];
            mean[p] = TMean.CreateTruncating(quotient) + TMean.Zero;
        }
    }

    private static double Split(Int128 value, ref double low)
    {
        // Most sums fit in 62 bits, whose conversions the hardware has; a rounded one still fits in 64.
        const long Limit = 1L << 62;
        var narrow = (long)value;
        if (narrow == value && narrow is > -Limit and < Limit)
        {
            var rounded = (double)narrow;
            low = narrow - (long)rounded;
            return rounded;
        }

        var high = (double)value;
        low = (double)(value - (Int128)high);
        return high;
    }

    private double ScaledWeight(int cluster) => Scaled(_all.Weights.Pointer + (cluster * SumDelta<T>.WeightLimbs));

    private static double Scaled(Int128* limbs)
    {
        var high = (double)((limbs[0] << SumScale.LimbBits) + limbs[1]);
        return Math.ScaleB(high + ((double)limbs[2] / (1L << SumScale.LimbBits)), -SumScale.FirstBits - SumScale.LimbBits);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AbsorbCluster(SumDelta<T> delta, int cluster)
    {
        var count = delta.Counts.Pointer[cluster];
        var offset = unchecked(count * SumDelta<T>.OffsetBits);
        _own.Counts.Pointer[cluster] += count;
        for (var limb = 0; limb < _scale.Limbs; limb++)
        {
            var sums = _own.Sums.Pointer + ((((nint)cluster * _scale.Limbs) + limb) * _dimensions);
            var changes = delta.Sums.Pointer + ((((nint)cluster * _scale.Limbs) + limb) * delta.Stride);
            for (var p = 0; p < _dimensions; p++)
            {
                sums[p] += unchecked(changes[p] - offset);
            }
        }

        if (_weighted)
        {
            var changes = delta.Weights!.Pointer + (cluster * SumDelta<T>.WeightLimbs);
            for (var limb = 0; limb < SumDelta<T>.WeightLimbs; limb++)
            {
                _own.Weights.Pointer[(cluster * SumDelta<T>.WeightLimbs) + limb] += unchecked(changes[limb] - offset);
            }
        }
    }

    /// <summary>Sums (clusters × limbs × d), counts, and weights (clusters × limbs).</summary>
    private sealed class Values(int clusters, int sumsPerCluster, bool weighted) : IDisposable
    {
        public int Clusters => clusters;

        public AlignedBuffer<Int128> Sums { get; } = new((long)clusters * sumsPerCluster);

        public AlignedBuffer<Int128> Counts { get; } = new(clusters);

        public AlignedBuffer<Int128> Weights { get; } = new(weighted ? clusters * SumDelta<T>.WeightLimbs : 0);

        public void SetToSum(Values own, ICollective collective)
        {
            foreach (var (source, target) in new[] { (own.Sums, Sums), (own.Counts, Counts), (own.Weights, Weights) })
            {
                // In pieces, as a span is at most 2³¹ long and its two doubles are made here.
                const int Piece = 1 << 16;
                for (var i = 0L; i < target.Length; i += Piece)
                {
                    var length = (int)Math.Min(Piece, target.Length - i);
                    var sums = new Span<Int128>(target.Pointer + i, length);
                    new ReadOnlySpan<Int128>(source.Pointer + i, length).CopyTo(sums);
                    collective.Sum(sums);
                }
            }
        }

        /// <summary>Adds one of some clusters to the only one here.</summary>
        public void Add(Values other, int cluster)
        {
            Add(other.Sums, cluster, Sums);
            Add(other.Counts, cluster, Counts);
            Add(other.Weights, cluster, Weights);
        }

        public void Clear()
        {
            Sums.Clear();
            Counts.Clear();
            Weights.Clear();
        }

        public void Dispose()
        {
            Sums.Dispose();
            Counts.Dispose();
            Weights.Dispose();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Add(AlignedBuffer<Int128> source, int cluster, AlignedBuffer<Int128> target)
        {
            for (var i = 0L; i < target.Length; i++)
            {
                target.Pointer[i] += source.Pointer[(cluster * target.Length) + i];
            }
        }
    }
}
