using KMeansClustering.Metrics;

namespace KMeansClustering.Sweeping;

/// <summary>
/// The gap statistic (Tibshirani, Walther and Hastie 2001): the mean logarithm of the inertia of B sets of points without clusters, less that of the data. Its error is s = sd·√(1 + 1/B), sd the standard deviation of those B logarithms (divided
/// by B, as there).
/// </summary>
internal sealed class GapStatistic
{
    private readonly List<double[]> _references = [];

    /// <summary>The inertias of one set, for each number of clusters.</summary>
    public void AddReference(double[] inertias) => _references.Add(inertias);

    /// <summary>The gap of the data's inertia for one of these numbers, and its error: infinite where the data have no inertia, nothing where a reference has none, for then there is nothing to compare with.</summary>
    public (double? Gap, double? Error) Of(int number, double inertia)
    {
        if (_references.Exists(inertias => inertias[number] == 0))
        {
            return (null, null);
        }

        var logarithms = _references.ConvertAll(inertias => NaturalLogarithm.Of(inertias[number]));
        double sets = logarithms.Count;
        var mean = 0.0;
        foreach (var logarithm in logarithms)
        {
            mean += logarithm / sets;
        }

        var variance = 0.0;
        foreach (var logarithm in logarithms)
        {
            variance += (logarithm - mean) * (logarithm - mean) / sets;
        }

        var gap = inertia > 0 ? mean - NaturalLogarithm.Of(inertia) : double.PositiveInfinity;
        return (gap, Math.Sqrt(variance * (1 + (1 / sets))));
    }
}
