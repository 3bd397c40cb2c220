using System.Numerics;

namespace KMeansClustering.Centroids;

/// <summary>
/// The fixed point of the centroid sums: for each coordinate p the factor 2^(41 − e_p), where |x_ip| &lt; 2^(e_p) for all i, and the number of limbs.
/// A value goes into limb after limb: m = v + C with C = 1.5·2⁵² rounds v to an integer that stands in m's low bits, and what is left, times 2⁴⁰, goes into
/// the next. Integers are added as integers, so a sum has no order, and what was added can be taken away again.
/// </summary>
/// <remarks>
/// Each addition is below 2⁴¹ in the first limb, so 2²¹ of them stay below 2⁶² before they must be moved to an <see cref="Int128"/>. A value is off by at most half
/// a unit of the last limb: 2^(e − 42) with one limb, which bounds the error of an unweighted mean by 2⁻⁴¹·M_p, whatever n; 2^(e − 82) and 2^(e − 122) with two and three.
/// Weights are divided by 2^(e_w) &gt; w_max (exactly), so they take up no room; their ratio to the least one costs bits, for which there are limbs.
/// </remarks>
internal sealed class SumScale
{
    /// <summary>Bits of the first limb.</summary>
    public const int FirstBits = 41;

    /// <summary>Bits that each further limb adds.</summary>
    public const int LimbBits = 40;

    /// <summary>C: rounds to an integer what is added to it, for magnitudes below 2⁵¹.</summary>
    public const double RoundingOffset = 1.5 * (1L << 52);

    /// <summary>The most additions and removals before the integers must be moved on.</summary>
    public const int MaxPending = 1 << 21;

    // 2^(41 − e) of a coordinate of smaller numbers than these is no double, so it is cut in two factors.
    private const int LowestExponent = -959;

    private SumScale(int[] exponents, int limbs, int weightExponent)
    {
        Limbs = limbs;
        WeightExponent = weightExponent;
        Exponents = exponents;
        Factors = Array.ConvertAll(exponents, e => Math.ScaleB(1, FirstBits - Math.Max(e, LowestExponent)));
        SmallFactors = Array.ConvertAll(exponents, e => Math.ScaleB(1, Math.Max(e, LowestExponent) - e));
    }

    /// <summary>1 to 3.</summary>
    public int Limbs { get; }

    /// <summary>e_p for each coordinate.</summary>
    public int[] Exponents { get; }

    /// <summary>2^(41 − e_p), or as much of it as a double can be.</summary>
    public double[] Factors { get; }

    /// <summary>The rest of 2^(41 − e_p) for very small numbers; 1 everywhere with fewer than three limbs.</summary>
    public double[] SmallFactors { get; }

    /// <summary>e_w: weights are divided by 2^(e_w) before anything else. 0 without weights.</summary>
    public int WeightExponent { get; }

    /// <summary>The fixed point for coordinates of given largest magnitudes and weights between two positive bounds (1 and 1 where there are none).</summary>
    public static SumScale For<T>(ReadOnlySpan<double> magnitudes, bool weighted, double leastWeight, double greatestWeight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var exponents = new int[magnitudes.Length];
        var limbs = typeof(T) == typeof(float) ? 1 : 2;
        for (var p = 0; p < exponents.Length; p++)
        {
            // ILogB + 1 is the least e with |x| < 2^e.
            exponents[p] = magnitudes[p] > 0 ? Math.ILogB(magnitudes[p]) + 1 : 0;
            limbs = exponents[p] < LowestExponent ? 3 : limbs;
        }

        if (!weighted)
        {
            return new SumScale(exponents, limbs, 0);
        }

        var weightExponent = Math.ILogB(greatestWeight) + 1;
        var ratioBits = weightExponent - Math.ILogB(leastWeight);

        // With r bits of ratio a mean is off by at most 2^(r − 41 − 40(limbs − 1))·M_p; the promise is 2⁻⁴⁰ for float, and 2⁻⁵³ leaves double its own rounding.
        var needed = typeof(T) == typeof(float) ? ratioBits - 1 : ratioBits + 12;
        limbs = Math.Max(limbs, Math.Clamp(1 + ((Math.Max(needed, 0) + LimbBits - 1) / LimbBits), 1, 3));
        return new SumScale(exponents, limbs, weightExponent);
    }
}
