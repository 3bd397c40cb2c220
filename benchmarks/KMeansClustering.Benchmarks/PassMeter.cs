using System.Diagnostics;
using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering.Benchmarks;

/// <summary>Times whole Lloyd passes: every point assigned anew and added to its cluster's exact sum, then every centroid recalculated.</summary>
internal static unsafe class PassMeter
{
    private const double WarmupMilliseconds = 600;

    /// <summary>Milliseconds of each repeat, after half a second of warming up; all repeats start from the same centroids.</summary>
    public static double[] Measure<T>(T[] points, int dimensions, T[] centroids, int threads, int repeats)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var clusters = centroids.Length / dimensions;
        var labels = new int[points.Length / dimensions];
        var times = new double[repeats];
        fixed (T* data = points)
        fixed (int* label = labels)
        {
            var view = new PointView<T>(data, labels.Length, dimensions);
            using var crew = new Crew(threads, CancellationToken.None);
            var scale = SumScale.For<T>(Survey<T>.Of(view, crew, nameof(points)).Magnitudes, weighted: false, 1, 1);
            using var totals = new ClusterTotals<T>(scale, clusters, weighted: false);
            using var pass = new SearchPass<T>(view, null, clusters, totals, crew);
            using var update = new CentroidUpdate<T>(totals, clusters, dimensions, crew);
            var begin = Stopwatch.GetTimestamp();
            for (var repeat = 0; repeat < repeats;)
            {
                var moved = (T[])centroids.Clone();
                Array.Fill(labels, -1);
                totals.Clear();
                fixed (T* current = moved)
                {
                    var start = Stopwatch.GetTimestamp();
                    pass.Run(current, label, out _);
                    update.Run(current);
                    var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    if (Stopwatch.GetElapsedTime(begin).TotalMilliseconds > WarmupMilliseconds)
                    {
                        times[repeat++] = time;
                    }
                }
            }
        }

        return times;
    }
}
