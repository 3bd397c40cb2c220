using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// A short form of each point, s(x) = [Qᵀx′ ; ‖x′ − QQᵀx′‖] of h + 1 values, x′ = σ(x − μ) and Q orthonormal (d × h): ‖s(x) − s(c)‖ ≤ σ‖x − c‖, since the heads keep
/// their distance and the tails are at least as far apart as their lengths differ.
/// </summary>
/// <remarks>
/// What arithmetic adds: let ω = ‖QᵀQ − I‖, so that an exactly orthonormal Q* is within ω of Q (polar decomposition), and y = σ(x − μ) in real arithmetic. The
/// computed head is within η‖y‖ of Qᵀy, η = γ_m·√h·(1 + ω) + 2u, m being the roundings of a product; the computed tail is within τ‖y‖ of the true one, τ = (η + ω)(1 + ω) + ω + γ_m′·√h·(1 + ω) + ½(d + 16)u + 2u
/// (the product with the head, its own m′ roundings, and the norm). So a sketch is off by at most κ_s‖y‖, κ_s = η + ω + τ: <see cref="Error"/>, in terms of the sketch's own length.
/// </remarks>
internal abstract unsafe class Projection<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>h + 1.</summary>
    public abstract int Length { get; }

    /// <summary>σ.</summary>
    public abstract double Scale { get; }

    /// <summary>κ_s.</summary>
    public abstract double Error { get; }

    /// <summary>For the vectors of this machine.</summary>
    /// <param name="basis">μ, σ, Q.</param>
    /// <param name="length">h + 1; of Q the first h columns are used.</param>
    public static Projection<T> Of(SketchBasis<T> basis, int length)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new TileProjection<T, Vector512<T>, Simd512<T>>(basis, length);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new TileProjection<T, Vector256<T>, Simd256<T>>(basis, length);
        }

        return Vector128.IsHardwareAccelerated
            ? new TileProjection<T, Vector128<T>, Simd128<T>>(basis, length)
            : new TileProjection<T, T, SimdScalar<T>>(basis, length);
    }

    public abstract Projector<T> CreateProjector();

    public abstract void Dispose();
}
