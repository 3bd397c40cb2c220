namespace KMeansClustering.Benchmarks.Scale;

/// <summary>Numbers above 0 along a line, equal ratios at equal distances.</summary>
/// <param name="Least">The value at <paramref name="From"/>.</param>
/// <param name="Greatest">The value at <paramref name="To"/>.</param>
/// <param name="From">Where it begins in the picture.</param>
/// <param name="To">Where it ends.</param>
internal sealed record LogAxis(double Least, double Greatest, double From, double To)
{
    private static readonly double[] _steps = [1, 2, 5];

    /// <summary>An axis whose ends are the next 1, 2 or 5 times a power of ten outside of the values.</summary>
    public static LogAxis Around(IEnumerable<double> values, double from, double to)
    {
        var all = values.ToList();
        var (least, greatest) = (all.Min(), all.Max());
        return new(RoundNumbers(least / 10, least).Last(), RoundNumbers(greatest, greatest * 10).First(), from, to);
    }

    public static bool IsPowerOfTen(double value) => Math.Abs(Math.Log10(value) - Math.Round(Math.Log10(value))) < 1e-9;

    public double Place(double value) => From + ((To - From) * Math.Log(value / Least) / Math.Log(Greatest / Least));

    /// <summary>The powers of ten on the axis; on a short one also 2 and 5 times them.</summary>
    public IEnumerable<double> Ticks => RoundNumbers(Least, Greatest).Where(value => Greatest / Least < 150 || IsPowerOfTen(value));

    /// <summary>The round numbers between the ticks.</summary>
    public IEnumerable<double> MinorTicks => RoundNumbers(Least, Greatest).Except(Ticks);

    private static IEnumerable<double> RoundNumbers(double least, double greatest)
    {
        const double Tolerance = 1e-9;
        for (var exponent = (int)Math.Floor(Math.Log10(least)) - 1; exponent <= Math.Ceiling(Math.Log10(greatest)); exponent++)
        {
            foreach (var step in _steps)
            {
                var value = step * Math.Pow(10, exponent);
                if (value >= least * (1 - Tolerance) && value <= greatest * (1 + Tolerance))
                {
                    yield return value;
                }
            }
        }
    }
}
