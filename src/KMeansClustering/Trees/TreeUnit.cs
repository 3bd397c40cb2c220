using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
namespace KMeansClustering.Trees;

/// <summary>
/// A node whose part of the tree one thread walks, and what the last walk found there: the leaves that were not given whole, and the candidates of each. Until the next walk only these are looked at.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="mostIntegers">What may be kept.</param>
/// <remarks>A record is ~leaf, the number of candidates, and the candidates, ascending: only the first is negative, so a record cannot be taken for the middle of another.</remarks>
internal sealed class TreeUnit(int node, int mostIntegers)
{
    private List<int> _records = [];
    private List<int> _before = [];

    public int Node => node;

    /// <summary>The centroids that may be nearest to some of its points, ascending.</summary>
    public int[] Candidates { get; set; } = [];

    /// <summary>The walk that came here last.</summary>
    public int Walk { get; private set; }

    /// <summary>Whether all leaves that were not given whole have a record.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The records of the last walk.</summary>
    public ReadOnlySpan<int> Records => CollectionsMarshal.AsSpan(_records);

    /// <summary>A walk begins.</summary>
    /// <param name="walk">Its number; what the walk before it did not find is not known.</param>
    public void Begin(int walk)
    {
        (_records, _before) = (_before, _records);
        _records.Clear();
        if (walk != Walk + 1 || !IsComplete)
        {
            _before.Clear();
        }

        (Walk, IsComplete) = (walk, true);
    }

    /// <summary>The candidates that a leaf had in the walk before this; none if it had no record.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="place">Where the record was.</param>
    public ReadOnlySpan<int> Before(int leaf, int place)
    {
        var records = CollectionsMarshal.AsSpan(_before);
        return (uint)place < (uint)records.Length && records[place] == ~leaf ? records.Slice(place + 2, records[place + 1]) : [];
    }

    /// <summary>Whether a list has all that another one has, both being ascending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool Holds(ReadOnlySpan<int> all, ReadOnlySpan<int> some)
    {
        var found = 0;
        for (var i = 0; i < all.Length && found < some.Length; i++)
        {
            found += all[i] == some[found] ? 1 : 0;
        }

        return found == some.Length;
    }

    /// <summary>Records a leaf; gives where.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int Record(int leaf, ReadOnlySpan<int> candidates)
    {
        var place = _records.Count;
        if (!IsComplete || place + candidates.Length + 2 > mostIntegers)
        {
            IsComplete = false;
            return -1;
        }

        _records.Add(~leaf);
        _records.Add(candidates.Length);
        _records.AddRange(candidates);
        return place;
    }
}
