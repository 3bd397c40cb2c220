using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>Lloyd's algorithm (Lloyd 1982): assign each point to its nearest centroid, move each centroid to the mean of its points, and again, until nothing changes.</summary>
internal sealed unsafe class LloydLoop<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Of so few, which are what a tree of splits asks for, a sum for each takes no longer than one for all.
    private const int FewClusters = 2;

    private readonly FitData<T> _data;
    private readonly KMeansOptions _options;
    private readonly double _settledShift;
    private readonly int _clusters;
    private readonly ClusterTotals<T> _totals;
    private readonly AssignmentPass<T> _pass;
    private readonly CentroidUpdate<T> _update;
    private readonly List<KMeansIteration> _history = [];

    /// <summary>Prepares one fit.</summary>
    /// <param name="data">The points.</param>
    /// <param name="clusters">k.</param>
    /// <param name="options">What the user wants.</param>
    /// <param name="settledShift">The sum of squared movements at which the centroids count as settled.</param>
    public LloydLoop(FitData<T> data, int clusters, KMeansOptions options, double settledShift)
    {
        _data = data;
        _options = options;
        _settledShift = settledShift;
        _clusters = clusters;
        _totals = new ClusterTotals<T>(data.Scale, clusters, data.Weights != null, data.Collective);
        _pass = Passes.Create(options.Algorithm, data, clusters, _totals);
        _update = new CentroidUpdate<T>(_totals, clusters, data.Points.Dimensions, data.Crew, options.Metric);
    }

    /// <summary>Runs from given centroids to the end.</summary>
    /// <param name="centroids">k × d, in and out.</param>
    /// <param name="labels">n labels, out.</param>
    /// <param name="report">Is told of each iteration, and with the last one why it is the last.</param>
    public KMeansResult<T> Run(T[] centroids, int[] labels, Action<int, KMeansIteration, StopReason?> report)
    {
        Array.Fill(labels, -1);
        fixed (T* current = centroids)
        fixed (int* label = labels)
        {
            var stop = Iterate(current, label, report, out var relocations);
            if (stop != StopReason.LabelsUnchanged)
            {
                // The centroids have moved since the labels were given.
                _pass.Run(current, label, out _);
            }

            var weights = new double[_clusters];
            for (var j = 0; j < _clusters; j++)
            {
                weights[j] = _totals.Weight(j);
            }

            var inertias = InertiaPass<T>.Each(_data.Points, _data.Weights, current, label, _clusters <= FewClusters ? _clusters : 1, _data.Crew);
            return new KMeansResult<T>(new KMeansModel<T>(centroids, _data.Points.Dimensions, _options.Metric), labels, weights, inertias)
            {
                Inertia = InertiaPass<T>.Total(inertias, _options.Metric, _data.Collective),
                Iterations = _history.Count,
                StopReason = stop,
                EmptyClusterCount = Enumerable.Range(0, _clusters).Count(j => _totals.Count(j) == 0),
                Relocations = relocations,
                Algorithm = MostUsed(),
                History = _history.AsReadOnly(),
            };
        }
    }

    public void Dispose()
    {
        _pass.Dispose();
        _totals.Dispose();
        _update.Dispose();
    }

    private double Inertia(T* centroids, int* labels) =>
        InertiaPass<T>.Run(_data.Points, _data.Weights, centroids, labels, _data.Crew, _options.Metric, _data.Collective);

    // The algorithm of most iterations, the later one on a tie.
    private KMeansAlgorithm MostUsed() =>
        _history.Select(done => done.Algorithm).Reverse().GroupBy(algorithm => algorithm).MaxBy(group => group.Count())!.Key;

    // The centroids that an iteration leaves are a function of those it found, and of nothing else that went before: a fit that starts from them goes on as this one does (docs/checkpoint.md).
    private StopReason Iterate(T* centroids, int* labels, Action<int, KMeansIteration, StopReason?> report, out int relocations)
    {
        relocations = 0;
        while (true)
        {
            var changed = (long)_data.Collective.Sum(_pass.Run(centroids, labels, out var work));
            double? inertia = _options.TrackInertia ? Inertia(centroids, labels) : null;
            var relocated = _options.EmptyClusters == EmptyClusterPolicy.Relocate
                ? EmptyClusters.Relocate(_data, _clusters, centroids, labels, _totals, _pass.Forget)
                : 0;
            relocations += relocated;
            var shift = _update.Run(centroids);
            _history.Add(new KMeansIteration
            {
                CentroidShift = shift,
                LabelsChanged = changed,
                Inertia = inertia,
                Algorithm = _pass.Algorithm,
                PointsSkipped = work.PointsSkipped,
                NodeDistances = work.NodeDistances,
                SketchDistances = work.SketchDistances,
                TileDistances = work.TileDistances,
                ExactDistances = work.ExactDistances,
            });
            StopReason? stop = changed + relocated == 0 ? StopReason.LabelsUnchanged
                : _options.Tolerance > 0 && shift <= _settledShift ? StopReason.CentroidsSettled
                : _history.Count == _options.MaxIterations ? StopReason.MaxIterations
                : null;
            report(_history.Count, _history[^1], stop);
            if (stop is { } reason)
            {
                return reason;
            }
        }
    }
}
