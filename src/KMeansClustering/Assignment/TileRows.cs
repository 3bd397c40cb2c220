using System.Runtime.InteropServices;

namespace KMeansClustering.Assignment;

/// <summary>The six rows of a tile, wherever they lie.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct TileRows<T>
    where T : unmanaged
{
    /// <summary>Six rows at equal distances.</summary>
    public TileRows(T* first, nint stride)
    {
        X0 = first;
        X1 = first + stride;
        X2 = X1 + stride;
        X3 = X2 + stride;
        X4 = X3 + stride;
        X5 = X4 + stride;
    }

    /// <summary>Six rows of a block, by their numbers.</summary>
    public TileRows(T* block, nint stride, int* numbers)
    {
        X0 = block + (numbers[0] * stride);
        X1 = block + (numbers[1] * stride);
        X2 = block + (numbers[2] * stride);
        X3 = block + (numbers[3] * stride);
        X4 = block + (numbers[4] * stride);
        X5 = block + (numbers[5] * stride);
    }

    public readonly T* X0;
    public readonly T* X1;
    public readonly T* X2;
    public readonly T* X3;
    public readonly T* X4;
    public readonly T* X5;
}
