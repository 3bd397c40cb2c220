namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>
/// The time of an all-reduce of m bytes over p ranks by latency and bandwidth: L·⌈log₂ p⌉ + 2·(p − 1)/p·m·B, as in recursive doubling for short messages, and reduce-scatter with all-gather for long ones
/// (Thakur, Rabenseifner and Gropp 2005).
/// </summary>
/// <param name="StepSeconds">L: a step, the hand-over to the thread of MPI included.</param>
/// <param name="ByteSeconds">B: a byte that a rank sends and adds.</param>
internal sealed record ReduceModel(double StepSeconds, double ByteSeconds)
{
    /// <summary>What a cluster with a cloud's Ethernet may have: 25 µs a step, 1 GB/s for each process. Assumed, not measured.</summary>
    public static ReduceModel Ethernet { get; } = new(25e-6, 1e-9);

    /// <summary>The least sum of squared relative errors over some all-reduces.</summary>
    public static ReduceModel Fit(IEnumerable<(int Ranks, double Bytes, double Seconds)> measured)
    {
        // Normal equations of L·a + B·b = 1 with a = ⌈log₂ p⌉/t and b = 2·(p − 1)/p·m/t.
        double aa = 0, ab = 0, bb = 0, a1 = 0, b1 = 0;
        foreach (var (ranks, bytes, seconds) in measured)
        {
            var a = Steps(ranks) / seconds;
            var b = Share(ranks) * bytes / seconds;
            aa += a * a;
            ab += a * b;
            bb += b * b;
            a1 += a;
            b1 += b;
        }

        var determinant = (aa * bb) - (ab * ab);
        return new ReduceModel(((a1 * bb) - (b1 * ab)) / determinant, ((b1 * aa) - (a1 * ab)) / determinant);
    }

    /// <summary>So many all-reduces with so many bytes together.</summary>
    public double Seconds(int ranks, double exchanges, double bytes) =>
        (exchanges * StepSeconds * Steps(ranks)) + (Share(ranks) * bytes * ByteSeconds);

    /// <summary>What a rank sends of m bytes: reduce-scatter, then all-gather.</summary>
    public static double Share(int ranks) => 2.0 * (ranks - 1) / ranks;

    private static double Steps(int ranks) => Math.Ceiling(Math.Log2(ranks));
}
