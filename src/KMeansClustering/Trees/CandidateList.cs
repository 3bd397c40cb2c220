using System.Runtime.InteropServices;

namespace KMeansClustering.Trees;

/// <summary>A list of <see cref="CandidateLists{TVector, TSimd}"/>.</summary>
/// <param name="First">Where it begins.</param>
/// <param name="Count">How many candidates.</param>
/// <param name="Stride">From one coordinate of a candidate to the next: the count, padded to whole vectors.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CandidateList(int First, int Count, int Stride);
