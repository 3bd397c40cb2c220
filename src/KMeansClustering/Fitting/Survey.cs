using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>The one look at the data before anything else: the box it lies in, and whether it can be clustered at all.</summary>
internal sealed class Survey<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 15;

    private Survey(T[] least, T[] greatest)
    {
        Least = least;
        Greatest = greatest;
    }

    /// <summary>The least value of each coordinate.</summary>
    public T[] Least { get; }

    /// <summary>The greatest value of each coordinate.</summary>
    public T[] Greatest { get; }

    /// <summary>The largest magnitude of each coordinate, M_p.</summary>
    public double[] Magnitudes
    {
        get
        {
            var magnitudes = new double[Least.Length];
            for (var p = 0; p < magnitudes.Length; p++)
            {
                magnitudes[p] = Math.Max(Math.Abs(double.CreateTruncating(Least[p])), Math.Abs(double.CreateTruncating(Greatest[p])));
            }

            return magnitudes;
        }
    }

    /// <summary>Looks at all points.</summary>
    /// <exception cref="ArgumentException">A value is not finite; the message names the first such row and its column.</exception>
    public static Survey<T> Of(PointView<T> points, Crew crew, string parameter, ICollective? collective = null)
    {
        var dimensions = points.Dimensions;
        var rows = points.RowsPerWide;
        var threads = new ColumnExtremes<T>?[crew.Size];
        crew.Run(points.Count, Math.Max(1, BlockValues / (rows * dimensions)) * rows, dimensions, (thread, first, count) =>
            (threads[thread] ??= ColumnExtremes<T>.Of(rows * dimensions)).Include(points, first, count));

        var all = new Survey<T>(ColumnExtremes<T>.Filled(dimensions, T.PositiveInfinity), ColumnExtremes<T>.Filled(dimensions, T.NegativeInfinity));
        foreach (var mine in threads)
        {
            if (mine is { IsFinite: false })
            {
                throw NotFinite(points, parameter);
            }

            for (var i = 0; mine is not null && i < mine.Least.Length; i++)
            {
                all.Least[i % dimensions] = T.Min(all.Least[i % dimensions], mine.Least[i]);
                all.Greatest[i % dimensions] = T.Max(all.Greatest[i % dimensions], mine.Greatest[i]);
            }
        }

        all.Share(collective ?? SingleProcess.Instance);
        return all;
    }

    private void Share(ICollective collective)
    {
        if (collective.Size == 1)
        {
            return;
        }

        double[] extremes = [.. Greatest.Select(double.CreateTruncating), .. Least.Select(x => -double.CreateTruncating(x))];
        collective.Max(extremes);
        for (var p = 0; p < Least.Length; p++)
        {
            Greatest[p] = T.CreateTruncating(extremes[p]);
            Least[p] = T.CreateTruncating(-extremes[Least.Length + p]);
        }
    }

    private static ArgumentException NotFinite(PointView<T> points, string parameter)
    {
        for (var row = 0; row < points.Count; row++)
        {
            var values = points.RowSpan(row);
            for (var p = 0; p < values.Length; p++)
            {
                if (!T.IsFinite(values[p]))
                {
                    return Check.NotFinite(values[p], row, p, parameter);
                }
            }
        }

        throw new InvalidOperationException("Every value is finite.");
    }
}
