using System.Runtime.InteropServices;

namespace KMeansClustering.Assignment;

/// <summary>A point that its bounds did not settle, and what is found out about it.</summary>
/// <param name="point">Its number.</param>
/// <param name="label">Where its label is.</param>
/// <param name="position">The place of its own centroid, or −1.</param>
/// <param name="wanted">A bit for each group that it must look at.</param>
/// <param name="norm">a² of its packed row.</param>
/// <param name="step">Its row's step.</param>
/// <param name="limit">A score above it is that of a centroid farther than its own.</param>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct Looker(int point, int* label, int position, ulong wanted, float norm, float step, float limit)
{
    public readonly int Point = point;
    public readonly int* Label = label;
    public readonly int Position = position;
    public readonly ulong Wanted = wanted;
    public readonly float Norm = norm;
    public readonly float Step = step;
    public float Limit = limit;
}
