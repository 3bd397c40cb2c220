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
    /// <summary>Rounds to an integer what is added to it, for magnitudes below 2⁵¹.</summary>
    public const double RoundingOffset = 1.5 * (1L << 52);

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
        WeightFactor = Math.ScaleB(1, -scale.WeightExponent);
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

    private double WeightFactor { get; }

    public static SumDelta<T> Create(SumScale scale, int clusters, bool weighted)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new SumDelta<T, Vector512<double>, Simd512<double>>(scale, clusters, weighted);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new SumDelta<T, Vector256<double>, Simd256<double>>(scale, clusters, weighted);
        }

        return Vector128.IsHardwareAccelerated
            ? new SumDelta<T, Vector128<double>, Simd128<double>>(scale, clusters, weighted)
            : new SumDelta<T, double, SimdScalar<double>>(scale, clusters, weighted);
    }

    /// <summary>Moves points first … first + count − 1 from their old clusters (−1 for none) to their new ones. A weight of 0 leaves everything as it is.</summary>
    /// <param name="points">All points.</param>
    /// <param name="first">The first of those to move.</param>
    /// <param name="count">How many.</param>
    /// <param name="from">The old cluster of each of them.</param>
    /// <param name="to">The new cluster of each of them.</param>
    /// <param name="weights">The weights of all points; null where there are none.</param>
    public void Move(in PointView<T> points, int first, int count, int* from, int* to, T* weights)
    {
        if (Weights is null)
        {
            MoveRows(points, first, count, from, to);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var weight = double.CreateTruncating(weights[first + i]) * WeightFactor;
            if (from[i] != to[i] && weight > 0)
            {
                MoveRow(points.RowSpan(first + i), from[i], to[i], weight);
                AddWeight(from[i], -1, weight);
                AddWeight(to[i], 1, weight);
            }
        }
    }

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
    }

    protected abstract void MoveRows(in PointView<T> points, int first, int count, int* from, int* to);

    protected abstract void MoveRow(ReadOnlySpan<T> row, int from, int to, double weight);

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
            var rounded = value + RoundingOffset;
            limbs[limb] += sign * BitConverter.DoubleToInt64Bits(rounded);
            value = (value - (rounded - RoundingOffset)) * (1L << SumScale.LimbBits);
        }
    }
}

/// <summary>The sums with the vectors of one width.</summary>
internal sealed unsafe class SumDelta<T, TVector, TSimd>(SumScale scale, int clusters, bool weighted) : SumDelta<T>(scale, clusters, weighted)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, double>
{
    private readonly AlignedBuffer<T> _row = new(scale.Factors.Length + TSimd.Count);

    public override void Dispose()
    {
        _row.Dispose();
        base.Dispose();
    }

    protected override void MoveRows(in PointView<T> points, int first, int count, int* from, int* to)
    {
        // The last vector of a row reaches past it, and adds what it finds to the padding of the sums, which nobody reads; where that may not be read, the row is copied first.
        var readable = Dimensions % TSimd.Count == 0 ? count : Math.Min(count, points.ReadablePast(first, TSimd.Count));
        MoveRows(points.Row(first), points.Stride, readable, from, to, 1);
        for (var i = readable; i < count; i++)
        {
            MoveRow(points.RowSpan(first + i), from[i], to[i], 1);
        }
    }

    protected override void MoveRow(ReadOnlySpan<T> row, int from, int to, double weight)
    {
        row.CopyTo(new Span<T>(_row.Pointer, row.Length));
        MoveRows(_row.Pointer, 0, 1, &from, &to, weight);
    }

    private void MoveRows(T* x, nint stride, int count, int* from, int* to, double weight)
    {
        switch (Scale.Limbs)
        {
            case 1: MoveRows<One>(x, stride, count, from, to, weight); break;
            case 2: MoveRows<Two>(x, stride, count, from, to, weight); break;
            default: MoveRows<Three>(x, stride, count, from, to, weight); break;
        }
    }

    // Calls nothing: a call would drive the vectors out of their registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MoveRows<TLimbs>(T* x, nint stride, int count, int* from, int* to, double weight)
        where TLimbs : struct, ISmallNumber
    {
        var sums = Sums.Pointer;
        var counts = Counts.Pointer;
        var touched = Touched.Pointer;
        var factors = Factors.Pointer;
        var clusterLength = (nint)Stride * TLimbs.Count;
        var pending = 0;
        for (var i = 0; i < count; i++, x += stride)
        {
            var old = from[i];
            var now = to[i];
            if (old == now)
            {
                continue;
            }

            if (old >= 0)
            {
                AddVectors<TLimbs>(x, sums + (old * clusterLength), factors, Dimensions, Stride, weight, removes: true);
                counts[old]--;
                touched[old] = true;
                pending++;
            }

            if (now >= 0)
            {
                AddVectors<TLimbs>(x, sums + (now * clusterLength), factors, Dimensions, Stride, weight, removes: false);
                counts[now]++;
                touched[now] = true;
                pending++;
            }
        }

        Pending += pending;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddVectors<TLimbs>(T* x, long* sums, double* factors, int dimensions, int stride, double weight, bool removes)
        where TLimbs : struct, ISmallNumber
    {
        var offset = TSimd.Create(RoundingOffset);
        var nextLimb = TSimd.Create(1L << SumScale.LimbBits);
        var weights = TSimd.Create(weight);
        for (var p = 0; p < dimensions; p += TSimd.Count)
        {
            var value = typeof(T) == typeof(float) ? TSimd.LoadWidened((float*)x + p) : TSimd.Load((double*)x + p);
            value = TSimd.Multiply(TSimd.Multiply(value, TSimd.Load(factors + p)), weights);
            var rounded = TSimd.Add(value, offset);
            Accumulate(rounded, sums + p, removes);
            if (TLimbs.Count > 1)
            {
                value = TSimd.Multiply(TSimd.Subtract(value, TSimd.Subtract(rounded, offset)), nextLimb);
                rounded = TSimd.Add(value, offset);
                Accumulate(rounded, sums + stride + p, removes);
            }

            if (TLimbs.Count > 2)
            {
                value = TSimd.Multiply(TSimd.Subtract(value, TSimd.Subtract(rounded, offset)), nextLimb);
                Accumulate(TSimd.Add(value, offset), sums + (2 * stride) + p, removes);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(TVector value, long* sums, bool removes)
    {
        if (removes)
        {
            TSimd.SubtractBits(value, sums);
        }
        else
        {
            TSimd.AddBits(value, sums);
        }
    }
}
