using System.Runtime.CompilerServices;

namespace KMeansClustering.Metrics;

/// <summary>
/// The expected mutual information of two random labelings with given sizes of clusters (Vinh, Epps and Bailey 2010): for clusters of a and b among n points, the number m of points
/// in both is hypergeometric, and Σ over all pairs of clusters of E[m/n · ln(n·m/(a·b))] is what is asked for.
/// </summary>
/// <remarks>
/// The probabilities come from their ratios, P(m + 1)/P(m) = (a − m)(b − m)/((m + 1)(n − a − b + m + 1)), starting with 1 at the mode, and are divided by their sum. Through logarithms of factorials,
/// as usual, they would be off by as much as ulp(ln n!): 10⁻⁹ of them for a million points. Here each is off by a few roundings for each step from the mode.
/// The tails are left where a probability is below 2⁻¹²⁰ of the mode's: ratios fall from there on, so all that follow are smaller still.
/// </remarks>
internal static class ExpectedInformation
{
    private const double Negligible = 1.0 / (1L << 60) / (1L << 60);

    /// <summary>In nats. Equal sizes give equal terms: each pair of sizes is computed once.</summary>
    public static double Of(ReadOnlySpan<int> firstSizes, ReadOnlySpan<int> secondSizes, long points)
    {
        var (first, second) = (Frequencies(firstSizes), Frequencies(secondSizes));
        var sum = new SignedSum();
        foreach (var (a, times) in first)
        {
            foreach (var (b, timesOther) in second)
            {
                sum.Add((double)(times * timesOther) * Term(a, b, points));
            }
        }

        return sum.ToDouble();
    }

    private static Dictionary<int, long> Frequencies(ReadOnlySpan<int> sizes)
    {
        var frequencies = new Dictionary<int, long>();
        foreach (var size in sizes)
        {
            frequencies[size] = frequencies.GetValueOrDefault(size) + 1;
        }

        return frequencies;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Term(long a, long b, long n)
    {
        // (a + 1)(b + 1) is below 2⁶³ for any n that an array can have.
        var mode = (a + 1) * (b + 1) / (n + 2);
        var (total, sum) = (1.0, Information(mode, a, b, n));
        var probability = 1.0;
        for (var m = mode + 1; m <= Math.Min(a, b) && probability > Negligible; m++)
        {
            probability *= (double)((a - m + 1) * (b - m + 1)) / (double)(m * (n - a - b + m));
            total += probability;
            sum += probability * Information(m, a, b, n);
        }

        probability = 1;
        for (var m = mode - 1; m >= Math.Max(0, a + b - n) && probability > Negligible; m--)
        {
            probability *= (double)((m + 1) * (n - a - b + m + 1)) / (double)((a - m) * (b - m));
            total += probability;
            sum += probability * Information(m, a, b, n);
        }

        return sum / total;
    }

    private static double Information(long m, long a, long b, long n) =>
        m == 0 ? 0 : (double)m / n * NaturalLogarithm.Of((double)(n * m) / (double)(a * b));
}
