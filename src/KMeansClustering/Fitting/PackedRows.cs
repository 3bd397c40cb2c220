using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>Points that do not lie in one block (rows of their own, or with gaps between values), copied into one.</summary>
internal static unsafe class PackedRows
{
    public delegate ReadOnlySpan<T> RowAt<T>(int row);

    /// <summary>Copies n rows; d is the first row's length.</summary>
    public static AlignedBuffer<T> Copy<T>(int count, RowAt<T> rowAt, out int dimensions, string parameter = "points")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (count is < 1 or > Check.MostPoints)
        {
            throw new ArgumentException(FormattableString.Invariant($"There are {count} rows of values; there must be from 1 to {Check.MostPoints}."), parameter);
        }

        dimensions = rowAt(0).Length;
        if (dimensions == 0)
        {
            throw new ArgumentException("Row 0 has no values.", parameter);
        }

        var buffer = new AlignedBuffer<T>((long)count * dimensions);
        try
        {
            for (var row = 0; row < count; row++)
            {
                var values = rowAt(row);
                if (values.Length != dimensions)
                {
                    throw new ArgumentException(
                        FormattableString.Invariant($"Row {row} has {values.Length} values, but row 0 has {dimensions}; all rows must be of one length."), parameter);
                }

                values.CopyTo(new Span<T>(buffer.Pointer + ((nint)row * dimensions), dimensions));
            }

            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Copies an n × d tensor if the values of its rows do not lie next to each other; else null.</summary>
    public static AlignedBuffer<T>? CopyIfApart<T>(in ReadOnlyTensorSpan<T> points)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (rows, columns) = (points.Lengths[0], points.Lengths[1]);
        if (points.Strides[1] == 1 || columns == 1 || rows == 0)
        {
            return null;
        }

        var buffer = new AlignedBuffer<T>(rows * columns);
        for (nint row = 0; row < rows; row++)
        {
            for (nint column = 0; column < columns; column++)
            {
                buffer.Pointer[(row * columns) + column] = points[row, column];
            }
        }

        return buffer;
    }

    /// <summary>The rows of an n × d tensor, pinned, or of its copy.</summary>
    public static PointView<T> View<T>(in ReadOnlyTensorSpan<T> points, T* data, AlignedBuffer<T>? copy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (rows, columns) = ((int)points.Lengths[0], (int)points.Lengths[1]);
        return copy is null ? new PointView<T>(data, rows, columns, rows > 1 ? points.Strides[0] : columns) : new PointView<T>(copy.Pointer, rows, columns);
    }
}
