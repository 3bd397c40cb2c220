using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>A sum of doubles of either sign that has no order: two exact sums, each rounded once, and their difference.</summary>
internal sealed class SignedSum
{
    private readonly ExactSum _positive = new();
    private readonly ExactSum _negative = new();

    /// <summary>What all threads added.</summary>
    public static SignedSum Of<TWorker>(IEnumerable<TWorker?> workers, Func<TWorker, SignedSum> sum)
        where TWorker : class
    {
        var all = new SignedSum();
        foreach (var worker in workers)
        {
            if (worker is not null)
            {
                all._positive.Add(sum(worker)._positive);
                all._negative.Add(sum(worker)._negative);
            }
        }

        return all;
    }

    public void Add(double value) => (value < 0 ? _negative : _positive).Add(Math.Abs(value));

    public double ToDouble() => _positive.ToDouble() - _negative.ToDouble();
}
