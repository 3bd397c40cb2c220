using System.Numerics;
using System.Runtime.InteropServices;

namespace KMeansClustering.Tests.Support;

/// <summary>Comparisons to the last bit that name the first difference.</summary>
internal static class Same
{
    public static void Value<V>(V expected, V actual, string what)
    {
        if (!EqualityComparer<V>.Default.Equals(expected, actual))
        {
            Assert.Fail($"{what}: expected {expected}, found {actual}.");
        }
    }

    public static void Values<V>(ReadOnlySpan<V> expected, ReadOnlySpan<V> actual, string what)
        where V : IEquatable<V>
    {
        Value(expected.Length, actual.Length, what + ": length");
        int at = expected.CommonPrefixLength(actual);
        if (at < expected.Length)
        {
            Assert.Fail($"{what}: expected {expected[at]} at {at}, found {actual[at]}.");
        }
    }

    public static void Bits<T>(T expected, T actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Bits(new ReadOnlySpan<T>(in expected), new ReadOnlySpan<T>(in actual), what);

    public static void Bits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Value(expected.Length, actual.Length, what + ": length");
        int at = MemoryMarshal.AsBytes(expected).CommonPrefixLength(MemoryMarshal.AsBytes(actual)) / (typeof(T) == typeof(float) ? 4 : 8);
        if (at < expected.Length)
        {
            Assert.Fail($"{what}: expected {expected[at]:R}{(expected.Length > 1 ? $" at {at}" : "")}, found {actual[at]:R}.");
        }
    }

    /// <summary>All that a fit promises to be the same everywhere: all but the work it took.</summary>
    public static void Answer<T>(KMeansResult<T> expected, KMeansResult<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Values(expected.Labels, actual.Labels, what + ": labels");
        Bits(expected.Model.Centroids, actual.Model.Centroids, what + ": centroids");
        Bits(expected.Inertia, actual.Inertia, what + ": inertia");
        Bits(expected.ClusterWeights, actual.ClusterWeights, what + ": cluster weights");
        Value(expected.Iterations, actual.Iterations, what + ": iterations");
        Value(expected.StopReason, actual.StopReason, what + ": why it stopped");
        Value(expected.Relocations, actual.Relocations, what + ": relocations");
        Value(expected.EmptyClusterCount, actual.EmptyClusterCount, what + ": empty clusters");
        Value(expected.History.Count, actual.History.Count, what + ": length of the history");
        for (int t = 0; t < expected.History.Count; t++)
        {
            Value(expected.History[t].LabelsChanged, actual.History[t].LabelsChanged, $"{what}: labels changed in iteration {t + 1}");
            Bits(expected.History[t].CentroidShift, actual.History[t].CentroidShift, $"{what}: centroid shift of iteration {t + 1}");
            Value(expected.History[t].Inertia, actual.History[t].Inertia, $"{what}: inertia of iteration {t + 1}");
        }
    }
}
