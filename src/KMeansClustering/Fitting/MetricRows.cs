using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>
/// The points as a <see cref="KMeansMetric"/> compares them: as they are or, for <see cref="KMeansMetric.Cosine"/>, their directions. Those are a copy, n × d values, unless every point has length 1
/// already. All that follows is k-means on these rows.
/// </summary>
internal sealed unsafe class MetricRows<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 14;

    // A value takes about this many times the work of a multiplication and addition.
    private const int WorkPerValue = 4;

    private readonly AlignedBuffer<T>? _copy;

    private MetricRows(PointView<T> view, AlignedBuffer<T>? copy = null)
    {
        View = view;
        _copy = copy;
    }

    /// <summary>The rows; valid until this object is disposed.</summary>
    public PointView<T> View { get; }

    /// <summary>Takes the points themselves, or makes the copy. A value that is not finite keeps its place in it: <see cref="Survey{T}"/> refuses those.</summary>
    /// <exception cref="ArgumentException">The metric is <see cref="KMeansMetric.Cosine"/>, and a point is all zeros; the message names the first such row.</exception>
    public static MetricRows<T> Of(KMeansMetric metric, PointView<T> points, Crew crew, string parameter)
    {
        if (metric == KMeansMetric.Euclidean)
        {
            return new MetricRows<T>(points);
        }

        var threads = new UnitRow<T>?[crew.Size];
        try
        {
            return AllUnit(points, crew, threads) ? new MetricRows<T>(points) : Normalised(points, crew, threads, parameter);
        }
        finally
        {
            foreach (var mine in threads)
            {
                mine?.Dispose();
            }
        }
    }

    public void Dispose() => _copy?.Dispose();

    private static void Run(PointView<T> points, Crew crew, Action<int, int, int> body) =>
        crew.Run(points.Count, Math.Max(1, BlockValues / points.Dimensions), (double)WorkPerValue * points.Dimensions, body);

    // Mostly the first block tells: then nobody looks at the rest.
    private static bool AllUnit(PointView<T> points, Crew crew, UnitRow<T>?[] threads)
    {
        var all = true;
        Run(points, crew, (thread, first, count) =>
        {
            if (Volatile.Read(ref all) && !AllUnit(points, first, count, threads[thread] ??= UnitRow<T>.Create(points.Dimensions)))
            {
                Volatile.Write(ref all, false);
            }
        });
        return all;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static bool AllUnit(PointView<T> points, int first, int count, UnitRow<T> unit)
    {
        for (var i = first; i < first + count; i++)
        {
            if (!unit.IsUnit(points.Row(i)))
            {
                return false;
            }
        }

        return true;
    }

    private static MetricRows<T> Normalised(PointView<T> points, Crew crew, UnitRow<T>?[] threads, string parameter)
    {
        var rows = new AlignedBuffer<T>((long)points.Count * points.Dimensions, clears: false);
        try
        {
            // A thread's blocks follow each other, so what it finds first is its lowest.
            var zeros = new int[crew.Size];
            Array.Fill(zeros, int.MaxValue);
            Run(points, crew, (thread, first, count) =>
                zeros[thread] = Math.Min(zeros[thread], Normalise(points, first, count, threads[thread] ??= UnitRow<T>.Create(points.Dimensions), rows.Pointer)));
            return zeros.Min() is var zero && zero == int.MaxValue
                ? new MetricRows<T>(new PointView<T>(rows.Pointer, points.Count, points.Dimensions), rows)
                : throw Check.NoDirection(zero, parameter);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    // The first row of zeros, or int.MaxValue.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Normalise(PointView<T> points, int first, int count, UnitRow<T> unit, T* rows)
    {
        for (var i = first; i < first + count; i++)
        {
            if (!unit.TryNormalise(points.Row(i), rows + ((nint)i * points.Dimensions)))
            {
                return i;
            }
        }

        return int.MaxValue;
    }
}
