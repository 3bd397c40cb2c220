using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>
/// The silhouette of every point (Rousseeuw 1987): s = (b − a)/max(a, b), a the mean distance to the others of its cluster, b the least mean distance to another cluster's points;
/// 0 for a point that is alone in its cluster.
/// </summary>
/// <remarks>
/// Invariant: the sum of a point's distances to a cluster is taken in one order, that of the cluster's points. A thread holds a block of rows while all points go by, cluster by cluster, in tiles; at the end of
/// a cluster its sums are closed. So there are never more sums than rows in a block, and neither blocks, tiles nor threads change a bit.
/// </remarks>
internal static unsafe class SilhouettePass
{
    // Subtraction, multiplication and addition, eight lanes at a time.
    private const double WorkPerValue = 0.5;

    /// <summary>Writes n silhouettes.</summary>
    public static void Run<T>(PointView<T> points, Labelling labelling, double* samples, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var members = labelling.Members(out var starts);
        var workers = new Worker<T>?[crew.Size];
        try
        {
            crew.Run(points.Count, RowGroups.RowsPerBlock(points.Dimensions), WorkPerValue * points.Count * points.Dimensions, (thread, first, count) =>
                (workers[thread] ??= new Worker<T>(points, labelling, members, starts, crew)).Measure(first, count, samples + first));
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker?.Dispose();
            }
        }
    }

    private sealed class Worker<T>(PointView<T> points, Labelling labelling, int[] members, int[] starts, Crew crew) : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int _tileRows = RowGroups.RowsPerTile(points.Dimensions);
        private readonly AlignedBuffer<double> _groups = new((long)RowGroups.RowsPerBlock(points.Dimensions) * points.Dimensions, clears: false);
        private readonly AlignedBuffer<double> _tile = new((long)RowGroups.RowsPerTile(points.Dimensions) * points.Dimensions, clears: false);
        private readonly AlignedBuffer<double> _sums = new(RowGroups.RowsPerBlock(points.Dimensions));
        private readonly double[] _within = new double[RowGroups.RowsPerBlock(points.Dimensions)];
        private readonly double[] _nearest = new double[RowGroups.RowsPerBlock(points.Dimensions)];

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Measure(int first, int count, double* samples)
        {
            RowGroups.PackGroups(points, first, count, _groups.Pointer);
            Array.Fill(_nearest, double.PositiveInfinity);
            for (var c = 0; c < labelling.Count; c++)
            {
                SumCluster(c, RowGroups.GroupedRows(count));
                for (var i = 0; i < count; i++)
                {
                    var sum = _sums.Pointer[i];
                    if (labelling.Clusters[first + i] == c)
                    {
                        _within[i] = sum;
                    }
                    else
                    {
                        _nearest[i] = Math.Min(_nearest[i], sum / labelling.Sizes[c]);
                    }
                }
            }

            for (var i = 0; i < count; i++)
            {
                // The point itself is at distance 0, and is not counted.
                var others = labelling.Sizes[labelling.Clusters[first + i]] - 1;
                samples[i] = others == 0 ? 0 : Silhouette(_within[i] / others, _nearest[i]);
            }
        }

        public void Dispose()
        {
            _groups.Dispose();
            _tile.Dispose();
            _sums.Dispose();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void SumCluster(int cluster, int rows)
        {
            _sums.Clear();
            for (var start = starts[cluster]; start < starts[cluster + 1]; start += _tileRows)
            {
                crew.ThrowIfCancelled();
                var length = Math.Min(_tileRows, starts[cluster + 1] - start);
                RowGroups.PackRows(points, members.AsSpan(start, length), _tile.Pointer);
                for (var i = 0; i < rows; i += LaneDistances.Lanes)
                {
                    LaneDistances.Instance.AddDistances(
                        _groups.Pointer + ((nint)i * points.Dimensions), _tile.Pointer, length, points.Dimensions, _sums.Pointer + i);
                }
            }
        }
    }

    /// <summary>(b − a)/max(a, b); 0 if both are 0.</summary>
    public static double Silhouette(double within, double nearest) =>
        Math.Max(within, nearest) is var greater && greater > 0 ? (nearest - within) / greater : 0;

    /// <summary>The mean of silhouettes, in no order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static double Mean(double* samples, int count)
    {
        var sum = new SignedSum();
        for (var i = 0; i < count; i++)
        {
            sum.Add(samples[i]);
        }

        return sum.ToDouble() / count;
    }
}
