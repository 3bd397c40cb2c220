using System.Numerics;
using System.Runtime.InteropServices;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering.Bisecting;

/// <summary>
/// What stands behind <see cref="BisectingKMeans"/>: all points are a cluster; the largest is split in two by a fit of its own, and again, until there are enough.
/// </summary>
/// <remarks>
/// Invariant: what a fit sees of a cluster are its points in their order, so each split is what a user would get who called <c>KMeans.Fit</c> for them. Small clusters are fitted several at a time, a thread each, on the guess
/// that the next largest after a split are those that were the next largest before. A fit whose cluster turns out not to be next, or whose seed was another's, is thrown away.
/// </remarks>
internal sealed unsafe class BisectingJob<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Halves = 2;

    // A cluster of more values keeps all threads busy, and a wrong guess about it costs more.
    private const long MostValuesOfOneThread = 1 << 21;

    // Fits end at different times: with several for each thread none waits for long.
    private const int FitsPerThread = 2;

    // The larger comes first, and of equal ones that of the lower number.
    private static readonly Comparer<Leaf> s_order = Comparer<Leaf>.Create((a, b) => a.Size != b.Size ? b.Size.CompareTo(a.Size) : a.Node.CompareTo(b.Node));

    private readonly BisectingKMeansOptions _options;
    private readonly Crew _crew;
    private readonly int _dimensions;
    private readonly Membership _members;
    private readonly GatheredRows<T>[] _rows;
    private readonly GrowingTree<T> _tree;

    // The splittable leaves.
    private readonly PriorityQueue<Leaf, Leaf> _largest = new(s_order);

    // How many fits at a time have proved to be right guesses, and one more.
    private int _atOnce = 1;

    private BisectingJob(PointView<T> points, T* weights, int clusters, BisectingKMeansOptions options, Crew crew)
    {
        _options = options;
        _crew = crew;
        _dimensions = points.Dimensions;
        _members = new Membership(points.Count);
        _rows = new GatheredRows<T>[crew.Size];
        for (var thread = 0; thread < _rows.Length; thread++)
        {
            _rows[thread] = new GatheredRows<T>(points, weights);
        }

        _tree = new GrowingTree<T>(clusters, points.Dimensions, options.Split.Metric);
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
        _ = Check.Weights(weights, points.Count);
        options = options with { Split = options.Split with { TrackInertia = false } };
        using var crew = new Crew(options.Split.MaxDegreeOfParallelism, cancellationToken);
        fixed (T* pinned = weights)
        {
            // A direction is its own direction: no part of them is made one again.
            using var compared = MetricRows<T>.Of(options.Split.Metric, points, crew, nameof(points));
            using var job = new BisectingJob<T>(compared.View, weights.IsEmpty ? null : pinned, clusters, options, crew);
            return job.Grow(clusters, progress);
        }
    }

    public void Dispose()
    {
        foreach (var rows in _rows)
        {
            rows.Dispose();
        }
    }

    private BisectingKMeansResult<T> Grow(int clusters, IProgress<BisectingKMeansProgress>? progress)
    {
        Begin(clusters, progress);
        while (_tree.Clusters < clusters && _largest.Count > 0)
        {
            var leaves = TakeLargest(clusters - _tree.Clusters);
            var right = Split(leaves, Fits(leaves), progress);
            _atOnce = right == leaves.Count ? Math.Min(right + 1, FitsPerThread * _crew.Size) : 1;
            _largest.EnqueueRange(leaves.Skip(right).Select(leaf => (leaf, leaf)));
        }

        return Result();
    }

    // All points: their mean, and the first split. Of one cluster the first iteration finds the mean, wherever it begins.
    private void Begin(int clusters, IProgress<BisectingKMeansProgress>? progress)
    {
        using var job = JobOf(GrowingTree<T>.Root, 0, 0, _crew, out var points);
        _tree.AddRoot(job.From(points.RowSpan(0).ToArray(), null));
        if (clusters > 1 && _tree.Inertia(GrowingTree<T>.Root) > 0 && InTwo(job) is { } fit)
        {
            Split(GrowingTree<T>.Root, fit, progress);
        }
    }

    // The seed follows from how many splits there were, so that a fit of more clusters begins with the same ones.
    private FitJob<T> JobOf(int node, int splits, int thread, Crew crew, out PointView<T> points)
    {
        points = _rows[thread].Gather(_members.Of(node), crew, out var weights);
        var options = _options.Split with { Seed = unchecked(_options.Split.Seed + splits) };
        return new FitJob<T>(points, weights, Math.Min(Halves, points.Count), null, options, crew, SingleProcess.Instance, MemoryBudget.OfProcess);
    }

    // Null if the cluster is to stay whole.
    private static KMeansResult<T>? InTwo(FitJob<T> job) => job.FromSeeding(Halves, null) is { EmptyClusterCount: 0 } fit ? fit : null;

    // The largest leaf; if it is small, also those that will be next if nothing comes between.
    private List<Leaf> TakeLargest(int most)
    {
        var leaves = new List<Leaf> { _largest.Dequeue() };
        while (leaves.Count < Math.Min(most, _atOnce) && IsSmall(leaves[0]) && _largest.TryPeek(out var next, out _) && IsSmall(next))
        {
            leaves.Add(_largest.Dequeue());
        }

        return leaves;
    }

    private bool IsSmall(Leaf leaf) => _crew.Size > 1 && (long)_members.Of(leaf.Node).Length * _dimensions <= MostValuesOfOneThread;

    // Each as if those before it were split.
    private KMeansResult<T>?[] Fits(List<Leaf> leaves)
    {
        var fits = new KMeansResult<T>?[leaves.Count];
        var splits = _tree.Clusters - 1;
        void FitOne(int thread, int i, Crew crew)
        {
            using var job = JobOf(leaves[i].Node, splits + i, thread, crew, out _);
            fits[i] = InTwo(job);
        }

        if (leaves.Count == 1)
        {
            FitOne(0, 0, _crew);
            return fits;
        }

        _crew.Run(leaves.Count, 1, double.MaxValue, (thread, i, _) =>
        {
            using var alone = _crew.OfOne();
            FitOne(thread, i, alone);
        });
        return fits;
    }

    // Splits leaves as long as the next is the largest and has the right seed; gives how many are done with.
    private int Split(List<Leaf> leaves, KMeansResult<T>?[] fits, IProgress<BisectingKMeansProgress>? progress)
    {
        for (var i = 0; i < leaves.Count; i++)
        {
            _crew.ThrowIfCancelled();
            if (_largest.TryPeek(out var largest, out _) && s_order.Compare(largest, leaves[i]) < 0)
            {
                return i;
            }

            if (fits[i] is not { } fit)
            {
                return i + 1;
            }

            Split(leaves[i].Node, fit, progress);
        }

        return leaves.Count;
    }

    private void Split(int node, KMeansResult<T> fit, IProgress<BisectingKMeansProgress>? progress)
    {
        var left = _tree.Split(node, fit);
        _members.Split(node, fit.Labels);
        Offer(left);
        Offer(left + 1);
        progress?.Report(new BisectingKMeansProgress { Clusters = _tree.Clusters, Inertia = _tree.TotalInertia });
    }

    // The mean of a single point may be off by a unit of the sums, and leave it an inertia.
    private void Offer(int node)
    {
        if (_tree.Inertia(node) > 0 && _members.Of(node).Length >= Halves)
        {
            var leaf = new Leaf(_options.Strategy == BisectingStrategy.LargestInertia ? _tree.Inertia(node) : _tree.Weight(node), node);
            _largest.Enqueue(leaf, leaf);
        }
    }

    // From left to right, as the clusters are numbered.
    private BisectingKMeansResult<T> Result()
    {
        var tree = _tree.Finish();
        var labels = new int[_members.Of(GrowingTree<T>.Root).Length];
        for (var cluster = 0; cluster < tree.Clusters; cluster++)
        {
            _members.Label(tree.Leaves[cluster], cluster, labels);
        }

        return new BisectingKMeansResult<T>(tree, labels);
    }

    /// <summary>A leaf that may be split.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Leaf(double Size, int Node);
}
