using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Centroids;

/// <summary>
/// One thread's changes to the clusters' sums: points that came and points that went, as wrapping 64-bit integers in the fixed point of a <see cref="SumScale"/>.
/// </summary>
/// <remarks>
/// Invariant: at most <see cref="SumScale.MaxPending"/> points were added or removed since the last <see cref="Clear"/>; with the offset C taken away once for each point
/// (added minus removed), every sum is then the true one, however often it wrapped in between.
/// </remarks>
internal abstract unsafe class SumDelta<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The bits of the offset, which every addition leaves in a sum.</summary>
    public static readonly long OffsetBits = BitConverter.DoubleToInt64Bits(SumScale.RoundingOffset);

    /// <summary>Rows are padded to this many values, a cache line of integers.</summary>
    private const int Padding = 8;

    protected SumDelta(SumScale scale, int clusters, bool weighted)
    {
        Scale = scale;
        Clusters = clusters;
        Dimensions = scale.Factors.Length;
        Stride = (Dimensions + Padding - 1) / Padding * Padding;
        Sums = new AlignedBuffer<long>((long)clusters * Stride * scale.Limbs);
        Counts = new AlignedBuffer<long>(clusters);
        Weights = weighted ? new AlignedBuffer<long>((long)clusters * WeightLimbs) : null;
        Touched = new AlignedBuffer<bool>(clusters);
        Factors = new AlignedBuffer<double>(Stride);
        scale.Factors.CopyTo(new Span<double>(Factors.Pointer, Dimensions));
        SmallFactors = new AlignedBuffer<double>(Stride);
        scale.SmallFactors.CopyTo(new Span<double>(SmallFactors.Pointer, Dimensions));
    }

    /// <summary>Limbs of a sum of weights: as many as the sums have at most, so that no positive weight is lost.</summary>
    public const int WeightLimbs = 3;

    public SumScale Scale { get; }

    public int Clusters { get; }

    public int Dimensions { get; }

    /// <summary>From one limb of a cluster to the next, in values.</summary>
    public int Stride { get; }

    /// <summary>Clusters × limbs × stride.</summary>
    public AlignedBuffer<long> Sums { get; }

    /// <summary>Points of positive weight, came minus went.</summary>
    public AlignedBuffer<long> Counts { get; }

    /// <summary>Clusters × <see cref="WeightLimbs"/>; null without weights.</summary>
    public AlignedBuffer<long>? Weights { get; }

    /// <summary>Clusters that changed since the last <see cref="Clear"/>.</summary>
    public AlignedBuffer<bool> Touched { get; }

    /// <summary>Points added and removed since the last <see cref="Clear"/>.</summary>
    public int Pending { get; protected set; }

    protected AlignedBuffer<double> Factors { get; }

    protected AlignedBuffer<double> SmallFactors { get; }

    public static SumDelta<T> Create(SumScale scale, int clusters, bool weighted)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new VectorSumDelta<T, Vector512<double>, Simd512<double>>(scale, clusters, weighted);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new VectorSumDelta<T, Vector256<double>, Simd256<double>>(scale, clusters, weighted);
        }

        return Vector128.IsHardwareAccelerated
            ? new VectorSumDelta<T, Vector128<double>, Simd128<double>>(scale, clusters, weighted)
            : new VectorSumDelta<T, double, SimdScalar<double>>(scale, clusters, weighted);
    }

    /// <summary>Moves points first … first + count − 1 from their old clusters (−1 for none) to their new ones. A weight of 0 leaves everything as it is.</summary>
    /// <param name="points">All points.</param>
    /// <param name="first">The first of those to move.</param>
    /// <param name="count">How many.</param>
    /// <param name="from">The old cluster of each of them.</param>
    /// <param name="to">The new cluster of each of them.</param>
    /// <param name="weights">The weights of all points; null where there are none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Move(in PointView<T> points, int first, int count, int* from, int* to, T* weights)
    {
        if (Weights is null)
        {
            MoveRows(points, first, count, from, to);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            if (from[i] != to[i] && weights[first + i] > T.Zero)
            {
                var weight = Math.ScaleB(double.CreateTruncating(weights[first + i]), -Scale.WeightExponent);
                MoveRow(points.RowSpan(first + i), from[i], to[i], weight);
                AddWeight(from[i], -1, weight);
                AddWeight(to[i], 1, weight);
            }
        }
    }

    /// <summary>Moves many points at once, by their sums.</summary>
    /// <param name="sums">Limbs × d sums of theirs, without the offsets.</param>
    /// <param name="count">How many of them have a positive weight.</param>
    /// <param name="weights">The limbs of their weight; not read without weights.</param>
    /// <param name="points">How many they are: no more additions than these went into the sums.</param>
    /// <param name="from">Their old cluster, or −1 for none.</param>
    /// <param name="to">Their new cluster.</param>
    public void MoveMany(long* sums, long count, long* weights, int points, int from, int to)
    {
        AddMany(sums, count, weights, from, -1);
        AddMany(sums, count, weights, to, 1);
        Pending += 2 * points;
    }

    /// <summary>Reads a delta of one cluster: what <see cref="MoveMany"/> takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void ReadOnly(long* sums, long* count, long* weights)
    {
        *count = *Counts.Pointer;
        for (var limb = 0; limb < Scale.Limbs; limb++)
        {
            for (var p = 0; p < Dimensions; p++)
            {
                sums[(limb * Dimensions) + p] = Value(0, limb, p);
            }
        }

        for (var limb = 0; Weights is not null && limb < WeightLimbs; limb++)
        {
            weights[limb] = unchecked(Weights.Pointer[limb] - (*count * OffsetBits));
        }
    }

    /// <summary>A sum since the last <see cref="Clear"/>, in units of its limb: the integer less the offset of each point.</summary>
    public long Value(int cluster, int limb, int dimension) => unchecked(
        Sums.Pointer[((((nint)cluster * Scale.Limbs) + limb) * Stride) + dimension] - (Counts.Pointer[cluster] * OffsetBits));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Clear()
    {
        for (var j = 0; j < Clusters; j++)
        {
            if (Touched.Pointer[j])
            {
                new Span<long>(Sums.Pointer + ((nint)j * Stride * Scale.Limbs), Stride * Scale.Limbs).Clear();
            }
        }

        Counts.Clear();
        Weights?.Clear();
        Touched.Clear();
        Pending = 0;
    }

    public virtual void Dispose()
    {
        Sums.Dispose();
        Counts.Dispose();
        Weights?.Dispose();
        Touched.Dispose();
        Factors.Dispose();
        SmallFactors.Dispose();
    }

    protected abstract void MoveRows(in PointView<T> points, int first, int count, int* from, int* to);

    protected abstract void MoveRow(ReadOnlySpan<T> row, int from, int to, double weight);

    // As if each point had been added by itself: with the offset of each.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddMany(long* sums, long count, long* weights, int cluster, long sign)
    {
        if (cluster < 0 || count == 0)
        {
            return;
        }

        var offset = unchecked(count * OffsetBits);
        for (var limb = 0; limb < Scale.Limbs; limb++)
        {
            var target = Sums.Pointer + ((((nint)cluster * Scale.Limbs) + limb) * Stride);
            for (var p = 0; p < Dimensions; p++)
            {
                target[p] = unchecked(target[p] + (sign * (sums[(limb * Dimensions) + p] + offset)));
            }
        }

        for (var limb = 0; Weights is not null && limb < WeightLimbs; limb++)
        {
            Weights.Pointer[(cluster * WeightLimbs) + limb] = unchecked(Weights.Pointer[(cluster * WeightLimbs) + limb] + (sign * (weights[limb] + offset)));
        }

        Counts.Pointer[cluster] += sign * count;
        Touched.Pointer[cluster] = true;
    }

    private void AddWeight(int cluster, int sign, double weight)
    {
        if (cluster < 0)
        {
            return;
        }

        var value = weight * (1L << SumScale.FirstBits);
        var limbs = Weights!.Pointer + (cluster * WeightLimbs);
        for (var limb = 0; limb < WeightLimbs; limb++)
        {
            var rounded = value + SumScale.RoundingOffset;
            limbs[limb] += sign * BitConverter.DoubleToInt64Bits(rounded);
            value = (value - (rounded - SumScale.RoundingOffset)) * (1L << SumScale.LimbBits);
        }
    }
}
