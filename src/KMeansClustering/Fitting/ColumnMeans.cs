using System.Numerics;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>The mean of each coordinate over all points, or of its squared distance from a centre, from exact sums. Short rows that lie side by side are taken several at a time, as one wide row.</summary>
/// <param name="points">n × d.</param>
/// <param name="magnitudes">A bound on what is added up, for each coordinate.</param>
/// <param name="crew">The threads.</param>
internal sealed class ColumnMeans<T>(PointView<T> points, double[] magnitudes, Crew crew)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int WideRowsPerBlock = 64;

    private readonly SumScale _scale = SumScale.For<double>(magnitudes, weighted: false, 1, 1);

    /// <summary>Σx/n for each coordinate, or Σ(x − centre)²/n.</summary>
    public double[] Run(double[]? centre, PointShare share)
    {
        var rowsPerWide = points.RowsPerWide;
        var wideScale = SumScale.For<double>(Widen(magnitudes, rowsPerWide), weighted: false, 1, 1);
        var wideCentre = centre is null ? null : Widen(centre, rowsPerWide);
        var threads = new ColumnSums<T>?[crew.Size];
        crew.Run(points.Count, rowsPerWide * WideRowsPerBlock, 2 * points.Dimensions, (thread, first, count) =>
            (threads[thread] ??= ColumnSums<T>.Of(wideScale, wideCentre)).Add(points, first, count));
        var sums = new Int128[points.Dimensions * _scale.Limbs];
        foreach (var mine in threads)
        {
            mine?.HandIn(sums);
            mine?.Dispose();
        }

        share.Collective.Sum(sums);
        var means = new double[points.Dimensions];
        for (var p = 0; p < means.Length; p++)
        {
            means[p] = Value(sums.AsSpan(p * _scale.Limbs, _scale.Limbs), p) / share.Total;
        }

        return means;
    }

    // For several rows side by side.
    private static double[] Widen(double[] values, int rows)
    {
        var wide = new double[rows * values.Length];
        for (var row = 0; row < rows; row++)
        {
            values.CopyTo(wide, row * values.Length);
        }

        return wide;
    }

    private double Value(ReadOnlySpan<Int128> limbs, int dimension)
    {
        var value = 0.0;
        for (var limb = 0; limb < limbs.Length; limb++)
        {
            value += Math.ScaleB((double)limbs[limb], _scale.Exponents[dimension] - SumScale.FirstBits - (limb * SumScale.LimbBits));
        }

        return value;
    }
}
