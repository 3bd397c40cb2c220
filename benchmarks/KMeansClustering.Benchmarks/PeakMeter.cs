using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Benchmarks;

/// <summary>The floor of arithmetic: how many multiplications and additions a second these cores do at best, from registers alone.</summary>
internal static class PeakMeter
{
    /// <summary>GFLOP/s of one thread, or of several at once, the best of several short runs.</summary>
    public static double Measure<T>(int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? Measure<T, Vector512<T>, Simd512<T>>(threads)
        : Vector256.IsHardwareAccelerated ? Measure<T, Vector256<T>, Simd256<T>>(threads)
        : Measure<T, Vector128<T>, Simd128<T>>(threads);

    private static double Measure<T, TVector, TSimd>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, T>
    {
        const int Steps = 2_000_000;
        return Together.BestRate(threads, runs: 40, 2.0 * 12 * TSimd.Count * Steps, _ => Chains<T, TVector, TSimd>(Steps)) / 1e9;
    }

    // Twelve independent chains cover the latency of two units.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T Chains<T, TVector, TSimd>(int steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, T>
    {
        TVector a = TSimd.Create(T.One), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        var x = TSimd.Create(T.CreateChecked(0.5));
        var y = TSimd.Create(T.One);
        for (var step = 0; step < steps; step++)
        {
            a = TSimd.MultiplyAdd(a, x, y);
            b = TSimd.MultiplyAdd(b, x, y);
            c = TSimd.MultiplyAdd(c, x, y);
            d = TSimd.MultiplyAdd(d, x, y);
            e = TSimd.MultiplyAdd(e, x, y);
            f = TSimd.MultiplyAdd(f, x, y);
            g = TSimd.MultiplyAdd(g, x, y);
            h = TSimd.MultiplyAdd(h, x, y);
            i = TSimd.MultiplyAdd(i, x, y);
            j = TSimd.MultiplyAdd(j, x, y);
            k = TSimd.MultiplyAdd(k, x, y);
            l = TSimd.MultiplyAdd(l, x, y);
        }

        var sum = TSimd.Add(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), TSimd.Add(TSimd.Add(e, f), TSimd.Add(g, h)));
        return TSimd.SumAcross(TSimd.Add(sum, TSimd.Add(TSimd.Add(i, j), TSimd.Add(k, l))));
    }
}
