using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>One thread's least and greatest value of each column, and whether all it saw was finite. Short rows that lie side by side are taken several at a time, as one wide row.</summary>
/// <param name="columns">Columns of a wide row.</param>
internal abstract unsafe class ColumnExtremes<T>(int columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The least value of each column of a wide row; +∞ where there was none.</summary>
    public T[] Least { get; } = Filled(columns, T.PositiveInfinity);

    /// <summary>The greatest value of each column of a wide row; −∞ where there was none.</summary>
    public T[] Greatest { get; } = Filled(columns, T.NegativeInfinity);

    /// <summary>Whether every value so far was finite.</summary>
    public bool IsFinite { get; protected set; } = true;

    /// <summary>For the vectors of this machine.</summary>
    public static ColumnExtremes<T> Of(int columns)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new VectorExtremes<Vector512<T>, Simd512<T>>(columns);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new VectorExtremes<Vector256<T>, Simd256<T>>(columns);
        }

        return Vector128.IsHardwareAccelerated
            ? new VectorExtremes<Vector128<T>, Simd128<T>>(columns)
            : new VectorExtremes<T, SimdScalar<T>>(columns);
    }

    /// <summary>An array of one value.</summary>
    public static T[] Filled(int length, T value)
    {
        var values = new T[length];
        for (var i = 0; i < length; i++)
        {
            values[i] = value;
        }

        return values;
    }

    /// <summary>Looks at some rows.</summary>
    public void Include(PointView<T> points, int first, int count)
    {
        var together = points.RowsPerWide;
        var wide = count / together;
        IncludeRows(points.Row(first), together * points.Stride, wide, together * points.Dimensions);
        var rest = count - (wide * together);
        IncludeRows(points.Row(first + (wide * together)), 0, 1, rest * points.Dimensions);
    }

    protected abstract void IncludeRows(T* x, nint stride, int rows, int length);

    private sealed class VectorExtremes<TVector, TSimd>(int columns) : ColumnExtremes<T>(columns)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, T>
    {
        protected override void IncludeRows(T* x, nint stride, int rows, int length)
        {
            fixed (T* least = Least, greatest = Greatest)
            {
                IsFinite &= length < TSimd.Count
                    ? IncludeColumns<T, SimdScalar<T>>(x, stride, rows, length, least, greatest)
                    : IncludeColumns<TVector, TSimd>(x, stride, rows, length, least, greatest);
            }
        }

        // The last vector ends with the row, and may look again at some values of the one before. A vector minimum may lose NaN, so what is not finite shows in x − x, which is NaN then, else 0.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static bool IncludeColumns<TLanes, TWidth>(T* x, nint stride, int rows, int length, T* least, T* greatest)
            where TLanes : unmanaged
            where TWidth : struct, ISimd<TLanes, T>
        {
            var zeros = TWidth.Create(T.Zero);
            for (var row = 0; row < rows; row++, x += stride)
            {
                for (var begin = 0; begin < length; begin += TWidth.Count)
                {
                    var p = Math.Min(begin, length - TWidth.Count);
                    Prefetch.Line((byte*)(x + p) + Prefetch.BytesAhead);
                    var value = TWidth.Load(x + p);
                    TWidth.Store(TWidth.Min(TWidth.Load(least + p), value), least + p);
                    TWidth.Store(TWidth.Max(TWidth.Load(greatest + p), value), greatest + p);
                    zeros = TWidth.Add(zeros, TWidth.Subtract(value, value));
                }
            }

            return TWidth.MaskNotGreater(TWidth.Add(zeros, TWidth.Create(T.One)), TWidth.Create(T.Zero)) == 0;
        }
    }
}
