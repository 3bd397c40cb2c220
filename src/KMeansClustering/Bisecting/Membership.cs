using System.Runtime.CompilerServices;

namespace KMeansClustering.Bisecting;

/// <summary>
/// Which points are in which node of the tree: an order of all points in which each node's are a range, the left child's before the right one's. Within a node the points keep their order.
/// </summary>
/// <param name="count">How many points.</param>
internal sealed class Membership(int count)
{
    private readonly int[] _order = InOrder(count);
    private readonly int[] _right = GC.AllocateUninitializedArray<int>(count);

    // By number of the node.
    private readonly List<(int First, int Count)> _ranges = [(0, count)];

    /// <summary>A node's points.</summary>
    public ReadOnlySpan<int> Of(int node) => Members(node);

    /// <summary>A node's points go to its children: those labelled 0 to the left one, those labelled 1 to the right one, which are the next two nodes.</summary>
    public void Split(int node, ReadOnlySpan<int> labels)
    {
        var (first, count) = _ranges[node];
        var left = Part(Members(node), labels, _right);
        _ranges.Add((first, left));
        _ranges.Add((first + left, count - left));
    }

    /// <summary>Gives a node's points a label.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Label(int node, int label, int[] labels)
    {
        foreach (var member in Members(node))
        {
            labels[member] = label;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int[] InOrder(int count)
    {
        var order = GC.AllocateUninitializedArray<int>(count);
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        return order;
    }

    // Those labelled 0 come first; nobody overtakes another of the same label. Gives how many they are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Part(Span<int> members, ReadOnlySpan<int> labels, int[] scratch)
    {
        var (left, right) = (0, 0);
        for (var i = 0; i < members.Length; i++)
        {
            // Without a branch: written to both sides, and kept on one.
            var member = members[i];
            scratch[right] = member;
            members[left] = member;
            right += labels[i];
            left += 1 - labels[i];
        }

        scratch.AsSpan(0, right).CopyTo(members[left..]);
        return left;
    }

    private Span<int> Members(int node) => _order.AsSpan(_ranges[node].First, _ranges[node].Count);
}
