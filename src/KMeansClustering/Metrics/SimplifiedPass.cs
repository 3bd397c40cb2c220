using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// The simplified silhouette (Hruschka, de Castro and Campello 2004) of every point: as the silhouette, but a is the distance to the own centroid, and b the one to the nearest other centroid that has points.
/// 0 for a point that is alone in its cluster.
/// </summary>
internal static unsafe class SimplifiedPass
{
    /// <summary>Writes n simplified silhouettes; <see cref="Labelling.Values"/> are rows of the centroids.</summary>
    public static void Run<T>(PointView<T> points, Labelling labelling, PointView<T> centroids, double* samples, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dimensions = points.Dimensions;
        using var packed = new AlignedBuffer<double>((long)labelling.Count * dimensions, clears: false);
        RowGroups.PackRows(centroids, labelling.Values, packed.Pointer);
        var workers = new Worker<T>?[crew.Size];
        try
        {
            crew.Run(points.Count, RowGroups.RowsPerBlock(dimensions), (double)labelling.Count * dimensions, (thread, first, count) =>
                (workers[thread] ??= new Worker<T>(points, labelling, packed)).Measure(first, count, samples + first));
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker?.Dispose();
            }
        }
    }

    private sealed class Worker<T>(PointView<T> points, Labelling labelling, AlignedBuffer<double> centroids) : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly AlignedBuffer<double> _groups = new((long)RowGroups.RowsPerBlock(points.Dimensions) * points.Dimensions, clears: false);
        private readonly AlignedBuffer<double> _squares = new((long)labelling.Count * LaneDistances.Lanes, clears: false);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Measure(int first, int count, double* samples)
        {
            RowGroups.PackGroups(points, first, count, _groups.Pointer);
            for (var group = 0; group < count; group += LaneDistances.Lanes)
            {
                LaneDistances.Instance.StoreSquares(
                    _groups.Pointer + ((nint)group * points.Dimensions), centroids.Pointer, labelling.Count, points.Dimensions, _squares.Pointer);
                for (var i = group; i < Math.Min(group + LaneDistances.Lanes, count); i++)
                {
                    samples[i] = Silhouette(labelling.Clusters[first + i], _squares.Pointer + (i - group));
                }
            }
        }

        public void Dispose()
        {
            _groups.Dispose();
            _squares.Dispose();
        }

        private double Silhouette(int own, double* squares)
        {
            if (labelling.Sizes[own] == 1)
            {
                return 0;
            }

            var least = double.PositiveInfinity;
            for (var j = 0; j < labelling.Count; j++)
            {
                var square = squares[(nint)j * LaneDistances.Lanes];
                least = j != own && square < least ? square : least;
            }

            return SilhouettePass.Silhouette(Math.Sqrt(squares[(nint)own * LaneDistances.Lanes]), Math.Sqrt(least));
        }
    }
}
