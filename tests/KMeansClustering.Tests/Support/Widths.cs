using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Tests.Support;

/// <summary>Something to be done with vectors of any width.</summary>
internal interface IForEveryWidth
{
    void With<TVector, TSimd>()
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, float>;
}

/// <summary>The widths of vectors that this machine has: kernels must be right with each of them, not only with the widest.</summary>
internal static class Widths
{
    public static void ForEach(IForEveryWidth what)
    {
        what.With<float, SimdScalar<float>>();
        if (Vector128.IsHardwareAccelerated)
        {
            what.With<Vector128<float>, Simd128<float>>();
        }

        if (Vector256.IsHardwareAccelerated)
        {
            what.With<Vector256<float>, Simd256<float>>();
        }

        if (Vector512.IsHardwareAccelerated)
        {
            what.With<Vector512<float>, Simd512<float>>();
        }
    }
}
