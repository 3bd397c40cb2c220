using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// How far points are from the means of their clusters, and these from each other. Means come from order-free sums and are kept in double, distances are the judge's, and their
/// sums are exact: neither the order of the points nor the names of the labels changes a bit.
/// </summary>
internal sealed unsafe class Dispersion<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 14;

    // Squares of larger numbers than this might add up to infinity, so their terms are taken smaller: in a ratio it cancels.
    private const double Large = 1e140;
    private const double SmallUnit = 1.0 / (1L << 50) / (1L << 50);

    private readonly PointView<T> _points;
    private readonly Labelling _labelling;
    private readonly Crew _crew;
    private readonly double[] _middle;
    private readonly double _unit;
    private readonly AlignedBuffer<double> _means;

    public Dispersion(PointView<T> points, Survey<T> survey, Labelling labelling, Crew crew)
    {
        _points = points;
        _labelling = labelling;
        _crew = crew;
        _unit = survey.Magnitudes.Max() > Large ? SmallUnit : 1;
        _middle = new ColumnMeans<T>(points, survey.Magnitudes, crew).Run(null, PointShare.All(points.Count));
        _means = new AlignedBuffer<double>((long)labelling.Count * points.Dimensions);
        using var totals = new ClusterTotals<T>(SumScale.For<T>(survey.Magnitudes, weighted: false, 1, 1), labelling.Count, weighted: false);
        fixed (int* clusters = labelling.Clusters)
        {
            totals.AddAll(points, null, clusters, crew);
        }

        for (var c = 0; c < labelling.Count; c++)
        {
            totals.TryMean(c, Mean(c));
        }
    }

    /// <summary>Caliński and Harabasz 1974: the variance between clusters over that within them; 1 where there is none within.</summary>
    public double VarianceRatio()
    {
        var within = new ExactSum();
        foreach (var sum in SumsWithin(squared: true))
        {
            within.Add(sum);
        }

        var between = new ExactSum();
        fixed (double* middle = _middle)
        {
            for (var c = 0; c < _labelling.Count; c++)
            {
                between.Add(_labelling.Sizes[c] * (_unit * Judge<double>.DistanceSquared(Mean(c), middle, _points.Dimensions)));
            }
        }

        var (n, k) = ((double)_points.Count, _labelling.Count);
        return within.ToDouble() is var inner && inner > 0 ? between.ToDouble() / (k - 1) / (inner / (n - k)) : 1;
    }

    /// <summary>
    /// Davies and Bouldin 1979: for each cluster the greatest (s_i + s_j)/‖m_i − m_j‖, s the mean distance of a cluster's points from its mean; the mean over the clusters.
    /// A pair of clusters with one mean is left out.
    /// </summary>
    public double MeanSimilarity()
    {
        var spreads = Array.ConvertAll(SumsWithin(squared: false), sum => sum.ToDouble());
        for (var c = 0; c < spreads.Length; c++)
        {
            spreads[c] /= _labelling.Sizes[c];
        }

        var greatest = new double[spreads.Length];
        _crew.Run(spreads.Length, 1, (double)spreads.Length * _points.Dimensions, (_, first, _) => greatest[first] = GreatestSimilarity(first, spreads));
        var sum = new ExactSum();
        foreach (var similarity in greatest)
        {
            sum.Add(similarity);
        }

        return sum.ToDouble() / spreads.Length;
    }

    public void Dispose() => _means.Dispose();

    private double* Mean(int cluster) => _means.Pointer + ((nint)cluster * _points.Dimensions);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private double GreatestSimilarity(int cluster, double[] spreads)
    {
        var greatest = 0.0;
        for (var other = 0; other < spreads.Length; other++)
        {
            var distance = Math.Sqrt(Judge<double>.DistanceSquared(Mean(cluster), Mean(other), _points.Dimensions));
            greatest = distance > 0 ? Math.Max(greatest, (spreads[cluster] + spreads[other]) / distance) : greatest;
        }

        return greatest;
    }

    // Σ of each cluster's distances from its mean, or of their squares (in units).
    private ExactSum[] SumsWithin(bool squared)
    {
        var dimensions = _points.Dimensions;
        var threads = new ExactSum?[_crew.Size][];
        _crew.Run(_points.Count, Math.Max(1, BlockValues / dimensions), 2 * dimensions, (thread, first, count) =>
            AddBlock(first, count, squared, threads[thread] ??= new ExactSum?[_labelling.Count]));
        var sums = new ExactSum[_labelling.Count];
        for (var c = 0; c < sums.Length; c++)
        {
            sums[c] = new ExactSum();
            foreach (var mine in threads)
            {
                if (mine?[c] is { } sum)
                {
                    sums[c].Add(sum);
                }
            }
        }

        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddBlock(int first, int count, bool squared, ExactSum?[] sums)
    {
        using var row = new AlignedBuffer<double>(_points.Dimensions, clears: false);
        for (var i = first; i < first + count; i++)
        {
            RowGroups.PackRow(_points, i, row.Pointer);
            var cluster = _labelling.Clusters[i];
            var square = Judge<double>.DistanceSquared(row.Pointer, Mean(cluster), _points.Dimensions);
            (sums[cluster] ??= new ExactSum()).Add(squared ? _unit * square : Math.Sqrt(square));
        }
    }
}
