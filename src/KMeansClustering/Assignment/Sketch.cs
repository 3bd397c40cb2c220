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
/// (the product with the head, its own m′ roundings, and the norm). So a sketch is off by at most κ_s‖y‖, κ_s = η + ω + τ, and half the squared distance of two
/// sketches is at most ½σ²‖x − c‖² + (2κ_s + 3κ_s²)(a² + b²): that factor is <see cref="RowError"/>, which the <see cref="Margin{T}"/> takes up.
/// </remarks>
internal abstract unsafe class Sketch<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>n × (h + 1).</summary>
    public abstract PointView<T> Rows { get; }

    /// <summary>h + 1.</summary>
    public abstract int Length { get; }

    /// <summary>σ.</summary>
    public abstract double Scale { get; }

    /// <summary>What sketches add to the margin's κ.</summary>
    public abstract double RowError { get; }

    /// <summary>The sketches of all points.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="basis">μ, σ, Q.</param>
    /// <param name="length">h + 1.</param>
    /// <param name="crew">The threads.</param>
    public static Sketch<T> Of(PointView<T> points, SketchBasis<T> basis, int length, Crew crew)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new TileSketch<T, Vector512<T>, Simd512<T>>(points, basis, length, crew);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new TileSketch<T, Vector256<T>, Simd256<T>>(points, basis, length, crew);
        }

        return Vector128.IsHardwareAccelerated
            ? new TileSketch<T, Vector128<T>, Simd128<T>>(points, basis, length, crew)
            : new TileSketch<T, T, SimdScalar<T>>(points, basis, length, crew);
    }

    /// <summary>The sketches of other rows: rows × (h + 1).</summary>
    public abstract void Project(PointView<T> rows, T* sketches, Crew crew);

    public abstract void Dispose();
}
