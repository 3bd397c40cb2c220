using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// How far points are from the means of their clusters, and these from each other. Means come from order-free sums and are kept in double, distances are the judge's, and their
/// sums are exact: neither the order of the points nor the names of the labels changes a bit.
/// </summary>
internal sealed unsafe class Dispersion<T> : IPointMeasure, IDisposable
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
    private readonly double _between;
    private readonly Worker?[] _workers;

    /// <summary>Finds the means, and prepares to look at the points.</summary>
    /// <param name="clustering">The points and their clusters.</param>
    /// <param name="scale">The fixed point of their sums.</param>
    /// <param name="crew">The threads.</param>
    public Dispersion(LabelledPoints<T> clustering, SumScale scale, Crew crew)
    {
        _clustering = clustering;
        _crew = crew;
        _workers = new Worker?[crew.Size];
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
    }

    public int BlockSize => Math.Max(1, BlockValues / Dimensions);

    public double WorkPerPoint => 2 * Dimensions;

    private int Dimensions => _clustering.Points.Dimensions;

    /// <summary>One that has looked at all points.</summary>
    public static Dispersion<T> Of(LabelledPoints<T> clustering, SumScale scale, Crew crew)
    {
        var dispersion = new Dispersion<T>(clustering, scale, crew);
        OneLook.Take(clustering.Points.Count, crew, dispersion);
        return dispersion;
    }

    public void Measure(int thread, int first, int count, int upcoming) => (_workers[thread] ??= new Worker(this)).Add(first, count);

    /// <summary>Caliński and Harabasz 1974: the variance between clusters over that within them; 1 where there is none within. There must be more points than clusters.</summary>
    public double VarianceRatio() => Squares() is var squares && squares > 0 ? _between / (_clustering.Count - 1) / (squares / (_clustering.Total - _clustering.Count)) : 1;

    /// <summary>
    /// Davies and Bouldin 1979: for each cluster the greatest (s_i + s_j)/‖m_i − m_j‖, s the mean distance of a cluster's points from its mean; the mean over the clusters.
    /// A pair of clusters with one mean is left out.
    /// </summary>
    public double MeanSimilarity()
    {
        var spreads = new double[_clustering.Count];
        for (var c = 0; c < spreads.Length; c++)
        {
            spreads[c] = SumOf(worker => worker.Distances[c]) / _clustering.Sizes[c];
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
        var squares = Squares();
        if (squares == 0)
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

        var lnVariance = NaturalLogarithm.Of(squares) + (_unitBits * LnTwo) - NaturalLogarithm.Of(d * (n - k));
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

    // Σ w‖x − m‖² of all points, in units.
    private double Squares() => SumOf(worker => worker.Squares);

    // What all threads added up.
    private double SumOf(Func<Worker, ExactSum?> part)
    {
        var all = new ExactSum();
        foreach (var worker in _workers)
        {
            if (worker is not null && part(worker) is { } sum)
            {
                all.Add(sum);
            }
        }

        return all.ToDouble();
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
        /// <summary>Σ w‖x − m‖ of each cluster; null where it met none of its points.</summary>
        public ExactSum?[] Distances { get; } = new ExactSum?[dispersion._clustering.Count];

        /// <summary>Σ w‖x − m‖² of all points, in units.</summary>
        public ExactSum Squares { get; } = new();

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Add(int first, int count)
        {
            var clustering = dispersion._clustering;
            var (distances, squares) = (Distances, Squares);
            for (var i = first; i < first + count; i++)
            {
                var cluster = clustering.Clusters[i];
                if (cluster >= 0)
                {
                    var square = Judge<T>.DistanceSquared(clustering.Points.Row(i), dispersion.Mean(cluster), clustering.Points.Dimensions);
                    (distances[cluster] ??= new ExactSum()).Add(clustering.Weight(i) * Math.Sqrt(square));
                    squares.Add(clustering.Weight(i) * (dispersion._unit * square));
                }
            }
        }
    }
}
