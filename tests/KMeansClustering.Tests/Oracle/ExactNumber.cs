using System.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>A number m·2^e, added, multiplied and compared without any rounding.</summary>
internal readonly struct ExactNumber(BigInteger mantissa, int exponent)
{
    public static readonly ExactNumber Zero = new(BigInteger.Zero, 0);

    public BigInteger Mantissa { get; } = mantissa;

    public int Exponent { get; } = exponent;

    public bool IsZero => Mantissa.IsZero;

    /// <summary>Every finite float and double is such a number.</summary>
    public static ExactNumber From(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biasedExponent = (int)(bits >> 52) & 0x7FF;
        long fraction = bits & ((1L << 52) - 1);
        if (biasedExponent == 0x7FF)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "Not a finite number.");
        }

        long magnitude = biasedExponent == 0 ? fraction : fraction | (1L << 52);
        if (magnitude == 0)
        {
            return Zero;
        }

        int zeros = BitOperations.TrailingZeroCount(magnitude); // short mantissas keep the arithmetic quick
        magnitude >>= zeros;
        return new ExactNumber(bits < 0 ? -magnitude : magnitude, Math.Max(biasedExponent, 1) - 1075 + zeros);
    }

    public static ExactNumber From<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => From(double.CreateChecked(value));

    /// <summary>This number times 2^<paramref name="power"/>.</summary>
    public ExactNumber Scale(int power) => new(Mantissa, Exponent + power);

    public static ExactNumber operator +(ExactNumber a, ExactNumber b)
    {
        if (a.IsZero)
        {
            return b;
        }

        if (b.IsZero)
        {
            return a;
        }

        int exponent = Math.Min(a.Exponent, b.Exponent);
        return new ExactNumber((a.Mantissa << (a.Exponent - exponent)) + (b.Mantissa << (b.Exponent - exponent)), exponent);
    }

    public static ExactNumber operator -(ExactNumber a) => new(-a.Mantissa, a.Exponent);

    public static ExactNumber operator -(ExactNumber a, ExactNumber b) => a + -b;

    public static ExactNumber operator *(ExactNumber a, ExactNumber b) => new(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent);

    public static bool operator <(ExactNumber a, ExactNumber b) => (a - b).Mantissa.Sign < 0;

    public static bool operator >(ExactNumber a, ExactNumber b) => b < a;

    public static bool operator <=(ExactNumber a, ExactNumber b) => !(b < a);

    public static bool operator >=(ExactNumber a, ExactNumber b) => !(a < b);

    public double ToDouble() => Divide<double>(this, From(1));

    /// <summary>The quotient, rounded once: to the nearest T, a tie to the even one.</summary>
    public static T Divide<T>(ExactNumber numerator, ExactNumber denominator)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int precision = typeof(T) == typeof(float) ? 24 : 53;
        int lowestExponent = typeof(T) == typeof(float) ? -149 : -1074;
        if (numerator.IsZero)
        {
            return T.Zero;
        }

        // A quotient of at least precision + 2 bits, its lowest bit set if anything was cut off.
        BigInteger n = BigInteger.Abs(numerator.Mantissa);
        BigInteger d = BigInteger.Abs(denominator.Mantissa);
        int shift = precision + 3 - (Bits(n) - Bits(d));
        BigInteger quotient = BigInteger.DivRem(shift > 0 ? n << shift : n, shift < 0 ? d << -shift : d, out BigInteger remainder);
        quotient = (quotient << 1) | (remainder.IsZero ? 0 : 1);
        int exponent = numerator.Exponent - denominator.Exponent - shift - 1;

        int drop = Math.Max(exponent + Bits(quotient) - precision, lowestExponent) - exponent;
        if (drop > 0)
        {
            BigInteger kept = quotient >> drop;
            BigInteger lost = quotient - (kept << drop);
            int half = lost.CompareTo(BigInteger.One << (drop - 1));
            quotient = half > 0 || (half == 0 && !kept.IsEven) ? kept + 1 : kept;
            exponent += drop;
        }

        double magnitude = Math.ScaleB((double)quotient, exponent);
        return T.CreateChecked(numerator.Mantissa.Sign == denominator.Mantissa.Sign ? magnitude : -magnitude);
    }

    private static int Bits(BigInteger magnitude) => (int)magnitude.GetBitLength();
}
