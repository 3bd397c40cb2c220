namespace KMeansClustering.Metrics;

/// <summary>
/// ln x from additions, multiplications and divisions alone. The platform's logarithm may differ in the last bit from one library or CPU to another; this one may not.
/// </summary>
/// <remarks>
/// x = m·2^e with √½ &lt; m ≤ √2, and ln m = 2 artanh s = 2(s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1), |s| &lt; 0.172: what is left out after s²¹ is below 10⁻¹⁸ of it.
/// A few units in the last place; 0 for 1.
/// </remarks>
internal static class NaturalLogarithm
{
    private const int MantissaBits = 52;
    private const int ExponentBias = 1023;
    private const double SquareRootOfTwo = 1.4142135623730951;

    // ln 2 in two parts, of which the first has zeros enough at its end that a multiple of it is exact.
    private const double HighLn2 = 6.93147180369123816490e-01;
    private const double LowLn2 = 1.90821492927058770002e-10;

    private static readonly double[] s_coefficients = [1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3];

    /// <summary>ln x of a positive, finite x.</summary>
    public static double Of(double x)
    {
        var shift = double.IsSubnormal(x) ? MantissaBits : 0;
        var bits = BitConverter.DoubleToInt64Bits(Math.ScaleB(x, shift));
        var exponent = (int)(bits >> MantissaBits) - ExponentBias - shift;
        var mantissa = BitConverter.Int64BitsToDouble((bits & ((1L << MantissaBits) - 1)) | ((long)ExponentBias << MantissaBits));
        if (mantissa > SquareRootOfTwo)
        {
            mantissa *= 0.5;
            exponent++;
        }

        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var series = 0.0;
        foreach (var coefficient in s_coefficients)
        {
            series = (series * square) + coefficient;
        }

        return (exponent * HighLn2) + ((2 * (s + (s * square * series))) + (exponent * LowLn2));
    }
}
