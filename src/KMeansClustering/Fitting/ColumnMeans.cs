using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>The mean of each coordinate over all points, or of its squared distance from a centre, from exact sums. Short rows that lie side by side are taken several at a time, as one wide row.</summary>
/// <param name="points">n × d.</param>
/// <param name="magnitudes">A bound on what is added up, for each coordinate.</param>
/// <param name="crew">The threads.</param>
internal sealed unsafe class ColumnMeans<T>(PointView<T> points, double[] magnitudes, Crew crew)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int WideRowsPerBlock = 32;

    private readonly SumScale _scale = SumScale.For<double>(magnitudes, weighted: false, 1, 1);

    /// <summary>Σx/n for each coordinate, or Σ(x − centre)²/n.</summary>
    public double[] Run(double[]? centre, ICollective collective, long allPoints)
    {
        var rowsPerWide = points.RowsPerWide;
        var wide = rowsPerWide * points.Dimensions;
        var wideScale = SumScale.For<double>([.. Enumerable.Range(0, wide).Select(i => magnitudes[i % points.Dimensions])], weighted: false, 1, 1);
        var wideCentre = centre is null ? null : Enumerable.Range(0, wide).Select(i => centre[i % points.Dimensions]).ToArray();
        var threads = new Adder?[crew.Size];
        crew.Run(points.Count, rowsPerWide * WideRowsPerBlock, 2 * points.Dimensions, (thread, first, count) =>
            (threads[thread] ??= new Adder(wideScale, points.Dimensions)).Add(points, first, count, rowsPerWide, wideCentre));
        var sums = new Int128[points.Dimensions * _scale.Limbs];
        foreach (var adder in threads)
        {
            adder?.HandIn(sums);
            adder?.Dispose();
        }

        collective.Sum(sums);
        return [.. Enumerable.Range(0, points.Dimensions).Select(p => Value(sums.AsSpan(p * _scale.Limbs, _scale.Limbs), p) / allPoints)];
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

    /// <summary>One thread's sums.</summary>
    private sealed class Adder(SumScale wideScale, int dimensions) : IDisposable
    {
        private readonly int _wide = wideScale.Factors.Length;
        private readonly SumDelta<double> _delta = SumDelta<double>.Create(wideScale, clusters: 1, weighted: false);
        private readonly AlignedBuffer<double> _block = new((long)wideScale.Factors.Length * WideRowsPerBlock);
        private readonly Int128[] _sums = new Int128[dimensions * wideScale.Limbs];
        private readonly int[] _none = [.. Enumerable.Repeat(-1, WideRowsPerBlock)];
        private readonly int[] _first = new int[WideRowsPerBlock];

        public void Add(PointView<T> points, int first, int count, int rowsPerWide, double[]? centre)
        {
            var wideRows = 0;
            for (var i = 0; i < count; i += rowsPerWide, wideRows++)
            {
                var values = points.Values(first + i, Math.Min(rowsPerWide, count - i));
                var row = new Span<double>(_block.Pointer + (wideRows * _wide), _wide);
                var used = row[..values.Length];
                TensorPrimitives.ConvertTruncating(values, used);
                if (centre is not null)
                {
                    TensorPrimitives.Subtract(used, centre.AsSpan(0, used.Length), used);
                    TensorPrimitives.Multiply(used, used, used);
                }

                row[used.Length..].Clear();
            }

            if (_delta.Pending + wideRows > SumScale.MaxPending)
            {
                Flush();
            }

            fixed (int* from = _none, to = _first)
            {
                _delta.Move(new PointView<double>(_block.Pointer, wideRows, _wide), 0, wideRows, from, to, null);
            }
        }

        /// <summary>Adds all that has come to some sums: d × limbs.</summary>
        public void HandIn(Span<Int128> sums)
        {
            Flush();
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += _sums[i];
            }
        }

        public void Dispose()
        {
            _delta.Dispose();
            _block.Dispose();
        }

        // A wide row's columns are those of several rows, side by side.
        private void Flush()
        {
            for (var limb = 0; limb < wideScale.Limbs; limb++)
            {
                for (var i = 0; i < _wide; i++)
                {
                    _sums[(i % dimensions * wideScale.Limbs) + limb] += _delta.Value(0, limb, i);
                }
            }

            _delta.Clear();
        }
    }
}
