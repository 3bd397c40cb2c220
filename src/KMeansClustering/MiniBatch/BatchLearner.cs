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
    private readonly T[] _before;

    /// <summary>Begins without centroids.</summary>
    /// <param name="clusters">k.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="options">Seed, ratio, and whether <see cref="Shift"/> is wanted.</param>
    public BatchLearner(int clusters, int dimensions, MiniBatchKMeansOptions options)
    {
        Centroids = RunningCentroids<T>.Create(clusters, dimensions);
        Bounds = new StreamBounds<T>(dimensions);
        _search = new BatchSearch<T>(clusters, dimensions);
        _groups = new ClusterRows(clusters);
        _reassignment = new Reassignment(options.ReassignmentRatio, RandomStreams.Reassignment(options.Seed));
        _before = options.Tolerance > 0 ? new T[clusters * dimensions] : [];
    }

    public RunningCentroids<T> Centroids { get; }

    /// <summary>Whether the centroids have been set.</summary>
    public bool HasCentroids { get; private set; }

    public StreamBounds<T> Bounds { get; }

    /// <summary>Batches so far.</summary>
    public long Batches { get; private set; }

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>How many times a starved centroid was put elsewhere.</summary>
    public long Reassignments { get; private set; }

    /// <summary>Σ w·D/Σ w of the last batch, before it moved the centroids.</summary>
    public double BatchInertia { get; private set; }

    /// <summary>Σ‖Δc‖² of the last batch, of the centroids as rounded to T, added in their order; 0 where it is not wanted.</summary>
    public double Shift { get; private set; }

    /// <summary>Sets the centroids.</summary>
    /// <param name="centroids">k × d.</param>
    /// <param name="weights">Of each; none for 0.</param>
    public void Start(T* centroids, ReadOnlySpan<double> weights)
    {
        for (var j = 0; j < Centroids.Clusters; j++)
        {
            Centroids.Set(j, centroids + ((nint)j * Centroids.Dimensions), weights.IsEmpty ? 0 : weights[j]);
        }

        HasCentroids = true;
    }

    /// <summary>Learns from a batch.</summary>
    public void Learn(Batch<T> batch, Crew crew)
    {
        var rows = batch.Rows;
        new ReadOnlySpan<T>(Centroids.Rounded, _before.Length).CopyTo(_before);
        BatchInertia = Inertia(batch, Centroids.Rounded, crew) / batch.TotalWeight();
        _groups.Sort(_search.Labels, rows.Count);
        Centroids.Include(rows, batch.Weights, _groups, crew);
        Reassignments += _reassignment.Run(Centroids, rows);
        Shift = _before.Length > 0 ? MeasureShift() : 0;
        Batches++;
        Rows += rows.Count;
    }

    /// <summary>Σ w·D of some rows with other centroids.</summary>
    public double Inertia(Batch<T> rows, T* centroids, Crew crew) => _search.Run(rows, centroids, crew);

    public void Dispose()
    {
        Centroids.Dispose();
        _search.Dispose();
        _groups.Dispose();
    }

    private double MeasureShift()
    {
        var total = 0.0;
        fixed (T* before = _before)
        {
            for (var j = 0; j < Centroids.Clusters; j++)
            {
                var place = (nint)j * Centroids.Dimensions;
                total += Judge<T>.DistanceSquared(before + place, Centroids.Rounded + place, Centroids.Dimensions);
            }
        }

        return total;
    }
}
