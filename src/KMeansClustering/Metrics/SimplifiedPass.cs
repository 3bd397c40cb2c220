using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// The simplified silhouette (Hruschka, de Castro and Campello 2004): as the silhouette, but a is a point's distance to the own centroid, and b the one to the nearest other centroid that has points.
/// 0 for a point that is alone in its cluster.
/// </summary>
internal sealed unsafe class SimplifiedPass<T> : IPointMeasure, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LabelledPoints<T> _clustering;
    private readonly TwoDistances<T> _distances;
    private readonly Worker?[] _workers;

    /// <summary>Prepares to look at the points.</summary>
    /// <param name="clustering">The points and their clusters: <see cref="LabelledPoints{T}.Values"/> are rows of the centroids. Two clusters or more.</param>
    /// <param name="centroids">The centroids.</param>
    /// <param name="crew">The threads.</param>
    public SimplifiedPass(LabelledPoints<T> clustering, PointView<T> centroids, Crew crew)
    {
        _clustering = clustering;
        _workers = new Worker?[crew.Size];
        _distances = TwoDistances<T>.Of(centroids, clustering.Values, crew);
    }

    public int BlockSize => _distances.BlockSize;

    public double WorkPerPoint => (double)_clustering.Count * _clustering.Points.Dimensions;

    /// <summary>The mean over the points.</summary>
    public double Mean => SignedSum.Of(_workers, worker => worker.Sum).ToDouble() / _clustering.Total;

    /// <summary>The same from a look of its own.</summary>
    public static double Of(LabelledPoints<T> clustering, PointView<T> centroids, Crew crew)
    {
        using var pass = new SimplifiedPass<T>(clustering, centroids, crew);
        OneLook.Take(clustering.Points.Count, crew, pass);
        return pass.Mean;
    }

    public void Measure(int thread, int first, int count, int upcoming) =>
        (_workers[thread] ??= new Worker(_clustering, _distances)).Measure(first, count, upcoming);

    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker?.Dispose();
        }

        _distances.Dispose();
    }

    private sealed class Worker(LabelledPoints<T> clustering, TwoDistances<T> distances) : IDisposable
    {
        private readonly TwoDistances<T>.Worker _distances = distances.CreateWorker();
        private readonly AlignedBuffer<double> _own = new(distances.BlockSize + TwoDistances<T>.Padding);
        private readonly AlignedBuffer<double> _other = new(distances.BlockSize + TwoDistances<T>.Padding);

        /// <summary>Σ w·s of the points so far.</summary>
        public SignedSum Sum { get; } = new();

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Measure(int first, int count, int upcoming)
        {
            fixed (int* clusters = clustering.Clusters)
            {
                _distances.Measure(clustering.Points, first, count, upcoming, clusters + first, _own.Pointer, _other.Pointer);
            }

            for (var i = 0; i < count; i++)
            {
                if (clustering.Others(first + i) > 0)
                {
                    Sum.Add(clustering.Weight(first + i) * SilhouettePass.Silhouette(Math.Sqrt(_own.Pointer[i]), Math.Sqrt(_other.Pointer[i])));
                }
            }
        }

        public void Dispose()
        {
            _distances.Dispose();
            _own.Dispose();
            _other.Dispose();
        }
    }
}
