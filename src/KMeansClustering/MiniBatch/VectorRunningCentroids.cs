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
        if (length < TSimd.Count)
        {
            for (var p = 0; p < length; p++)
            {
                Store<double, SimdScalar<double>>(Moved<double, SimdScalar<double>>(x + p, stride, order, shares, count, divisor, means + p), means + p, rounded + p);
            }

            return;
        }

        // The last vector ends with the coordinates, and may move some again: from where they were, so to the same place.
        var (last, whole) = (length - TSimd.Count, length / TSimd.Count * TSimd.Count);
        var lastMoved = whole < length ? Moved<TVector, TSimd>(x + last, stride, order, shares, count, divisor, means + last) : default;
        var begin = 0;
        for (; begin + (4 * TSimd.Count) <= whole; begin += 4 * TSimd.Count)
        {
            MoveFour(x + begin, stride, order, shares, count, divisor, means + begin, rounded + begin);
        }

        for (; begin < whole; begin += TSimd.Count)
        {
            Store<TVector, TSimd>(Moved<TVector, TSimd>(x + begin, stride, order, shares, count, divisor, means + begin), means + begin, rounded + begin);
        }

        if (whole < length)
        {
            Store<TVector, TSimd>(lastMoved, means + last, rounded + last);
        }
    }

    // Where one vector of coordinates moves to.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static TLanes Moved<TLanes, TWidth>(T* x, nint stride, int* order, double* shares, int count, double divisor, double* means)
        where TLanes : unmanaged
        where TWidth : struct, ISimd<TLanes, double>
    {
        var mean = TWidth.Load(means);
        var sum = TWidth.Create(0);
        for (var i = 0; i < count; i++)
        {
            sum = Add<TLanes, TWidth>(sum, x + (order[i] * stride), mean, TWidth.Create(shares[i]));
        }

        return Moved<TLanes, TWidth>(sum, mean, divisor);
    }

    // Four vectors at once, which hides how long an addition takes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void MoveFour(T* x, nint stride, int* order, double* shares, int count, double divisor, double* means, T* rounded)
    {
        var lanes = TSimd.Count;
        TVector c0 = TSimd.Load(means), c1 = TSimd.Load(means + lanes), c2 = TSimd.Load(means + (2 * lanes)), c3 = TSimd.Load(means + (3 * lanes));
        TVector s0 = TSimd.Create(0), s1 = s0, s2 = s0, s3 = s0;
        for (var i = 0; i < count; i++)
        {
            var row = x + (order[i] * stride);
            var share = TSimd.Create(shares[i]);
            s0 = Add<TVector, TSimd>(s0, row, c0, share);
            s1 = Add<TVector, TSimd>(s1, row + lanes, c1, share);
            s2 = Add<TVector, TSimd>(s2, row + (2 * lanes), c2, share);
            s3 = Add<TVector, TSimd>(s3, row + (3 * lanes), c3, share);
        }

        Store<TVector, TSimd>(Moved<TVector, TSimd>(s0, c0, divisor), means, rounded);
        Store<TVector, TSimd>(Moved<TVector, TSimd>(s1, c1, divisor), means + lanes, rounded + lanes);
        Store<TVector, TSimd>(Moved<TVector, TSimd>(s2, c2, divisor), means + (2 * lanes), rounded + (2 * lanes));
        Store<TVector, TSimd>(Moved<TVector, TSimd>(s3, c3, divisor), means + (3 * lanes), rounded + (3 * lanes));
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
    private static TLanes Moved<TLanes, TWidth>(TLanes sum, TLanes mean, double divisor)
        where TLanes : unmanaged
        where TWidth : struct, ISimd<TLanes, double> =>
        TWidth.Add(TWidth.Add(mean, TWidth.Divide(sum, TWidth.Create(divisor))), TWidth.Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TWidth>(TLanes moved, double* means, T* rounded)
        where TLanes : unmanaged
        where TWidth : struct, ISimd<TLanes, double>
    {
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
