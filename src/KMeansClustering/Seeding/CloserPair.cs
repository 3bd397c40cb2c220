using System.Runtime.InteropServices;

namespace KMeansClustering.Seeding;

/// <summary>A candidate that comes closer to a point than the centroids chosen so far.</summary>
/// <param name="Place">The point's place.</param>
/// <param name="Candidate">Which candidate.</param>
/// <param name="Distance">Their squared distance.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CloserPair(int Place, int Candidate, double Distance);
