using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeansClustering.Numerics;

/// <summary>What is built of the operations of an <see cref="ICollective"/>.</summary>
internal static class CollectiveExtensions
{
    // An Int128 travels in parts of so many bits, the first one what is left: whole numbers that sums of up to 2¹⁷ processes leave exact.
    private const int PartBits = 36;

    public static double Sum(this ICollective collective, double value)
    {
        collective.Sum(new Span<double>(ref value));
        return value;
    }

    public static double Max(this ICollective collective, double value)
    {
        collective.Max(new Span<double>(ref value));
        return value;
    }

    /// <summary>Sums integers in two parts, for sums below 2⁸⁹ in magnitude; in three, below 2¹²⁵.</summary>
    public static void Sum(this ICollective collective, Span<Int128> values, int parts = 2)
    {
        if (collective.Size == 1)
        {
            return;
        }

        var rented = ArrayPool<double>.Shared.Rent(parts * values.Length);
        var sums = rented.AsSpan(0, parts * values.Length);
        Cut(values, sums, parts);
        collective.Sum(sums);
        Join(sums, values, parts);
        ArrayPool<double>.Shared.Return(rented);
    }

    /// <summary>Every process's number, by rank. No engine changes a bit of what it gathers, so a number goes as two doubles that have its bits.</summary>
    public static void AllGather(this ICollective collective, Int128 mine, Span<Int128> all)
    {
        ReadOnlySpan<Int128> own = [mine];
        collective.AllGather(MemoryMarshal.Cast<Int128, double>(own), MemoryMarshal.Cast<Int128, double>(all));
    }

    // By way of 64-bit integers, whose conversions the hardware has.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Cut(ReadOnlySpan<Int128> values, Span<double> cut, int parts)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var rest = values[i];
            for (var part = parts - 1; part > 0; part--)
            {
                cut[(parts * i) + part] = (long)rest & ((1L << PartBits) - 1);
                rest >>= PartBits;
            }

            cut[parts * i] = (long)rest;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Join(ReadOnlySpan<double> cut, Span<Int128> values, int parts)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Int128 value = (long)cut[parts * i];
            for (var part = 1; part < parts; part++)
            {
                value = (value << PartBits) + (long)cut[(parts * i) + part];
            }

            values[i] = value;
        }
    }
}
