using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>
/// <see cref="EmptyClusterPolicy.Relocate"/>: the empty clusters, in ascending order, each take over the point with the largest w·d² to the centroid it was just assigned to
/// (the lowest point on a tie), from a cluster that keeps at least one; no point moves twice, and none with w·d² = 0.
/// </summary>
internal static unsafe class EmptyClusters
{
    private const int BlockValues = 1 << 14;

    // Farthest first, the lowest index on a tie.
    private static readonly Comparer<(double Mass, int Point)> s_farthestFirst = Comparer<(double Mass, int Point)>.Create((a, b) =>
        a.Mass != b.Mass ? b.Mass.CompareTo(a.Mass) : a.Point.CompareTo(b.Point));

    /// <summary>Gives how many clusters were filled. Labels and totals follow; <paramref name="moved"/> is told of each point.</summary>
    public static int Relocate<T>(FitData<T> data, int clusters, T* centroids, int* labels, ClusterTotals<T> totals, Action<int> moved)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var empty = Enumerable.Range(0, clusters).Where(j => totals.Count(j) == 0).ToList();
        if (empty.Count == 0)
        {
            return 0;
        }

        // A point is passed over only as the last of its cluster, so at most once a cluster.
        var candidates = new Queue<(double Mass, int Point)>(Farthest(data, centroids, labels, empty.Count + clusters));
        using var delta = SumDelta<T>.Create(data.Scale, clusters, data.Weights != null);
        var filled = 0;
        while (filled < empty.Count && TryTakeFarthest(data, candidates, out var point))
        {
            // The process whose point it is tells the others where it was.
            var donor = (int)data.Collective.Max(point is { } own ? labels[own] : -1);
            if (totals.Count(donor) < 2)
            {
                continue;
            }

            if (point is { } mine)
            {
                labels[mine] = empty[filled];
                moved(mine);
                delta.Move(data.Points, mine, 1, &donor, labels + mine, data.Weights);
                totals.Absorb(delta);
            }

            totals.Share();
            filled++;
        }

        return filled;
    }

    // The farthest point left of all processes: null where it is another's; false where none is left.
    private static bool TryTakeFarthest<T>(FitData<T> data, Queue<(double Mass, int Point)> candidates, out int? point)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (mass, own) = candidates.TryPeek(out var next) ? next : (0, -1);
        var farthest = data.Collective.Max(mass);
        var index = own >= 0 && mass == farthest ? -(double)(data.Share.First + own) : double.NegativeInfinity;
        var winner = data.Collective.Max(index);
        point = own >= 0 && index == winner ? candidates.Dequeue().Point : null;
        return farthest > 0;
    }

    private static List<(double Mass, int Point)> Farthest<T>(FitData<T> data, T* centroids, int* labels, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var points = data.Points;
        var dimensions = points.Dimensions;
        var threads = new PriorityQueue<int, (double Mass, int Point)>?[data.Crew.Size];
        var nearestFirst = Comparer<(double Mass, int Point)>.Create((a, b) => s_farthestFirst.Compare(b, a));
        data.Crew.Run(points.Count, Math.Max(1, BlockValues / dimensions), dimensions, (thread, first, length) =>
        {
            var mine = threads[thread] ??= new PriorityQueue<int, (double Mass, int Point)>(nearestFirst);
            AddFarthest(data, centroids, labels, first, length, count, mine);
        });

        return [.. threads.Where(mine => mine is not null).SelectMany(mine => mine!.UnorderedItems).Select(item => item.Priority).Order(s_farthestFirst)];
    }

    // Keeps the farthest of those so far.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddFarthest<T>(FitData<T> data, T* centroids, int* labels, int first, int length, int count, PriorityQueue<int, (double Mass, int Point)> farthest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var points = data.Points;
        for (var i = first; i < first + length; i++)
        {
            var distance = Judge<T>.DistanceSquared(points.Row(i), centroids + ((nint)labels[i] * points.Dimensions), points.Dimensions);
            var mass = data.Weights == null ? distance : double.CreateTruncating(data.Weights[i]) * distance;
            if (mass > 0)
            {
                farthest.Enqueue(i, (mass, i));
                if (farthest.Count > count)
                {
                    farthest.Dequeue();
                }
            }
        }
    }
}
