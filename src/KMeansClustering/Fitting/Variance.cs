using System.Numerics;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>The mean over the coordinates of their variance (unweighted, of the population): the scale of <see cref="KMeansOptions.Tolerance"/>.</summary>
internal static unsafe class Variance
{
    private const int BlockValues = 1 << 13;

    /// <summary>In two passes, mean and then squares, both as order-free sums.</summary>
    public static double Mean<T>(PointView<T> points, Survey<T> survey, Crew crew, ICollective collective)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dimensions = points.Dimensions;
        var means = new double[dimensions];
        var plain = SumScale.For<double>(survey.Magnitudes, weighted: false, 1, 1);
        using (var sums = new ColumnSums(plain, crew, collective))
        {
            sums.Add(points, (row, values) => Widen(points.RowSpan(row), values));
            sums.Means(means);
        }

        // (x − mean)² is below the square of the range, with room for the rounding of both.
        var ranges = survey.Least.Zip(survey.Greatest, (low, high) => 2 * Square(double.CreateTruncating(high) - double.CreateTruncating(low))).ToArray();
        var variances = new double[dimensions];
        using (var sums = new ColumnSums(SumScale.For<double>(ranges, weighted: false, 1, 1), crew, collective))
        {
            sums.Add(points, (row, values) =>
            {
                Widen(points.RowSpan(row), values);
                for (var p = 0; p < values.Length; p++)
                {
                    values[p] = Square(values[p] - means[p]);
                }
            });
            sums.Means(variances);
        }

        var total = 0.0;
        foreach (var variance in variances)
        {
            total += variance;
        }

        return total / dimensions;
    }

    private static void Widen<T>(ReadOnlySpan<T> row, Span<double> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(row, values);

    private static double Square(double value) => value * value;

    private delegate void RowMaker(int row, Span<double> values);

    /// <summary>Sums of made-up rows: one cluster that all of them belong to.</summary>
    private sealed class ColumnSums(SumScale scale, Crew crew, ICollective collective) : IDisposable
    {
        private readonly ClusterTotals<double> _totals = new(scale, clusters: 1, weighted: false, collective);

        public void Add<T>(PointView<T> points, RowMaker make)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var dimensions = points.Dimensions;
            var rows = Math.Max(1, BlockValues / dimensions);
            var none = new int[rows];
            var all = new int[rows];
            Array.Fill(none, -1);
            crew.Run(points.Count, rows, dimensions, (_, first, count) =>
            {
                using var block = new AlignedBuffer<double>((long)rows * dimensions);
                for (var i = 0; i < count; i++)
                {
                    make(first + i, new Span<double>(block.Pointer + ((nint)i * dimensions), dimensions));
                }

                using var delta = SumDelta<double>.Create(scale, clusters: 1, weighted: false);
                fixed (int* from = none, to = all)
                {
                    delta.Move(new PointView<double>(block.Pointer, count, dimensions), 0, count, from, to, null);
                }

                _totals.Absorb(delta);
            });
            _totals.Share();
        }

        public void Means(Span<double> means)
        {
            fixed (double* values = means)
            {
                _totals.TryMean(0, values);
            }
        }

        public void Dispose() => _totals.Dispose();
    }
}
