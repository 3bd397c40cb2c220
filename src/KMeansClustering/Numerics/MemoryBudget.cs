namespace KMeansClustering.Numerics;

/// <summary>
/// How much memory may go to what only makes a fit faster: three quarters of what the process may have beyond its managed heap and the kernels' buffers. The rest is for what a fit needs in any case,
/// for pages of a mapped file, and for others.
/// </summary>
/// <remarks>Whether something fits decides how long a fit takes, never its result.</remarks>
internal sealed class MemoryBudget
{
    private const double Share = 0.75;

    // Not worth the question.
    private const double Little = 1 << 20;

    private static long s_held;

    private readonly double? _bytes;

    private MemoryBudget(double? bytes) => _bytes = bytes;

    /// <summary>What this process may have by limits of its container, of the garbage collector's heap, and of the machine; asked anew each time.</summary>
    public static MemoryBudget OfProcess { get; } = new(null);

    /// <summary>So much for each thing, whatever the process has: for tests.</summary>
    public static MemoryBudget Of(double bytes) => new(bytes);

    /// <summary>The kernels' buffers take more memory, or less.</summary>
    public static void Count(long bytes) => Interlocked.Add(ref s_held, bytes);

    /// <summary>Whether so many bytes more fit.</summary>
    public bool Holds(double bytes) => _bytes is { } most
        ? bytes <= most
        : bytes <= Little || bytes <= Share * (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - GC.GetTotalMemory(forceFullCollection: false) - Interlocked.Read(ref s_held));
}
