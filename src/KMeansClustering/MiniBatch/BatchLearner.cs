using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>What batches have taught so far, and the step that each of them is (Sculley, "Web-scale k-means clustering", WWW 2010): label its rows, move the centroids towards them, put starved centroids elsewhere.</summary>
internal sealed unsafe class BatchLearner<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchSearch<T> _search;
    private readonly ClusterRows _groups;
    private readonly Reassignment _reassignment;
    private readonly Xoshiro256 _random;
    private readonly T[] _before;

    /// <summary>Learns from nothing, or from what was there.</summary>
    /// <param name="clusters">k.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="options">Seed and ratio.</param>
    /// <param name="tracksShift">Whether <see cref="Shift"/> is wanted.</param>
    public BatchLearner(int clusters, int dimensions, MiniBatchKMeansOptions options, bool tracksShift)
    {
        Centroids = RunningCentroids<T>.Create(clusters, dimensions);
        _search = new BatchSearch<T>(clusters, dimensions);
        _groups = new ClusterRows(clusters);
        _reassignment = new Reassignment(options.ReassignmentRatio);
        _random = RandomStreams.Reassignment(options.Seed);
        _before = tracksShift ? new T[clusters * dimensions] : [];
    }

    public RunningCentroids<T> Centroids { get; }

    /// <summary>Batches so far.</summary>
    public long Batches { get; private set; }

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>How many times a starved centroid was put elsewhere.</summary>
    public long Reassignments { get; private set; }

    /// <summary>Σ w·D/Σ w of the last batch, before it moved the centroids.</summary>
    public double BatchInertia { get; private set; }

    /// <summary>Σ‖Δc‖² of the last batch, of the centroids as rounded to T, added in their order.</summary>
    public double Shift { get; private set; }

    /// <summary>Learns from a batch.</summary>
    /// <param name="batch">Its rows.</param>
    /// <param name="crew">The threads.</param>
    public void Learn(Batch<T> batch, Crew crew)
    {
        var rows = batch.Rows;
        var weights = batch.Weights;
        new ReadOnlySpan<T>(Centroids.Rounded, _before.Length).CopyTo(_before);
        BatchInertia = _search.Run(batch, Centroids.Rounded, crew) / Sum(weights, rows.Count);
        _groups.Sort(_search.Labels, rows.Count);
        Centroids.Include(rows, weights, _groups, crew);
        Reassign(rows);
        Batches++;
        Rows += rows.Count;
        Shift = _before.Length > 0 ? MeasureShift() : 0;
    }

    /// <summary>Σ w·D of some rows.</summary>
    public double Inertia(Batch<T> rows, T* centroids, Crew crew) => _search.Run(rows, centroids, crew);

    public void Dispose()
    {
        Centroids.Dispose();
        _search.Dispose();
        _groups.Dispose();
    }

    private static double Sum(T* weights, int count)
    {
        var sum = 0.0;
        for (var i = 0; weights != null && i < count; i++)
        {
            sum += double.CreateTruncating(weights[i]);
        }

        return weights == null ? count : sum;
    }

    // Each takes a row of its own, drawn uniformly.
    private void Reassign(PointView<T> rows)
    {
        var starved = _reassignment.Starved(Centroids.Weights, rows.Count);
        if (starved.IsEmpty)
        {
            return;
        }

        var weight = Reassignment.NewWeight(Centroids.Weights, starved);
        var taken = new HashSet<int>();
        foreach (var cluster in starved)
        {
            int row;
            do
            {
                row = _random.Next(rows.Count);
            }
            while (!taken.Add(row));

            Centroids.Set(cluster, rows.Row(row), weight);
        }

        Reassignments += starved.Length;
    }

    private double MeasureShift()
    {
        var (clusters, dimensions) = (Centroids.Clusters, Centroids.Dimensions);
        var total = 0.0;
        fixed (T* before = _before)
        {
            for (var j = 0; j < clusters; j++)
            {
                var offset = (nint)j * dimensions;
                total += Judge<T>.DistanceSquared(before + offset, Centroids.Rounded + offset, dimensions);
            }
        }

        return total;
    }
}
