using System.Runtime.InteropServices;

namespace KMeansClustering.Trees;

/// <summary>Rows and the numbers of their points: what a <see cref="TreeBuilder{T}"/> moves from one buffer to another.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct TreeSide<T>(T* values, int* order)
    where T : unmanaged
{
    public readonly T* Values = values;
    public readonly int* Order = order;
}
