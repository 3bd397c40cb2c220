using System.Runtime.CompilerServices;

namespace KMeansClustering.Metrics;

/// <summary>
/// Two labelings of the same n points: how many points have each pair of labels, and what that says of them. Counts are exact integers, and sums of terms have no order;
/// so neither the names of the labels nor the order of the points changes a bit.
/// </summary>
internal sealed class Contingency
{
    private readonly long _points;
    private readonly int[] _firstSizes;
    private readonly int[] _secondSizes;
    private readonly Dictionary<long, int> _cells = [];

    /// <summary>Counts the pairs; both have a label for each point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public Contingency(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var (rows, columns) = (Labelling.Of(first), Labelling.Of(second));
        _points = first.Length;
        _firstSizes = rows.Sizes;
        _secondSizes = columns.Sizes;
        for (var i = 0; i < first.Length; i++)
        {
            var cell = ((long)rows.Clusters[i] * columns.Count) + columns.Clusters[i];
            _cells[cell] = _cells.GetValueOrDefault(cell) + 1;
        }
    }

    /// <summary>Whether the two differ in the names of their labels only.</summary>
    public bool IsSamePartition => _cells.Count == _firstSizes.Length && _cells.Count == _secondSizes.Length;

    /// <summary>H of the first labeling, in nats.</summary>
    public double FirstEntropy => Entropy(_firstSizes);

    /// <summary>H of the second.</summary>
    public double SecondEntropy => Entropy(_secondSizes);

    /// <summary>I = Σ n_ij/n · ln(n·n_ij/(a_i·b_j)), in nats; the integers are exact, so a pair as frequent as chance has it adds exactly 0.</summary>
    public double MutualInformation()
    {
        var sum = new SignedSum();
        foreach (var (cell, count) in _cells)
        {
            var (row, column) = Math.DivRem(cell, _secondSizes.Length);
            sum.Add((double)count / _points * NaturalLogarithm.Of((double)(count * _points) / (double)((long)_firstSizes[row] * _secondSizes[column])));
        }

        return Math.Max(0, sum.ToDouble());
    }

    /// <summary>What <see cref="MutualInformation"/> is on average for random labelings of the same sizes.</summary>
    public double ExpectedMutualInformation() => ExpectedInformation.Of(_firstSizes, _secondSizes, _points);

    /// <summary>The adjusted Rand index, from the numbers of pairs of points that are together in both, in one, in none.</summary>
    public double AdjustedRandIndex()
    {
        var (cells, first, second) = (SumOfSquares(_cells.Values), SumOfSquares(_firstSizes), SumOfSquares(_secondSizes));
        Int128 both = cells - _points;
        Int128 firstOnly = first - cells;
        Int128 secondOnly = second - cells;
        Int128 neither = (_points * _points) - first - second + cells;
        if (firstOnly == 0 && secondOnly == 0)
        {
            return 1;
        }

        var above = (both * neither) - (firstOnly * secondOnly);
        var below = ((both + firstOnly) * (firstOnly + neither)) + ((both + secondOnly) * (secondOnly + neither));
        return 2 * (double)above / (double)below;
    }

    private static long SumOfSquares(IEnumerable<int> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += (long)count * count;
        }

        return sum;
    }

    // Σ a/n · ln(n/a): exactly 0 for one cluster.
    private double Entropy(int[] sizes)
    {
        var sum = new SignedSum();
        foreach (var size in sizes)
        {
            sum.Add((double)size / _points * NaturalLogarithm.Of((double)_points / size));
        }

        return sum.ToDouble();
    }
}
