using System.Diagnostics;

namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>Counts what a fit hands to its engine, and how long it waits there.</summary>
internal sealed class CountingCollective(ICollective inner) : ICollective
{
    private long _calls;

    public int Rank => inner.Rank;

    public int Size => inner.Size;

    /// <summary>Operations so far; before each of them a fit asks whether anyone has failed, which is not counted as one.</summary>
    public long Exchanges => Size == 1 ? _calls : _calls / 2;

    /// <summary>Bytes that they were called with on this rank, so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Milliseconds within the operations so far: for the others, and for the exchange itself.</summary>
    public double Ms { get; private set; }

    public void Sum(Span<double> values)
    {
        var start = Stopwatch.GetTimestamp();
        inner.Sum(values);
        Count(values.Length, start);
    }

    public void Max(Span<double> values)
    {
        var start = Stopwatch.GetTimestamp();
        inner.Max(values);
        Count(values.Length, start);
    }

    public void Broadcast(Span<double> values, int root)
    {
        var start = Stopwatch.GetTimestamp();
        inner.Broadcast(values, root);
        Count(values.Length, start);
    }

    public void AllGather(ReadOnlySpan<double> mine, Span<double> all)
    {
        var start = Stopwatch.GetTimestamp();
        inner.AllGather(mine, all);
        Count(all.Length, start);
    }

    private void Count(int values, long start)
    {
        _calls++;
        Bytes += (long)sizeof(double) * values;
        Ms += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
