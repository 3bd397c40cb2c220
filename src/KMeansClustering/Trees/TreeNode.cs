using System.Runtime.InteropServices;

namespace KMeansClustering.Trees;

/// <summary>A node: a run of places, and its two children side by side.</summary>
/// <param name="Begin">The first place.</param>
/// <param name="Count">How many points.</param>
/// <param name="Left">The left child; the right one follows. 0 for a leaf.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TreeNode(int Begin, int Count, int Left)
{
    public bool IsLeaf => Left == 0;
}
