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

}
