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

        var sums = new double[parts * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var rest = values[i];
            for (var part = parts - 1; part > 0; part--)
            {
                sums[(parts * i) + part] = (double)(rest & ((1L << PartBits) - 1));
                rest >>= PartBits;
            }

            sums[parts * i] = (double)rest;
        }

        collective.Sum(sums);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 0;
            for (var part = 0; part < parts; part++)
            {
                values[i] = (values[i] << PartBits) + (Int128)sums[(parts * i) + part];
            }
        }
    }

    /// <summary>Every process's number, by rank. No engine changes a bit of what it gathers, so a number goes as two doubles that have its bits.</summary>
    public static void AllGather(this ICollective collective, Int128 mine, Span<Int128> all)
    {
        ReadOnlySpan<Int128> own = [mine];
        collective.AllGather(MemoryMarshal.Cast<Int128, double>(own), MemoryMarshal.Cast<Int128, double>(all));
    }
}
