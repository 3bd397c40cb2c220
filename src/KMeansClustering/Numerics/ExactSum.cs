using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeansClustering.Numerics;

/// <summary>
/// A sum of non-negative doubles without any rounding: an integer of 2,098 bits and some, in words of 32, each kept in 64 so that
/// carries can wait (Kulisch 1971; the small superaccumulator of Neal 2015). Any order and any cut gives the same value, rounded once when read.
/// </summary>
internal sealed class ExactSum
{
    private const int WordBits = 32;
    private const int MantissaBits = 52;

    // Bit 0 stands for 2⁻¹⁰⁷⁴. The highest mantissa bit of a double is bit 2,097; 30 bits more for the count, and room to carry.
    private const int Words = 68;
    private const int LowestExponent = -1074;

    // Each addition adds less than 2³² to a word (2⁵³ ≪ 31 is cut in three), so carries may wait for 2³⁰ additions.
    private const int MaxPending = 1 << 30;

    private readonly ulong[] _words = new ulong[Words];
    private int _pending;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var exponent = (int)(bits >> MantissaBits);
        var mantissa = bits & ((1UL << MantissaBits) - 1);
        if (exponent > 0)
        {
            mantissa |= 1UL << MantissaBits;
            exponent--;
        }

        // 53 bits and up to 31 zeros behind them: three words.
        var word = exponent / WordBits;
        var shift = exponent % WordBits;
        var lower = mantissa << shift;
        _words[word] += (uint)lower;
        _words[word + 1] += lower >> WordBits;
        _words[word + 2] += mantissa >> 1 >> ((2 * WordBits) - 1 - shift);
        if (++_pending == MaxPending)
        {
            Carry();
        }
    }

    public void Add(ExactSum other)
    {
        other.Carry();
        Carry();
        for (var i = 0; i < Words; i++)
        {
            _words[i] += other._words[i];
        }

        Carry();
    }

    public void Clear()
    {
        Array.Clear(_words);
        _pending = 0;
    }

    /// <summary>Takes away what was added before.</summary>
    public void Subtract(ExactSum part)
    {
        part.Carry();
        Carry();
        ulong borrow = 0;
        for (var i = 0; i < Words; i++)
        {
            var word = _words[i] - part._words[i] - borrow;
            _words[i] = (uint)word;
            borrow = word >> WordBits == 0 ? 0UL : 1;
        }
    }

    /// <summary>Adds the sums of all processes.</summary>
    public void Share(ICollective collective)
    {
        Carry();
        var words = Array.ConvertAll(_words, word => (double)word);
        collective.Sum(words);
        for (var i = 0; i < Words; i++)
        {
            _words[i] = (ulong)words[i];
        }
    }

    /// <summary>The sum, rounded to nearest, ties to even; infinity past the largest double.</summary>
    public double ToDouble()
    {
        Carry();
        Span<byte> bytes = stackalloc byte[(Words * WordBits / 8) + 1];
        for (var i = 0; i < Words; i++)
        {
            var word = (uint)_words[i];
            MemoryMarshal.Write(bytes[(i * 4)..], word);
        }

        // The top 64 bits and a sticky bit round as the whole would.
        var sum = new BigInteger(bytes, isUnsigned: true);
        var length = (int)sum.GetBitLength();
        if (length <= MantissaBits + 1)
        {
            return Math.ScaleB((double)(ulong)sum, LowestExponent);
        }

        var dropped = length - (MantissaBits + 1);
        var kept = (ulong)(sum >> dropped);
        var rest = sum - ((BigInteger)kept << dropped);
        var half = BigInteger.One << (dropped - 1);
        var comparison = rest.CompareTo(half);
        if (comparison > 0 || (comparison == 0 && (kept & 1) != 0))
        {
            kept++;
        }

        return Math.ScaleB((double)kept, dropped + LowestExponent);
    }

    private void Carry()
    {
        ulong carry = 0;
        for (var i = 0; i < Words; i++)
        {
            var word = _words[i] + carry;
            _words[i] = (uint)word;
            carry = word >> WordBits;
        }

        _pending = 0;
    }
}
