using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// Points, their weights, and the clusters that labels put them in: what every metric of points reads. A weight says how many points stand in one place, so one of 0 is no point; a cluster has a positive weight.
/// </summary>
internal sealed unsafe class LabelledPoints<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _weights;

    /// <summary>Sorts points into clusters.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="weights">n weights, finite and at least 0, not all 0; null for 1 each.</param>
    /// <param name="labels">n labels of any values.</param>
    public LabelledPoints(PointView<T> points, T* weights, ReadOnlySpan<int> labels)
        : this(points, weights, Labelling.Of(labels))
    {
    }

    // The labelling's clusters become this object's own.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private LabelledPoints(PointView<T> points, T* weights, Labelling labelling)
    {
        Points = points;
        _weights = weights;
        Clusters = labelling.Clusters;
        if (weights == null)
        {
            Values = labelling.Values;
            Sizes = Array.ConvertAll(labelling.Sizes, size => (double)size);
            Total = points.Count;
            Places = points.Count;
            EachAlone = Count == Places;
            return;
        }

        // A label that only points of weight 0 have names no cluster.
        var sums = Array.ConvertAll(labelling.Values, _ => new ExactSum());
        var total = new ExactSum();
        var greatest = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            sums[Clusters[i]].Add(Weight(i));
            total.Add(Weight(i));
            Places += Weight(i) > 0 ? 1 : 0;
            greatest = Math.Max(greatest, Weight(i));
        }

        var sizes = Array.ConvertAll(sums, sum => sum.ToDouble());
        var numbers = new int[sizes.Length];
        var count = 0;
        for (var c = 0; c < sizes.Length; c++)
        {
            numbers[c] = sizes[c] > 0 ? count++ : -1;
        }

        for (var i = 0; i < points.Count; i++)
        {
            Clusters[i] = numbers[Clusters[i]];
        }

        Values = Array.FindAll(labelling.Values, value => numbers[Array.BinarySearch(labelling.Values, value)] >= 0);
        Sizes = Array.FindAll(sizes, size => size > 0);
        Total = total.ToDouble();
        EachAlone = Count == Places && greatest <= 1;
    }

    /// <summary>What a fit made of points: where no cluster is empty its labels need no sorting, and are shared with it.</summary>
    public static LabelledPoints<T> OfFit(PointView<T> points, T* weights, KMeansResult<T> fit) => weights != null || fit.EmptyClusterCount > 0
        ? new LabelledPoints<T>(points, weights, fit.Labels)
        : new LabelledPoints<T>(points, null, new Labelling(fit.LabelArray, [.. fit.ClusterWeights.ToArray().Select(size => (int)size)], [.. Enumerable.Range(0, fit.Model.Clusters)]));

    /// <summary>n × d.</summary>
    public PointView<T> Points { get; }

    /// <summary>n weights, or null for 1 each.</summary>
    public T* Weights => _weights;

    /// <summary>The cluster of each point; −1 where only points of weight 0 have its label.</summary>
    public int[] Clusters { get; }

    /// <summary>The label of each cluster, ascending.</summary>
    public int[] Values { get; }

    /// <summary>How many points each cluster has: the sum of their weights.</summary>
    public double[] Sizes { get; }

    /// <summary>How many points there are: the sum of all weights.</summary>
    public double Total { get; }

    /// <summary>How many points have a positive weight.</summary>
    public int Places { get; }

    /// <summary>Whether each point is a cluster of its own.</summary>
    public bool EachAlone { get; }

    /// <summary>Whether there is something to compare: two clusters or more, and not all of them of one point.</summary>
    public bool IsComparable => Count > 1 && !EachAlone;

    /// <summary>How many clusters there are, k.</summary>
    public int Count => Values.Length;

    /// <summary>How many points stand where point i is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Weight(int i) => _weights == null ? 1 : double.CreateTruncating(_weights[i]);

    /// <summary>How many other points the cluster of point i has: those that stand where it is are others but for one. 0 for a point that is alone, or in no cluster.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Others(int i) => Clusters[i] < 0 ? 0 : Sizes[Clusters[i]] - Math.Min(1, Weight(i));
}
