using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// The simplified silhouette (Hruschka, de Castro and Campello 2004): as the silhouette, but a is a point's distance to the own centroid, and b the one to the nearest other centroid that has points.
/// 0 for a point that is alone in its cluster.
/// </summary>
internal static unsafe class SimplifiedPass
{
    /// <summary>The mean over the points; <see cref="LabelledPoints{T}.Values"/> are rows of the centroids.</summary>
    public static double Run<T>(LabelledPoints<T> clustering, PointView<T> centroids, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var points = clustering.Points;
        var workers = new Worker<T>?[crew.Size];
        using var packed = new AlignedBuffer<double>((long)clustering.Count * points.Dimensions, clears: false);
        for (var c = 0; c < clustering.Count; c++)
        {
            RowGroups.PackRows(centroids, clustering.Values[c], 1, packed.Pointer + ((nint)c * points.Dimensions));
        }

        try
        {
            crew.Run(points.Count, RowGroups.RowsPerBlock(points.Dimensions), (double)clustering.Count * points.Dimensions, (thread, first, count) =>
                (workers[thread] ??= new Worker<T>(clustering, packed)).Measure(first, count));
            return SignedSum.Of(workers, worker => worker.Mean).ToDouble() / clustering.Total;
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker?.Dispose();
            }
        }
    }

    private sealed class Worker<T>(LabelledPoints<T> clustering, AlignedBuffer<double> centroids) : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly PointView<T> _points = clustering.Points;
        private readonly AlignedBuffer<double> _groups = new((long)RowGroups.RowsPerBlock(clustering.Points.Dimensions) * clustering.Points.Dimensions, clears: false);

        /// <summary>Σ w·s of the points so far.</summary>
        public SignedSum Mean { get; } = new();

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Measure(int first, int count)
        {
            RowGroups.PackGroups(_points, first, count, _groups.Pointer);
            var nearest = stackalloc int[2 * LaneDistances.Lanes];
            var least = stackalloc double[LaneDistances.Lanes];
            var second = stackalloc double[LaneDistances.Lanes];
            for (var group = 0; group < count; group += LaneDistances.Lanes)
            {
                LaneDistances.Instance.FindTwo(
                    _groups.Pointer + ((nint)group * _points.Dimensions), centroids.Pointer, clustering.Count, _points.Dimensions, nearest, least, second);
                for (var i = 0; i < Math.Min(LaneDistances.Lanes, count - group); i++)
                {
                    var point = first + group + i;
                    if (clustering.Others(point) > 0)
                    {
                        var own = clustering.Clusters[point];
                        var silhouette = nearest[i] == own
                            ? SilhouettePass.Silhouette(Math.Sqrt(least[i]), Math.Sqrt(second[i]))
                            : SilhouettePass.Silhouette(Math.Sqrt(Distance(point, own)), Math.Sqrt(least[i]));
                        Mean.Add(clustering.Weight(point) * silhouette);
                    }
                }
            }
        }

        public void Dispose() => _groups.Dispose();

        private double Distance(int point, int cluster) =>
            Judge<T>.DistanceSquared(_points.Row(point), centroids.Pointer + ((nint)cluster * _points.Dimensions), _points.Dimensions);
    }
}
