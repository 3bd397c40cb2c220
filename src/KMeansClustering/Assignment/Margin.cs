using System.Numerics;
using System.Runtime.InteropServices;

namespace KMeansClustering.Assignment;

/// <summary>
/// How far a tile's score may be from the truth. With a = ‖x′‖ and b = ‖c′‖ of the centred and scaled vectors, and
/// t = ½(σ²‖x − c‖² − a²) the true score: |score − t| ≤ κ(a² + b²) + tiny.
/// </summary>
/// <remarks>
/// Let u be half an ulp of 1 and m the roundings on the longest path of a dot product. Then the computed product is within
/// γ_m·a·b ≤ ½γ_m(a² + b²) of x′·c′ (γ_m = mu/(1 − mu)); ½b² and adding it round by at most 2u(a² + b²) together;
/// centring rounds x′ and c′ by at most u·a and u·b in norm, which moves ½σ²‖x − c‖² by at most 2u(a² + b²)(1 + 2u); comparing
/// against a threshold computed in T rounds by at most 2u(a² + b²) more. 8u covers these with room to spare. The judge may be off by
/// 4(d + 3)·2⁻⁵³ of the squared distance where it compares two centroids, which is at most 4(d + 3)·2⁻⁵³(a² + b²) in these half units; each of the two scores
/// bears half of it. What underflow loses is below d·2⁻¹⁴⁰ in float and d·2⁻¹⁰⁶⁰ in double, as σ keeps the centroids' coordinates below 1. The
/// length of a sketch's tail may lose √d·2⁻⁷⁵ (2⁻⁵³⁸), which moves a score by that times a + b: what u(a² + b²) does not take up of it is below d·2⁻¹²⁰ (2⁻¹⁰¹⁰).
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Margin<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double JudgeRoundoff = 1.0 / (1L << 53);

    /// <summary>The margin of scores with m roundings.</summary>
    /// <param name="dimensions">d.</param>
    /// <param name="roundings">m, the roundings on the longest path of a dot product; twice that if the chain begins with ½b².</param>
    /// <param name="scale">σ, of the rows in units of the data.</param>
    /// <param name="rowError">What the rows add to κ where they are only a reduced form of the points.</param>
    /// <param name="judgeDimensions">The dimensions of the points themselves; 0 where they are d.</param>
    public Margin(int dimensions, int roundings, double scale, double rowError = 0, int judgeDimensions = 0)
    {
        var isFloat = typeof(T) == typeof(float);
        var u = isFloat ? 1.0 / (1 << 24) : JudgeRoundoff;
        var gamma = roundings * u < 0.5 ? roundings * u / (1 - (roundings * u)) : double.PositiveInfinity;
        judgeDimensions = Math.Max(judgeDimensions, dimensions);
        var norms = (dimensions + 16) * u;
        Kappa = (0.5 * gamma) + (8 * u) + (2 * (judgeDimensions + 3) * JudgeRoundoff) + rowError;

        // The norm a² is itself computed in T: its own rounding error is added on.
        NormError = norms;
        PointFactor = 2 * Kappa * (norms < 0.25 ? 1 / (1 - norms) : double.PositiveInfinity);
        Tiny = (dimensions * Math.ScaleB(1, isFloat ? -140 : -1060)) + (judgeDimensions * Math.ScaleB(1, -1021) * scale * scale)
            + (rowError > 0 ? judgeDimensions * Math.ScaleB(1, isFloat ? -120 : -1010) : 0);
    }

    /// <summary>½σ², made larger by what the judge may be off by: for limits on scores that a squared distance of its sets.</summary>
    public static double HalfSquare(double scale, int dimensions) => 0.5 * scale * scale * (1 + (4 * (dimensions + 4) * 2 * JudgeRoundoff));

    /// <summary>What rows add to κ that are off by at most a part of their own length: 2κ_s + 3κ_s².</summary>
    public static double RowError(double error) => (2 * error) + (3 * error * error);

    /// <summary>κ.</summary>
    public double Kappa { get; }

    /// <summary>2κ, for a norm a² computed in T.</summary>
    public double PointFactor { get; }

    /// <summary>The relative error of a norm a² computed in T.</summary>
    public double NormError { get; }

    /// <summary>What underflow may lose, in both scores and in the judge.</summary>
    public double Tiny { get; }
}
