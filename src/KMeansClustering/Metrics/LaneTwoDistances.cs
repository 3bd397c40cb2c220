using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>Two distances of each point with a lane for each point, for few dimensions: every distance is measured.</summary>
internal sealed unsafe class LaneTwoDistances<T> : TwoDistances<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most dimensions for which it is the faster way.</summary>
    public const int MaxDimensions = 8;

    private readonly AlignedBuffer<double> _wide;

    public LaneTwoDistances(PointView<T> centroids, int[] rows)
        : base(centroids, rows)
    {
        _wide = new AlignedBuffer<double>((long)Clusters * Dimensions, clears: false);
        RowGroups.PackRows(new PointView<T>(Centroids, Clusters, Dimensions), 0, Clusters, _wide.Pointer);
    }

    public override int BlockSize => RowGroups.RowsPerBlock(Dimensions);

    public override TwoDistances<T>.Worker CreateWorker() => new Worker(this);

    public override void Dispose()
    {
        _wide.Dispose();
        base.Dispose();
    }

    private new sealed class Worker(LaneTwoDistances<T> all) : TwoDistances<T>.Worker
    {
        private readonly AlignedBuffer<double> _group = new((long)all.BlockSize * all.Dimensions, clears: false);

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public override void Measure(in PointView<T> points, int first, int count, int upcoming, int* clusters, double* own, double* other)
        {
            RowGroups.PackGroups(points, first, count, _group.Pointer);
            var nearest = stackalloc int[2 * LaneDistances.Lanes];
            for (var group = 0; group < count; group += LaneDistances.Lanes)
            {
                var least = own + group;
                var second = other + group;
                LaneDistances.Instance.FindTwo(_group.Pointer + ((nint)group * all.Dimensions), all._wide.Pointer, all.Clusters, all.Dimensions, nearest, least, second);
                for (var i = 0; i < Math.Min(LaneDistances.Lanes, count - group); i++)
                {
                    if (nearest[i] != clusters[group + i] && clusters[group + i] >= 0)
                    {
                        second[i] = least[i];
                        least[i] = all.Distance(points.Row(first + group + i), clusters[group + i]);
                    }
                }
            }
        }

        public override void Dispose() => _group.Dispose();
    }
}
