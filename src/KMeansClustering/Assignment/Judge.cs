using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The distance that defines the answer: d²(x, c) = Σ (x_p − c_p)² in double. Eight virtual lanes, lane l adding the terms of
/// p ≡ l (mod 8) in ascending p, each with one subtraction, one multiplication and one addition; then
/// ((l0 + l4) + (l2 + l6)) + ((l1 + l5) + (l3 + l7)). The same bits whatever the hardware's vectors.
/// </summary>
/// <remarks>
/// Its relative error is at most (d + 3)·2⁻⁵³ (to first order; fewer, as only d/8 + 3 additions follow each other).
/// Every step rounds monotonically, so a partial distance is never above the whole one.
/// </remarks>
internal static unsafe class Judge<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Lanes = 8;

    /// <summary>The squared distance of two rows of d values; the second one's may be of another type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double DistanceSquared<TOther>(T* x, TOther* c, int dimensions)
        where TOther : unmanaged
    {
        if (dimensions < Lanes)
        {
            return Short(x, c, dimensions);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            return Long<TOther, Vector512<double>, Simd512<double>>(x, c, dimensions);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return Long<TOther, Vector256<double>, Simd256<double>>(x, c, dimensions);
        }

        return Vector128.IsHardwareAccelerated
            ? Long<TOther, Vector128<double>, Simd128<double>>(x, c, dimensions)
            : Long<TOther, double, SimdScalar<double>>(x, c, dimensions);
    }

    /// <summary>The nearest of k centroids, the lowest winning a tie, and its squared distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Nearest(T* x, T* centroids, int clusters, int dimensions, out double least)
    {
        var nearest = 0;
        least = double.PositiveInfinity;
        for (var j = 0; j < clusters; j++)
        {
            var distance = DistanceSquared(x, centroids + ((nint)j * dimensions), dimensions);
            if (distance < least)
            {
                least = distance;
                nearest = j;
            }
        }

        return nearest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Term<TOther>(T* x, TOther* c, int p)
        where TOther : unmanaged
    {
        var difference = Widen(x[p]) - Widen(c[p]);
        return difference * difference;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Widen<TValue>(TValue value)
        where TValue : unmanaged => typeof(TValue) == typeof(float) ? Unsafe.BitCast<TValue, float>(value) : Unsafe.BitCast<TValue, double>(value);

    // Adding a lane that holds +0 changes no bit of a sum of squares, so absent lanes are left out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Short<TOther>(T* x, TOther* c, int dimensions)
        where TOther : unmanaged
    {
        switch (dimensions)
        {
            case 1: return Term(x, c, 0);
            case 2: return Term(x, c, 0) + Term(x, c, 1);
            case 3: return Term(x, c, 0) + Term(x, c, 2) + Term(x, c, 1);
            case 4: return Term(x, c, 0) + Term(x, c, 2) + (Term(x, c, 1) + Term(x, c, 3));
        }

        var even = Term(x, c, 0) + Term(x, c, 4) + (dimensions > 6 ? Term(x, c, 2) + Term(x, c, 6) : Term(x, c, 2));
        return even + ((dimensions > 5 ? Term(x, c, 1) + Term(x, c, 5) : Term(x, c, 1)) + Term(x, c, 3));
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Long<TOther, TVector, TSimd>(T* x, TOther* c, int dimensions)
        where TOther : unmanaged
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        TVector a0 = TSimd.Create(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        var p = 0;
        for (; p <= dimensions - Lanes; p += Lanes)
        {
            a0 = AddTerm<TOther, TVector, TSimd>(a0, x + p, c + p, 0);
            if (TSimd.Count < 8)
            {
                a1 = AddTerm<TOther, TVector, TSimd>(a1, x + p, c + p, 1);
            }

            if (TSimd.Count < 4)
            {
                a2 = AddTerm<TOther, TVector, TSimd>(a2, x + p, c + p, 2);
                a3 = AddTerm<TOther, TVector, TSimd>(a3, x + p, c + p, 3);
            }

            if (TSimd.Count < 2)
            {
                a4 = AddTerm<TOther, TVector, TSimd>(a4, x + p, c + p, 4);
                a5 = AddTerm<TOther, TVector, TSimd>(a5, x + p, c + p, 5);
                a6 = AddTerm<TOther, TVector, TSimd>(a6, x + p, c + p, 6);
                a7 = AddTerm<TOther, TVector, TSimd>(a7, x + p, c + p, 7);
            }
        }

        if (p < dimensions)
        {
            // Lanes without a term add +0, which changes no bit.
            var rest = stackalloc double[Lanes];
            for (var lane = 0; lane < Lanes; lane++, p++)
            {
                rest[lane] = p < dimensions ? Term(x, c, p) : 0;
            }

            a0 = TSimd.Add(a0, TSimd.Load(rest));
            if (TSimd.Count < 8)
            {
                a1 = TSimd.Add(a1, TSimd.Load(rest + TSimd.Count));
            }

            if (TSimd.Count < 4)
            {
                a2 = TSimd.Add(a2, TSimd.Load(rest + (2 * TSimd.Count)));
                a3 = TSimd.Add(a3, TSimd.Load(rest + (3 * TSimd.Count)));
            }

            if (TSimd.Count < 2)
            {
                a4 = TSimd.Add(a4, TSimd.Load(rest + 4));
                a5 = TSimd.Add(a5, TSimd.Load(rest + 5));
                a6 = TSimd.Add(a6, TSimd.Load(rest + 6));
                a7 = TSimd.Add(a7, TSimd.Load(rest + 7));
            }
        }

        // Lane l and l + 4, then those and l + 2, then l + 1: halves of a vector, or whole ones.
        if (TSimd.Count < 2)
        {
            a0 = TSimd.Add(a0, a4);
            a1 = TSimd.Add(a1, a5);
            a2 = TSimd.Add(a2, a6);
            a3 = TSimd.Add(a3, a7);
        }

        if (TSimd.Count < 4)
        {
            a0 = TSimd.Add(a0, a2);
            a1 = TSimd.Add(a1, a3);
        }

        return TSimd.SumHalves(TSimd.Count < 8 ? TSimd.Add(a0, a1) : a0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddTerm<TOther, TVector, TSimd>(TVector sum, T* x, TOther* c, int vector)
        where TOther : unmanaged
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        var offset = vector * TSimd.Count;
        var difference = TSimd.Subtract(Load<T, TVector, TSimd>(x + offset), Load<TOther, TVector, TSimd>(c + offset));
        return TSimd.Add(sum, TSimd.Multiply(difference, difference));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TValue, TVector, TSimd>(TValue* values)
        where TValue : unmanaged
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double> => typeof(TValue) == typeof(float) ? TSimd.LoadWidened((float*)values) : TSimd.Load((double*)values);
}
