using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// The silhouette of every point (Rousseeuw 1987): s = (b − a)/max(a, b), a the mean distance to the others of its cluster, b the least mean distance to another cluster's points;
/// 0 for a point that is alone in its cluster. For several clusterings of the same points at once: nearly all of the work is distances, which are the same for all of them.
/// </summary>
/// <remarks>
/// Invariant: the sum of a point's distances to a cluster is taken in one order, that of the points. A thread holds a block of rows and their sums for all clusters while all points go by, in tiles; so neither blocks,
/// tiles, threads nor other clusterings change a bit.
/// </remarks>
internal static unsafe class SilhouettePass
{
    // Subtraction, multiplication and addition, eight lanes at a time.
    private const double WorkPerValue = 0.5;

    // A thread's sums stay within the second cache where that is possible.
    private const int MostSums = 1 << 16;

    /// <summary>The mean silhouette of each clustering.</summary>
    /// <param name="clusterings">Clusterings of the same points with the same weights.</param>
    /// <param name="samples">Receives the n silhouettes of the only clustering; or null.</param>
    /// <param name="crew">The threads.</param>
    public static double[] Run<T>(LabelledPoints<T>[] clusterings, double* samples, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var points = clusterings[0].Points;
        var rows = BlockRows(clusterings, points.Dimensions);
        var workers = new Worker<T>?[crew.Size];
        try
        {
            crew.Run(points.Count, rows, WorkPerValue * points.Count * points.Dimensions, (thread, first, count) =>
                (workers[thread] ??= new Worker<T>(clusterings, rows, crew)).Measure(first, count, samples));
            var means = new double[clusterings.Length];
            for (var c = 0; c < means.Length; c++)
            {
                means[c] = SignedSum.Of(workers, worker => worker.Means[c]).ToDouble() / clusterings[c].Total;
            }

            return means;
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker?.Dispose();
            }
        }
    }

    /// <summary>(b − a)/max(a, b); 0 if both are 0.</summary>
    public static double Silhouette(double within, double nearest) =>
        Math.Max(within, nearest) is var greater && greater > 0 ? (nearest - within) / greater : 0;

    private static int BlockRows<T>(LabelledPoints<T>[] clusterings, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Math.Min(RowGroups.RowsPerBlock(dimensions), Math.Max(1, MostSums / LaneDistances.Lanes / (Sums(clusterings) + 1)) * LaneDistances.Lanes);

    private static int Sums<T>(LabelledPoints<T>[] clusterings)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sums = 0;
        foreach (var clustering in clusterings)
        {
            sums = checked(sums + clustering.Count);
        }

        return sums;
    }

    private sealed class Worker<T> : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly LabelledPoints<T>[] _clusterings;
        private readonly PointView<T> _points;
        private readonly Crew _crew;
        private readonly int _tileRows;

        // One for each cluster of each clustering, and one that is not read, for points of no cluster.
        private readonly int _sumsPerGroup;
        private readonly AlignedBuffer<double> _sums;
        private readonly AlignedBuffer<double> _groups;
        private readonly AlignedBuffer<double> _tile;
        private readonly AlignedBuffer<double> _weights;
        private readonly AlignedBuffer<int> _places;

        public Worker(LabelledPoints<T>[] clusterings, int rows, Crew crew)
        {
            _clusterings = clusterings;
            _points = clusterings[0].Points;
            _crew = crew;
            _tileRows = RowGroups.RowsPerTile(_points.Dimensions);
            _sumsPerGroup = Sums(clusterings) + 1;
            _sums = new AlignedBuffer<double>((long)_sumsPerGroup * rows);
            _groups = new AlignedBuffer<double>((long)rows * _points.Dimensions, clears: false);
            _tile = new AlignedBuffer<double>((long)_tileRows * _points.Dimensions, clears: false);
            _weights = new AlignedBuffer<double>(_tileRows);
            _places = new AlignedBuffer<int>((long)_tileRows * clusterings.Length);
            Means = Array.ConvertAll(clusterings, _ => new SignedSum());
        }

        /// <summary>Σ w·s of the points so far, for each clustering.</summary>
        public SignedSum[] Means { get; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Measure(int first, int count, double* samples)
        {
            RowGroups.PackGroups(_points, first, count, _groups.Pointer);
            _sums.Clear();
            for (var start = 0; start < _points.Count; start += _tileRows)
            {
                _crew.ThrowIfCancelled();
                AddTile(start, Math.Min(_tileRows, _points.Count - start), RowGroups.GroupedRows(count));
            }

            for (var i = 0; i < count; i++)
            {
                var before = 0;
                for (var c = 0; c < _clusterings.Length; c++)
                {
                    var silhouette = Silhouette(_clusterings[c], first + i, Sum(i, before));
                    Means[c].Add(_clusterings[c].Weight(first + i) * silhouette);
                    before += _clusterings[c].Count;
                    if (samples != null)
                    {
                        samples[first + i] = silhouette;
                    }
                }
            }
        }

        public void Dispose()
        {
            _sums.Dispose();
            _groups.Dispose();
            _tile.Dispose();
            _weights.Dispose();
            _places.Dispose();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static double Silhouette(LabelledPoints<T> clustering, int point, double* sums)
        {
            var own = clustering.Clusters[point];
            var others = clustering.Others(point);
            if (others == 0)
            {
                return 0;
            }

            var nearest = double.PositiveInfinity;
            for (var c = 0; c < clustering.Count; c++)
            {
                nearest = c != own ? Math.Min(nearest, sums[(nint)c * LaneDistances.Lanes] / clustering.Sizes[c]) : nearest;
            }

            return SilhouettePass.Silhouette(sums[(nint)own * LaneDistances.Lanes] / others, nearest);
        }

        // The sum of a row of the block that has a number among all clusters.
        private double* Sum(int row, int number) =>
            _sums.Pointer + (((((nint)row / LaneDistances.Lanes) * _sumsPerGroup) + number) * LaneDistances.Lanes) + (row % LaneDistances.Lanes);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void AddTile(int start, int length, int rows)
        {
            RowGroups.PackRows(_points, start, length, _tile.Pointer);
            var place = _places.Pointer;
            for (var j = start; j < start + length; j++)
            {
                _weights.Pointer[j - start] = _clusterings[0].Weight(j);
                var before = 0;
                foreach (var clustering in _clusterings)
                {
                    var cluster = clustering.Clusters[j];
                    *place++ = cluster >= 0 ? before + cluster : _sumsPerGroup - 1;
                    before += clustering.Count;
                }
            }

            for (var row = 0; row < rows; row += LaneDistances.Lanes)
            {
                LaneDistances.Instance.AddDistances(
                    _groups.Pointer + ((nint)row * _points.Dimensions), _tile.Pointer, _weights.Pointer, length, _points.Dimensions, _places.Pointer, _clusterings.Length, Sum(row, 0));
            }
        }
    }
}
