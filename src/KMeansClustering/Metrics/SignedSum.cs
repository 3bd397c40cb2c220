using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>A sum of doubles of either sign that has no order: two exact sums, each rounded once, and their difference.</summary>
internal sealed class SignedSum
{
    private readonly ExactSum _positive = new();
    private readonly ExactSum _negative = new();

    public void Add(double value) => (value < 0 ? _negative : _positive).Add(Math.Abs(value));

    public double ToDouble() => _positive.ToDouble() - _negative.ToDouble();
}
