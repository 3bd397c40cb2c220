namespace KMeansClustering.Numerics;

/// <summary>Which of all points are this process's own: <paramref name="Count"/> from <paramref name="First"/> on, in the order of the processes.</summary>
/// <param name="Collective">The processes.</param>
/// <param name="First">The number of this process's first point among all.</param>
/// <param name="Count">How many points it has.</param>
/// <param name="Total">How many points all processes have.</param>
internal sealed record PointShare(ICollective Collective, long First, int Count, long Total)
{
    /// <summary>All points are this process's.</summary>
    public static PointShare All(int points) => new(SingleProcess.Instance, 0, points, points);

    /// <summary>Asks the other processes how many points they have.</summary>
    public static PointShare Of(int points, ICollective collective)
    {
        var (first, total) = Place(points, collective);
        return new PointShare(collective, first, points, total);
    }

    /// <summary>A point's number among this process's own; null where it is another's.</summary>
    public int? Own(long point) => point >= First && point < First + Count ? (int)(point - First) : null;

    /// <summary>What each process has, one after another, for all.</summary>
    public List<long> Join(List<long> mine)
    {
        if (Collective.Size == 1)
        {
            return mine;
        }

        var (first, total) = Place(mine.Count, Collective);
        var all = new double[total];
        for (var i = 0; i < mine.Count; i++)
        {
            all[first + i] = mine[i];
        }

        Collective.Sum(all);
        return [.. all.Select(value => (long)value)];
    }

    // How many items the processes before this one have, and how many there are in all.
    private static (long Before, long Total) Place(int items, ICollective collective)
    {
        var counts = new double[collective.Size];
        collective.AllGather([items], counts);
        return ((long)counts.Take(collective.Rank).Sum(), (long)counts.Sum());
    }
}
