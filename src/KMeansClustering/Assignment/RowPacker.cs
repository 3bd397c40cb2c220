using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>Copies points into a block in the cache as the tile reads them: x′ = (x − μ)·σ in T, padded with zeros to whole vectors. For one thread.</summary>
/// <param name="dimensions">d.</param>
/// <param name="rows">Points in the block.</param>
internal sealed unsafe class RowPacker<T, TVector, TSimd>(int dimensions, int rows) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private readonly int _stride = PaddedLength(dimensions);
    private readonly AlignedBuffer<T> _block = new((long)rows * PaddedLength(dimensions));
    private readonly AlignedBuffer<T> _row = new(PaddedLength(dimensions));

    private T* _mean;
    private T _scale;

    /// <summary>From one row to the next.</summary>
    public int Stride => _stride;

    public T* Row(int row) => _block.Pointer + ((nint)row * _stride);

    /// <summary>Sets μ, which must be readable to a whole vector past its end, and σ.</summary>
    public void Centre(T* mean, T scale)
    {
        _mean = mean;
        _scale = scale;
    }

    /// <summary>Packs consecutive points; gives a bound on all their norms a² = ‖x′‖²: the sum over the lanes of each lane's largest sum of squares.</summary>
    public T Pack(in PointView<T> points, int first, int count)
    {
        // The last vector of a row reaches past it; where that may not be read, the row is copied first.
        var readable = Readable(points, first, count);
        var largest = Pack(points.Row(first), points.Stride, readable, _block.Pointer, TSimd.Create(T.Zero));
        for (var i = readable; i < count; i++)
        {
            points.RowSpan(first + i).CopyTo(new Span<T>(_row.Pointer, _stride));
            largest = Pack(_row.Pointer, _stride, 1, Row(i), largest);
        }

        return TSimd.SumAcross(largest);
    }

    public void Dispose()
    {
        _block.Dispose();
        _row.Dispose();
    }

    private static int PaddedLength(int dimensions) => (dimensions + TSimd.Count - 1) / TSimd.Count * TSimd.Count;

    private int Readable(in PointView<T> points, int first, int count) =>
        _stride == dimensions ? count : Math.Min(count, points.ReadablePast(first, TSimd.Count));

    // Calls nothing: a call would drive the vectors out of their registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private TVector Pack(T* x, nint stride, int count, T* packed, TVector largest)
    {
        var length = dimensions;
        var pairs = length / (2 * TSimd.Count) * (2 * TSimd.Count);
        var mean = _mean;
        var scale = TSimd.Create(_scale);
        for (var end = x + (count * stride); x < end; x += stride, packed += _stride)
        {
            TVector even = TSimd.Create(T.Zero), odd = even;
            var p = 0;
            for (; p < pairs; p += 2 * TSimd.Count)
            {
                var first = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + p), TSimd.Load(mean + p)), scale);
                var second = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + p + TSimd.Count), TSimd.Load(mean + p + TSimd.Count)), scale);
                TSimd.Store(first, packed + p);
                TSimd.Store(second, packed + p + TSimd.Count);
                even = TSimd.MultiplyAdd(first, first, even);
                odd = TSimd.MultiplyAdd(second, second, odd);
            }

            for (; p < length; p += TSimd.Count)
            {
                var value = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + p), TSimd.Load(mean + p)), scale);
                value = length - p < TSimd.Count ? TSimd.FirstLanes(value, length - p) : value;
                TSimd.Store(value, packed + p);
                even = TSimd.MultiplyAdd(value, value, even);
            }

            largest = TSimd.Max(largest, TSimd.Add(even, odd));
        }

        return largest;
    }
}
