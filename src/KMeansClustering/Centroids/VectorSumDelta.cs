using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Centroids;

/// <summary>The sums with the vectors of one width.</summary>
internal sealed unsafe class VectorSumDelta<T, TVector, TSimd>(SumScale scale, int clusters, bool weighted) : SumDelta<T>(scale, clusters, weighted)
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void MoveRows<TLimbs>(T* x, nint stride, int count, int* from, int* to, double weight)
        where TLimbs : struct, ISmallNumber
    {
        var sums = Sums.Pointer;
        var counts = Counts.Pointer;
        var touched = Touched.Pointer;
        var factors = Factors.Pointer;
        var smallFactors = SmallFactors.Pointer;
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
                AddVectors<TLimbs>(x, sums + (old * clusterLength), factors, smallFactors, Dimensions, Stride, weight, removes: true);
                counts[old]--;
                touched[old] = true;
                pending++;
            }

            if (now >= 0)
            {
                AddVectors<TLimbs>(x, sums + (now * clusterLength), factors, smallFactors, Dimensions, Stride, weight, removes: false);
                counts[now]++;
                touched[now] = true;
                pending++;
            }
        }

        Pending += pending;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddVectors<TLimbs>(T* x, long* sums, double* factors, double* smallFactors, int dimensions, int stride, double weight, bool removes)
        where TLimbs : struct, ISmallNumber
    {
        var offset = TSimd.Create(SumScale.RoundingOffset);
        var nextLimb = TSimd.Create(1L << SumScale.LimbBits);
        var weights = TSimd.Create(weight);
        for (var p = 0; p < dimensions; p += TSimd.Count)
        {
            var value = typeof(T) == typeof(float) ? TSimd.LoadWidened((float*)x + p) : TSimd.Load((double*)x + p);
            value = TSimd.Multiply(value, TSimd.Load(factors + p));
            value = TLimbs.Count > 2 ? TSimd.Multiply(value, TSimd.Load(smallFactors + p)) : value;
            value = TSimd.Multiply(value, weights);
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
