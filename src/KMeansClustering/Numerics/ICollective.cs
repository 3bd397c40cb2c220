namespace KMeansClustering.Numerics;

/// <summary>
/// What the loop asks of its surroundings, so that a fit spread over processes, each with rows of its own, is the same loop. Every process calls the same
/// operations in the same order; a filter, whose work depends on the rows, never calls one.
/// </summary>
/// <remarks>Only maxima and sums of whole numbers below 2⁵³ are reduced (larger ones in two parts), so that the order of a reduction can't show.</remarks>
internal interface ICollective
{
    /// <summary>This process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>Each value becomes the sum of all processes' values.</summary>
    void Sum(Span<double> values);

    /// <summary>Each value becomes the largest of all processes' values; never NaN.</summary>
    void Max(Span<double> values);

    /// <summary>The values of one process become everybody's.</summary>
    void Broadcast(Span<double> values, int root);
}

/// <summary>One process: nothing to do.</summary>
internal sealed class SingleProcess : ICollective
{
    public static SingleProcess Instance { get; } = new();

    public int Rank => 0;

    public int Size => 1;

    public void Sum(Span<double> values)
    {
    }

    public void Max(Span<double> values)
    {
    }

    public void Broadcast(Span<double> values, int root)
    {
    }
}

/// <summary>What is built of the three.</summary>
internal static class CollectiveExtensions
{
    // 2^36: an Int128 travels as its upper part and its lowest 36 bits, both whole numbers that sums of up to 2¹⁷ processes leave exact.
    private const int LowBits = 36;

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

    /// <summary>Sums integers below 2⁸⁹ in magnitude.</summary>
    public static void Sum(this ICollective collective, Span<Int128> values)
    {
        if (collective.Size == 1)
        {
            return;
        }

        var parts = new double[2 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            parts[2 * i] = (double)(values[i] >> LowBits);
            parts[(2 * i) + 1] = (double)(values[i] & ((1L << LowBits) - 1));
        }

        collective.Sum(parts);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ((Int128)parts[2 * i] << LowBits) + (Int128)parts[(2 * i) + 1];
        }
    }

    /// <summary>How many items the processes before this one have, and how many there are in all.</summary>
    public static (long Before, long Total) Count(this ICollective collective, long items)
    {
        var counts = new double[collective.Size];
        counts[collective.Rank] = items;
        collective.Sum(counts);
        return ((long)counts.Take(collective.Rank).Sum(), (long)counts.Sum());
    }
}
