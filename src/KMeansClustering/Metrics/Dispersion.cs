using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// How far points are from the means of their clusters, and these from each other, in one look at the points. Means come from order-free sums and are kept in double, distances are the judge's, and their
/// sums are exact: neither the order of the points nor the names of the labels changes a bit.
/// </summary>
internal sealed unsafe class Dispersion<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 14;

    // Squares of larger numbers than this might add up to infinity, so their terms are taken smaller, by a power of two.
    private const double Large = 1e140;
    private const int SmallBits = 100;

    private readonly LabelledPoints<T> _clustering;
    private readonly Crew _crew;
    private readonly int _unitBits;
    private readonly double _unit;
    private readonly AlignedBuffer<double> _means;
    private readonly double[] _distances;
    private readonly double _squares;
    private readonly double _between;

    /// <summary>Measures all points.</summary>
    /// <param name="clustering">The points and their clusters.</param>
    /// <param name="scale">The fixed point of their sums.</param>
    /// <param name="crew">The threads.</param>
    public Dispersion(LabelledPoints<T> clustering, SumScale scale, Crew crew)
    {
        _clustering = clustering;
        _crew = crew;
        _unitBits = scale.Exponents.Max() > Math.ILogB(Large) ? SmallBits : 0;
        _unit = Math.ScaleB(1, -_unitBits);
        _means = new AlignedBuffer<double>((long)clustering.Count * Dimensions);
        using (var totals = new ClusterTotals<T>(scale, clustering.Count, clustering.Weights != null))
        {
            fixed (int* clusters = clustering.Clusters)
            {
                totals.AddAll(clustering.Points, clustering.Weights, clusters, crew);
            }

            for (var c = 0; c < clustering.Count; c++)
            {
                totals.TryMean(c, Mean(c));
            }

            _between = SumBetween(totals);
        }

        (_distances, _squares) = SumWithin();
    }

    private int Dimensions => _clustering.Points.Dimensions;

    /// <summary>Caliński and Harabasz 1974: the variance between clusters over that within them; 1 where there is none within. There must be more points than clusters.</summary>
    public double VarianceRatio() =>
        _squares > 0 ? _between / (_clustering.Count - 1) / (_squares / (_clustering.Total - _clustering.Count)) : 1;

    /// <summary>
    /// Davies and Bouldin 1979: for each cluster the greatest (s_i + s_j)/‖m_i − m_j‖, s the mean distance of a cluster's points from its mean; the mean over the clusters.
    /// A pair of clusters with one mean is left out.
    /// </summary>
    public double MeanSimilarity()
    {
        var spreads = new double[_distances.Length];
        for (var c = 0; c < spreads.Length; c++)
        {
            spreads[c] = _distances[c] / _clustering.Sizes[c];
        }

        var greatest = new double[spreads.Length];
        _crew.Run(spreads.Length, 1, (double)spreads.Length * Dimensions, (_, first, _) => greatest[first] = GreatestSimilarity(first, spreads));
        var sum = new ExactSum();
        foreach (var similarity in greatest)
        {
            sum.Add(similarity);
        }

        return sum.ToDouble() / spreads.Length;
    }

    /// <summary>
    /// The Bayesian information criterion of normal distributions around the means with one variance in all directions (Pelleg and Moore 2000): l − p/2·ln n; infinity where that variance is 0. There must be more
    /// points than clusters.
    /// </summary>
    public double InformationCriterion()
    {
        if (_squares == 0)
        {
            return double.PositiveInfinity;
        }

        const double LnTwoPi = 1.8378770664093453;
        const double LnTwo = 0.69314718055994531;
        var (n, k, d) = (_clustering.Total, (double)_clustering.Count, (double)Dimensions);
        var uncertainty = new ExactSum();
        foreach (var size in _clustering.Sizes)
        {
            uncertainty.Add(size * NaturalLogarithm.Of(n / size));
        }

        var lnVariance = NaturalLogarithm.Of(_squares) + (_unitBits * LnTwo) - NaturalLogarithm.Of(d * (n - k));
        var likelihood = -uncertainty.ToDouble() - (n * d / 2 * (LnTwoPi + lnVariance)) - (d * (n - k) / 2);
        return likelihood - (k * (d + 1) / 2 * NaturalLogarithm.Of(n));
    }

    public void Dispose() => _means.Dispose();

    private double* Mean(int cluster) => _means.Pointer + ((nint)cluster * Dimensions);

    // Σ n_j‖m_j − m‖², in units.
    private double SumBetween(ClusterTotals<T> totals)
    {
        using var middle = new AlignedBuffer<double>(Dimensions);
        totals.MeanOfAll(middle.Pointer);
        var between = new ExactSum();
        for (var c = 0; c < _clustering.Count; c++)
        {
            between.Add(_clustering.Sizes[c] * (_unit * Judge<double>.DistanceSquared(Mean(c), middle.Pointer, Dimensions)));
        }

        return between.ToDouble();
    }

    // Σ w‖x − m‖ of each cluster, and Σ w‖x − m‖² of all, in units.
    private (double[] Distances, double Squares) SumWithin()
    {
        var threads = new Worker?[_crew.Size];
        _crew.Run(_clustering.Points.Count, Math.Max(1, BlockValues / Dimensions), 2 * Dimensions, (thread, first, count) =>
            (threads[thread] ??= new Worker(this)).Add(first, count));
        var squares = new ExactSum();
        var distances = Array.ConvertAll(_clustering.Sizes, _ => new ExactSum());
        foreach (var worker in threads)
        {
            worker?.HandIn(distances, squares);
        }

        return (Array.ConvertAll(distances, sum => sum.ToDouble()), squares.ToDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private double GreatestSimilarity(int cluster, double[] spreads)
    {
        var greatest = 0.0;
        for (var other = 0; other < spreads.Length; other++)
        {
            var distance = Math.Sqrt(Judge<double>.DistanceSquared(Mean(cluster), Mean(other), Dimensions));
            greatest = distance > 0 ? Math.Max(greatest, (spreads[cluster] + spreads[other]) / distance) : greatest;
        }

        return greatest;
    }

    /// <summary>One thread's sums.</summary>
    private sealed class Worker(Dispersion<T> dispersion)
    {
        private readonly ExactSum?[] _distances = new ExactSum?[dispersion._clustering.Count];
        private readonly ExactSum _squares = new();

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Add(int first, int count)
        {
            var clustering = dispersion._clustering;
            for (var i = first; i < first + count; i++)
            {
                var cluster = clustering.Clusters[i];
                if (cluster >= 0)
                {
                    var square = Judge<T>.DistanceSquared(clustering.Points.Row(i), dispersion.Mean(cluster), clustering.Points.Dimensions);
                    (_distances[cluster] ??= new ExactSum()).Add(clustering.Weight(i) * Math.Sqrt(square));
                    _squares.Add(clustering.Weight(i) * (dispersion._unit * square));
                }
            }
        }

        public void HandIn(ExactSum[] distances, ExactSum squares)
        {
            squares.Add(_squares);
            for (var c = 0; c < distances.Length; c++)
            {
                if (_distances[c] is { } sum)
                {
                    distances[c].Add(sum);
                }
            }
        }
    }
}
