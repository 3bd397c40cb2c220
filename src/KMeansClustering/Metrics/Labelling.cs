using System.Runtime.CompilerServices;

namespace KMeansClustering.Metrics;

/// <summary>Labels of any values as clusters 0 to k − 1, in the ascending order of the values that occur; so every cluster has a point.</summary>
internal sealed class Labelling
{
    /// <summary>Clusters that are numbered already.</summary>
    /// <param name="clusters">The cluster of each point: from 0 to k − 1.</param>
    /// <param name="sizes">How many points each cluster has, at least 1.</param>
    /// <param name="values">The label that each cluster had, ascending.</param>
    public Labelling(int[] clusters, int[] sizes, int[] values)
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
    public static Labelling Of(ReadOnlySpan<int> labels)
    {
        var (least, greatest) = Range(labels);
        var places = new int[labels.Length];
        var values = (long)greatest - least < 2L * labels.Length ? ByTable(labels, least, greatest, places) : ByDictionary(labels, places);
        var sizes = new int[values.Length];
        CountSizes(places, sizes);
        return new Labelling(places, sizes, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static (int Least, int Greatest) Range(ReadOnlySpan<int> labels)
    {
        var (least, greatest) = (labels[0], labels[0]);
        foreach (var label in labels)
        {
            least = Math.Min(least, label);
            greatest = Math.Max(greatest, label);
        }

        return (least, greatest);
    }

    // Labels close to each other, such as those of a fit. Gives the values, ascending, and each label's place among them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int[] ByTable(ReadOnlySpan<int> labels, int least, int greatest, int[] places)
    {
        var table = new int[greatest - least + 1];
        foreach (var label in labels)
        {
            table[label - least] = 1;
        }

        var values = new List<int>();
        for (var i = 0; i < table.Length; i++)
        {
            if (table[i] > 0)
            {
                table[i] = values.Count;
                values.Add(least + i);
            }
        }

        for (var i = 0; i < labels.Length; i++)
        {
            places[i] = table[labels[i] - least];
        }

        return [.. values];
    }

    // The same for any labels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int[] ByDictionary(ReadOnlySpan<int> labels, int[] places)
    {
        var numbers = new Dictionary<int, int>();
        foreach (var label in labels)
        {
            numbers.TryAdd(label, 0);
        }

        int[] values = [.. numbers.Keys.Order()];
        for (var place = 0; place < values.Length; place++)
        {
            numbers[values[place]] = place;
        }

        for (var i = 0; i < labels.Length; i++)
        {
            places[i] = numbers[labels[i]];
        }

        return values;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CountSizes(int[] places, int[] sizes)
    {
        foreach (var place in places)
        {
            sizes[place]++;
        }
    }
}
