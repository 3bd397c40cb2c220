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
    public int Pending { get; private set; }

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

    /// <summary>Moves points first … first + count − 1 from their old clusters (−1 for none) to their new ones.</summary>
    public void Move(in PointView<T> points, int first, int count, int* from, int* to, T* weights)
    {
        if (Weights is null)
        {
            MoveRows(points, first, count, from, to);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            if (from[i] != to[i])
            {
                Move(points, first + i, from[i], to[i], weights[first + i]);
            }
        }
    }

    /// <summary>Moves one point; a weight of 0 leaves everything as it is. Without weights, give 1.</summary>
    public void Move(in PointView<T> points, int row, int from, int to, T weight)
    {
        if (weight == T.Zero)
        {
            return;
        }

        var wide = Weights is null ? 1.0 : double.CreateTruncating(weight) * WeightFactor;
        if (from >= 0)
        {
            AddRow(points, row, from, wide, removes: true);
            Count(from, -1, wide);
        }

        if (to >= 0)
        {
            AddRow(points, row, to, wide, removes: false);
            Count(to, 1, wide);
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

    public void Dispose()
    {
        Sums.Dispose();
        Counts.Dispose();
        Weights?.Dispose();
        Touched.Dispose();
        Factors.Dispose();
    }

    protected abstract void MoveRows(in PointView<T> points, int first, int count, int* from, int* to);

    protected abstract void AddRow(in PointView<T> points, int row, int cluster, double weight, bool removes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Count(int cluster, int sign)
    {
        Counts.Pointer[cluster] += sign;
        Touched.Pointer[cluster] = true;
        Pending++;
    }

    private void Count(int cluster, int sign, double weight)
    {
        Count(cluster, sign);
        if (Weights is null)
        {
            return;
        }

        var value = weight * (1L << SumScale.FirstBits);
        var limbs = Weights.Pointer + (cluster * WeightLimbs);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MoveRows(in PointView<T> points, int first, int count, int* from, int* to)
    {
        for (var i = 0; i < count; i++)
        {
            var old = from[i];
            var now = to[i];
            if (old == now)
            {
                continue;
            }

            if (old >= 0)
            {
                AddRow(points, first + i, old, 1, removes: true);
                Count(old, -1);
            }

            AddRow(points, first + i, now, 1, removes: false);
            Count(now, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected override void AddRow(in PointView<T> points, int row, int cluster, double weight, bool removes)
    {
        var x = points.Row(row);
        var sums = Sums.Pointer + ((nint)cluster * Stride * Scale.Limbs);
        var whole = Dimensions;
        if (Dimensions % TSimd.Count != 0 && !points.CanReadPast(row, TSimd.Count))
        {
            whole = Dimensions / TSimd.Count * TSimd.Count;
            AddTail(x + whole, sums + whole, Factors.Pointer + whole, weight, removes);
        }

        // A last vector that reaches past the row adds what it finds to the padding, which nobody reads.
        switch (Scale.Limbs)
        {
            case 1: AddVectors<One>(x, sums, Factors.Pointer, whole, weight, removes); break;
            case 2: AddVectors<Two>(x, sums, Factors.Pointer, whole, weight, removes); break;
            default: AddVectors<Three>(x, sums, Factors.Pointer, whole, weight, removes); break;
        }
    }

    // The last row of all must not be read past its end: the rest of it is copied first.
    private void AddTail(T* x, long* sums, double* factors, double weight, bool removes)
    {
        var copy = stackalloc T[TSimd.Count];
        new ReadOnlySpan<T>(x, Dimensions % TSimd.Count).CopyTo(new Span<T>(copy, TSimd.Count));
        switch (Scale.Limbs)
        {
            case 1: AddVectors<One>(copy, sums, factors, 1, weight, removes); break;
            case 2: AddVectors<Two>(copy, sums, factors, 1, weight, removes); break;
            default: AddVectors<Three>(copy, sums, factors, 1, weight, removes); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddVectors<TLimbs>(T* x, long* sums, double* factors, int dimensions, double weight, bool removes)
        where TLimbs : struct, ISmallNumber
    {
        var offset = TSimd.Create(RoundingOffset);
        var nextLimb = TSimd.Create(1L << SumScale.LimbBits);
        var weights = TSimd.Create(weight);
        for (var p = 0; p < dimensions; p += TSimd.Count)
        {
            // Without weights a product with 1 changes nothing; the compiler can't know, but the memory is the bound here.
            var value = typeof(T) == typeof(float) ? TSimd.LoadWidened((float*)x + p) : TSimd.Load((double*)x + p);
            value = TSimd.Multiply(TSimd.Multiply(value, TSimd.Load(factors + p)), weights);
            var rounded = TSimd.Add(value, offset);
            Accumulate(rounded, sums + p, removes);
            if (TLimbs.Count > 1)
            {
                value = TSimd.Multiply(TSimd.Subtract(value, TSimd.Subtract(rounded, offset)), nextLimb);
                rounded = TSimd.Add(value, offset);
                Accumulate(rounded, sums + Stride + p, removes);
            }

            if (TLimbs.Count > 2)
            {
                value = TSimd.Multiply(TSimd.Subtract(value, TSimd.Subtract(rounded, offset)), nextLimb);
                Accumulate(TSimd.Add(value, offset), sums + (2 * Stride) + p, removes);
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
