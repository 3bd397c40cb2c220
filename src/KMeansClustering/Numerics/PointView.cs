using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeansClustering.Numerics;

/// <summary>
/// Rows of a matrix in memory that is pinned (or not the garbage collector's) for as long as the view is used. Unlike a span it
/// can be handed to other threads, and n·d may pass 2³¹. Nothing is ever written through it.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PointView<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int WideValues = 256;

    private readonly T* _data;
    private readonly nint _stride;

    /// <summary>n rows of d values; a row begins <paramref name="stride"/> values after the one before it.</summary>
    public PointView(T* data, int count, int dimensions, nint stride)
    {
        _data = data;
        _stride = stride;
        Count = count;
        Dimensions = dimensions;
    }

    /// <summary>n rows of d values, side by side.</summary>
    public PointView(T* data, int count, int dimensions)
        : this(data, count, dimensions, dimensions)
    {
    }

    /// <summary>n.</summary>
    public int Count { get; }

    /// <summary>d.</summary>
    public int Dimensions { get; }

    /// <summary>From the beginning of one row to that of the next, in values.</summary>
    public nint Stride => _stride;

    /// <summary>Whether the rows follow each other without a gap.</summary>
    public bool IsDense => _stride == Dimensions;

    /// <summary>How many short rows, side by side, make one wide enough for vectors; 1 where rows lie apart.</summary>
    public int RowsPerWide => IsDense ? Math.Max(1, WideValues / Dimensions) : 1;

    /// <summary>The first value of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Row(int row) => _data + (row * _stride);

    /// <summary>How many rows from a given one on may be read up to <paramref name="lanes"/> values past their end.</summary>
    public int ReadablePast(int row, int lanes) =>
        Math.Max(0, Count - row - (_stride == 0 ? Count : (int)((lanes + _stride - 1) / _stride)));

    public ReadOnlySpan<T> RowSpan(int row) => new(Row(row), Dimensions);

    /// <summary>The values of some rows at once; more than one only if <see cref="IsDense"/>.</summary>
    public ReadOnlySpan<T> Values(int firstRow, int rows) => new(Row(firstRow), rows * Dimensions);
}
