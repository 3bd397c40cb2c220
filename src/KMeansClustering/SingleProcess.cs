namespace KMeansClustering;

/// <summary>The collective of a process that is alone: nothing to do.</summary>
public sealed class SingleProcess : ICollective
{
    private SingleProcess()
    {
    }

    /// <summary>The only one.</summary>
    public static SingleProcess Instance { get; } = new();

    /// <summary>0.</summary>
    public int Rank => 0;

    /// <summary>1.</summary>
    public int Size => 1;

    /// <summary>Leaves the values as they are.</summary>
    /// <param name="values">In and out.</param>
    public void Sum(Span<double> values)
    {
    }

    /// <summary>Leaves the values as they are.</summary>
    /// <param name="values">In and out.</param>
    public void Max(Span<double> values)
    {
    }

    /// <summary>Leaves the values as they are.</summary>
    /// <param name="values">In and out.</param>
    /// <param name="root">0.</param>
    public void Broadcast(Span<double> values, int root)
    {
    }

    /// <summary>Copies the values.</summary>
    /// <param name="mine">The values.</param>
    /// <param name="all">As many.</param>
    public void AllGather(ReadOnlySpan<double> mine, Span<double> all) => mine.CopyTo(all);
}
