using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>The running means with the vectors of one width: a lane is a coordinate, so the width cannot show.</summary>
internal sealed unsafe class VectorRunningCentroids<T, TVector, TSimd>(int clusters, int dimensions) : RunningCentroids<T>(clusters, dimensions)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, double>
{
    protected override void Move(T* x, nint stride, int* order, double* shares, int count, int length, double divisor, double* means, T* rounded)
    {
        var p = 0;
        for (; p + (4 * TSimd.Count) <= length; p += 4 * TSimd.Count)
        {
            MoveVectors<TVector, TSimd, Four>(x + p, stride, order, shares, count, divisor, means + p, rounded + p);
        }

        for (; p + TSimd.Count <= length; p += TSimd.Count)
        {
            MoveVectors<TVector, TSimd, One>(x + p, stride, order, shares, count, divisor, means + p, rounded + p);
        }

        for (; p < length; p++)
        {
            MoveVectors<double, SimdScalar<double>, One>(x + p, stride, order, shares, count, divisor, means + p, rounded + p);
        }
    }

    // Four sums at once hide how long an addition takes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void MoveVectors<TLanes, TWidth, TColumns>(T* x, nint stride, int* order, double* shares, int count, double divisor, double* means, T* rounded)
        where TLanes : unmanaged
        where TWidth : struct, ISimd<TLanes, double>
        where TColumns : struct, ISmallNumber
    {
        TLanes c0 = TWidth.Load(means), c1 = default, c2 = default, c3 = default;
        TLanes s0 = TWidth.Create(0), s1 = s0, s2 = s0, s3 = s0;
        if (TColumns.Count > 1)
        {
            c1 = TWidth.Load(means + TWidth.Count);
            c2 = TWidth.Load(means + (2 * TWidth.Count));
            c3 = TWidth.Load(means + (3 * TWidth.Count));
        }

        for (var i = 0; i < count; i++)
        {
            var row = x + (order[i] * stride);
            var share = TWidth.Create(shares[i]);
            s0 = Add<TLanes, TWidth>(s0, row, c0, share);
            if (TColumns.Count > 1)
            {
                s1 = Add<TLanes, TWidth>(s1, row + TWidth.Count, c1, share);
                s2 = Add<TLanes, TWidth>(s2, row + (2 * TWidth.Count), c2, share);
                s3 = Add<TLanes, TWidth>(s3, row + (3 * TWidth.Count), c3, share);
            }
        }

        Store<TLanes, TWidth>(s0, c0, divisor, means, rounded);
        if (TColumns.Count > 1)
        {
            Store<TLanes, TWidth>(s1, c1, divisor, means + TWidth.Count, rounded + TWidth.Count);
            Store<TLanes, TWidth>(s2, c2, divisor, means + (2 * TWidth.Count), rounded + (2 * TWidth.Count));
            Store<TLanes, TWidth>(s3, c3, divisor, means + (3 * TWidth.Count), rounded + (3 * TWidth.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Add<TLanes, TWidth>(TLanes sum, T* x, TLanes mean, TLanes share)
        where TLanes : unmanaged
        where TWidth : struct, ISimd<TLanes, double>
    {
        var value = typeof(T) == typeof(float) ? TWidth.LoadWidened((float*)x) : TWidth.Load((double*)x);
        return TWidth.Add(sum, TWidth.Multiply(share, TWidth.Subtract(value, mean)));
    }

    // Adding zero makes a negative zero positive.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TWidth>(TLanes sum, TLanes mean, double divisor, double* means, T* rounded)
        where TLanes : unmanaged
        where TWidth : struct, ISimd<TLanes, double>
    {
        var moved = TWidth.Add(TWidth.Add(mean, TWidth.Divide(sum, TWidth.Create(divisor))), TWidth.Create(0));
        TWidth.Store(moved, means);
        if (typeof(T) == typeof(float))
        {
            TWidth.StoreNarrowed(moved, (float*)rounded);
        }
        else
        {
            TWidth.Store(moved, (double*)rounded);
        }
    }
}
