using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering.Bisecting;

/// <summary>
/// What stands behind <see cref="BisectingKMeans"/>: all points are a cluster; the largest is split in two by a fit of its own, and again, until there are enough.
/// </summary>
/// <remarks>Invariant: what a fit sees of a cluster are its points in their order, so each split is what a user would get who called <c>KMeans.Fit</c> for them.</remarks>
internal sealed unsafe class BisectingJob<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Halves = 2;

    private readonly BisectingKMeansOptions _options;
    private readonly Crew _crew;
    private readonly ClusterRows<T> _rows;
    private readonly GrowingTree<T> _tree;

    // The splittable leaves, the largest first; of equal ones that of the lowest number.
    private readonly PriorityQueue<int, (double Size, int Node)> _largest = new(Comparer<(double Size, int Node)>.Create((a, b) =>
        a.Size != b.Size ? b.Size.CompareTo(a.Size) : a.Node.CompareTo(b.Node)));

    private BisectingJob(ClusterRows<T> rows, int clusters, BisectingKMeansOptions options, Crew crew)
    {
        _options = options;
        _crew = crew;
        _rows = rows;
        _tree = new GrowingTree<T>(clusters, rows.All.Dimensions, options.Split.Metric);
    }

    /// <summary>One fit.</summary>
    /// <param name="points">n × d; n &gt; 0.</param>
    /// <param name="clusters">k.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="weights">n weights, or none.</param>
    /// <param name="progress">Is told of each split, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the fit within a few milliseconds.</param>
    public static BisectingKMeansResult<T> Run(
        PointView<T> points,
        int clusters,
        BisectingKMeansOptions? options,
        ReadOnlySpan<T> weights,
        IProgress<BisectingKMeansProgress>? progress,
        CancellationToken cancellationToken)
    {
        options ??= new BisectingKMeansOptions();
        Check.Options(options);
        Check.Clusters(clusters, points.Count, nameof(clusters));
        options = options with { Split = options.Split with { TrackInertia = false } };
        using var crew = new Crew(options.Split.MaxDegreeOfParallelism, cancellationToken);
        fixed (T* pinned = weights)
        {
            // A direction is its own direction: no part of them is copied again to be made one.
            using var compared = MetricRows<T>.Of(options.Split.Metric, points, crew, nameof(points));
            using var rows = new ClusterRows<T>(compared.View, weights.IsEmpty ? null : pinned, crew);
            return new BisectingJob<T>(rows, clusters, options, crew).Grow(clusters, progress);
        }
    }

    private BisectingKMeansResult<T> Grow(int clusters, IProgress<BisectingKMeansProgress>? progress)
    {
        using (var all = FitJobOf(GrowingTree<T>.Root))
        {
            AddRoot(all);
            if (clusters > 1 && TrySplit(all, GrowingTree<T>.Root))
            {
                Report(progress);
            }
        }

        while (_tree.Clusters < clusters && _largest.TryDequeue(out var node, out _))
        {
            using var job = FitJobOf(node);
            if (TrySplit(job, node))
            {
                Report(progress);
            }
        }

        return Result();
    }

    // The seed follows from how many splits there were, so that a fit of more clusters begins with the same ones.
    private FitJob<T> FitJobOf(int node)
    {
        var points = _rows.Gather(node, out var weights);
        var options = _options.Split with { Seed = unchecked(_options.Split.Seed + Math.Max(0, _tree.Clusters - 1)) };
        return new FitJob<T>(points, weights, Math.Min(Halves, points.Count), null, options, _crew, SingleProcess.Instance, MemoryBudget.OfProcess);
    }

    // Of one cluster the first iteration finds the mean, wherever it begins.
    private void AddRoot(FitJob<T> all)
    {
        var fit = all.From(_rows.All.RowSpan(0).ToArray(), null);
        _tree.AddRoot(fit, all.Inertias(fit)[0]);
    }

    private bool TrySplit(FitJob<T> job, int node)
    {
        if (_tree.Inertia(node) == 0)
        {
            return false;
        }

        var fit = job.FromSeeding(Halves, null);
        if (fit.EmptyClusterCount > 0)
        {
            return false;
        }

        var left = _tree.Split(node, fit, job.Inertias(fit));
        _rows.Split(node, fit.Labels);
        Offer(left);
        Offer(left + 1);
        return true;
    }

    private void Offer(int node)
    {
        if (_tree.Inertia(node) > 0)
        {
            _largest.Enqueue(node, (_options.Strategy == BisectingStrategy.LargestInertia ? _tree.Inertia(node) : _tree.Weight(node), node));
        }
    }

    private void Report(IProgress<BisectingKMeansProgress>? progress) =>
        progress?.Report(new BisectingKMeansProgress { Clusters = _tree.Clusters, Inertia = _tree.TotalInertia });

    // From left to right, as the clusters are numbered.
    private BisectingKMeansResult<T> Result()
    {
        var tree = _tree.Finish();
        var labels = new int[_rows.All.Count];
        for (var cluster = 0; cluster < tree.Clusters; cluster++)
        {
            _rows.Label(tree.Leaves[cluster], cluster, labels);
        }

        return new BisectingKMeansResult<T>(tree, labels);
    }
}
