namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>Counts what a fit hands to its engine.</summary>
internal sealed class CountingCollective(ICollective inner) : ICollective
{
    public int Rank => inner.Rank;

    public int Size => inner.Size;

    /// <summary>Operations so far.</summary>
    public long Exchanges { get; private set; }

    /// <summary>Bytes that they were called with on this rank, so far.</summary>
    public long Bytes { get; private set; }

    public void Sum(Span<double> values)
    {
        Count(values.Length);
        inner.Sum(values);
    }

    public void Max(Span<double> values)
    {
        Count(values.Length);
        inner.Max(values);
    }

    public void Broadcast(Span<double> values, int root)
    {
        Count(values.Length);
        inner.Broadcast(values, root);
    }

    public void AllGather(ReadOnlySpan<double> mine, Span<double> all)
    {
        Count(all.Length);
        inner.AllGather(mine, all);
    }

    private void Count(int values)
    {
        Exchanges++;
        Bytes += (long)sizeof(double) * values;
    }
}
