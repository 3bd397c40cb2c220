using System.Runtime.CompilerServices;

namespace KMeansClustering.Metrics;

/// <summary>Labels of any values as clusters 0 to k − 1, in the ascending order of the values that occur; so every cluster has a point.</summary>
internal sealed class Labelling
{
    private Labelling(int[] clusters, int[] sizes, int[] values)
    {
        Clusters = clusters;
        Sizes = sizes;
        Values = values;
    }

    /// <summary>The cluster of each point.</summary>
    public int[] Clusters { get; }

    /// <summary>How many points each cluster has, at least 1.</summary>
    public int[] Sizes { get; }

    /// <summary>The label that each cluster had, ascending.</summary>
    public int[] Values { get; }

    /// <summary>k.</summary>
    public int Count => Sizes.Length;

    /// <summary>Numbers the labels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static Labelling Of(ReadOnlySpan<int> labels)
    {
        // Numbers in the order of first sight, then their ranks.
        var seen = new Dictionary<int, int>();
        var clusters = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            if (!seen.TryGetValue(labels[i], out clusters[i]))
            {
                clusters[i] = seen.Count;
                seen.Add(labels[i], clusters[i]);
            }
        }

        var values = new int[seen.Count];
        seen.Keys.CopyTo(values, 0);
        Array.Sort(values);
        var ranks = new int[values.Length];
        for (var rank = 0; rank < values.Length; rank++)
        {
            ranks[seen[values[rank]]] = rank;
        }

        var sizes = new int[values.Length];
        for (var i = 0; i < clusters.Length; i++)
        {
            clusters[i] = ranks[clusters[i]];
            sizes[clusters[i]]++;
        }

        return new Labelling(clusters, sizes, values);
    }

    /// <summary>The points cluster by cluster, ascending within each: those of cluster c from <c>starts[c]</c> to <c>starts[c + 1]</c> − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int[] Members(out int[] starts)
    {
        starts = new int[Count + 1];
        for (var c = 0; c < Count; c++)
        {
            starts[c + 1] = starts[c] + Sizes[c];
        }

        var next = starts.AsSpan(0, Count).ToArray();
        var members = new int[Clusters.Length];
        for (var i = 0; i < members.Length; i++)
        {
            members[next[Clusters[i]]++] = i;
        }

        return members;
    }
}
