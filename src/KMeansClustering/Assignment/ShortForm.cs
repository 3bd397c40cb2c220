using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// Rows in 16 bits a value: w = σ(x − μ), or its <see cref="Projection{T}"/> where there are many dimensions, as step·q with whole numbers q and a step for each row. Integer products of such rows are exact,
/// twice as many at once as of floats, and half the bytes.
/// </summary>
/// <remarks>
/// Invariants: |q_p| ≤ 32,767, and the sum of a row's q² is below 2³¹, so that no product of two rows leaves 32 bits, nor any part of it (Cauchy and Schwarz). A row that can't be written so has an infinite
/// norm: it is the judge's. The norm a² is of w, computed in float; what the integers miss of w is measured, and given as the largest part of a row's length.
/// </remarks>
internal abstract unsafe class ShortForm<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // More than the rounding of a tail to float, and what the computed length is off by.
    private const double TailRounding = 1.0 / (1 << 20);

    /// <summary>L, the values in a row: d or h + 1.</summary>
    public abstract int Length { get; }

    /// <summary>From one row to the next: L, and one more where that is odd; the last is 0 then.</summary>
    public int Stride => (Length + 1) / 2 * 2;

    /// <summary>d.</summary>
    public abstract int Dimensions { get; }

    /// <summary>σ.</summary>
    public abstract double Scale { get; }

    /// <summary>Whether rows are sketches: their distances are then lower bounds, and upper ones only together with their tails.</summary>
    public abstract bool IsSketch { get; }

    /// <summary>What the rows add to the margin's κ before they are cut to 16 bits.</summary>
    public abstract double RowError { get; }

    /// <summary>For the vectors of this machine.</summary>
    /// <param name="points">n × d, for μ and σ.</param>
    /// <param name="basis">μ, σ and Q where the points are to be reduced to sketches in all of its directions; null where they are kept whole.</param>
    /// <param name="crew">The threads.</param>
    public static ShortForm<T> Of(PointView<T> points, SketchBasis<T>? basis, Crew crew)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new VectorShortForm<T, Vector512<float>, Simd512<float>>(points, basis, crew);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new VectorShortForm<T, Vector256<float>, Simd256<float>>(points, basis, crew);
        }

        return Vector128.IsHardwareAccelerated
            ? new VectorShortForm<T, Vector128<float>, Simd128<float>>(points, basis, crew)
            : new VectorShortForm<T, float, SimdScalar<float>>(points, basis, crew);
    }

    /// <summary>The longest that the true tail behind a row can be, in its units: its last value, and what the projection and the cut to 16 bits may have missed; 0 where rows are whole.</summary>
    /// <param name="row">The row,</param>
    /// <param name="step">its step,</param>
    /// <param name="norm">and a².</param>
    /// <param name="missed">ε of the rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double LongestTail(short* row, float step, float norm, double missed) =>
        IsSketch ? ((double)step * row[Length - 1]) + (((0.5 * RowError) + missed + TailRounding) * Math.Sqrt(norm)) + LostOfTail : 0;

    /// <summary>Multiplications or so to make a row.</summary>
    public abstract double WorkPerRow { get; }

    // What underflow may take of a tail, with room: √d·2^−74.5.
    private double LostOfTail => Math.Sqrt(Dimensions) * Math.ScaleB(1, -74);

    /// <summary>For one thread.</summary>
    public abstract ShortFormer<T> CreateFormer();

    public abstract void Dispose();
}

/// <summary>One thread that makes rows of a <see cref="ShortForm{T}"/>.</summary>
internal abstract unsafe class ShortFormer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most rows at once.</summary>
    public const int MaxRows = 1 << 8;

    /// <summary>ε, the largest ‖w − step·q‖/‖w‖ of the rows made so far.</summary>
    public double Error { get; protected set; }

    /// <summary>Other rows begin: ε is of those that follow.</summary>
    public void Forget() => Error = 0;

    /// <summary>Makes the short form of some rows.</summary>
    /// <param name="source">Rows of d values;</param>
    /// <param name="first">the first of them and</param>
    /// <param name="count">how many, at most <see cref="MaxRows"/>.</param>
    /// <param name="rows">Receives a row of <see cref="ShortForm{T}.Stride"/> values for each,</param>
    /// <param name="steps">its step,</param>
    /// <param name="norms">and a².</param>
    public abstract void Make(PointView<T> source, int first, int count, short* rows, float* steps, float* norms);

    public abstract void Dispose();
}
