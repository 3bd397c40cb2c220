using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Bisecting;

/// <summary>
/// Which points are in which node of the tree: an order of all points in which each node's are a range, the left child's before the right one's; and the points of one node, copied into one block
/// for a fit. Within a node the points keep their order.
/// </summary>
/// <param name="points">All n × d of them.</param>
/// <param name="weights">n weights, or null.</param>
/// <param name="crew">The threads.</param>
internal sealed unsafe class ClusterRows<T>(PointView<T> points, T* weights, Crew crew) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 14;

    private readonly T* _weights = weights;
    private readonly int[] _order = InOrder(points.Count);
    private readonly int[] _right = GC.AllocateUninitializedArray<int>(points.Count);

    // By number of the node.
    private readonly List<(int First, int Count)> _ranges = [(0, points.Count)];
    private AlignedBuffer<T>? _rows;
    private AlignedBuffer<T>? _rowWeights;

    /// <summary>All points.</summary>
    public PointView<T> All => points;

    /// <summary>The points of a node, and their weights (or none), until the next call. All points are not copied.</summary>
    public PointView<T> Gather(int node, out ReadOnlySpan<T> weightsOfThem)
    {
        var (first, count) = _ranges[node];
        weightsOfThem = _weights == null ? default : new ReadOnlySpan<T>(_weights, points.Count);
        if (count == points.Count)
        {
            return points;
        }

        var rows = Room(ref _rows, (long)count * points.Dimensions);
        fixed (int* order = _order)
        {
            var members = order + first;
            crew.Run(count, Math.Max(1, BlockValues / points.Dimensions), points.Dimensions, (_, from, length) => CopyRows(members, rows, from, length));
            if (_weights != null)
            {
                var copies = Room(ref _rowWeights, count);
                CopyWeights(members, copies, count);
                weightsOfThem = new ReadOnlySpan<T>(copies, count);
            }
        }

        return new PointView<T>(rows, count, points.Dimensions);
    }

    /// <summary>A node's points go to its children: those labelled 0 to the left one, those labelled 1 to the right one, which are the next two nodes.</summary>
    public void Split(int node, ReadOnlySpan<int> labels)
    {
        var (first, count) = _ranges[node];
        var left = Part(_order.AsSpan(first, count), labels, _right);
        _ranges.Add((first, left));
        _ranges.Add((first + left, count - left));
    }

    /// <summary>Gives a node's points a label.</summary>
    public void Label(int node, int label, int[] labels)
    {
        var (first, count) = _ranges[node];
        Write(_order.AsSpan(first, count), label, labels);
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _rowWeights?.Dispose();
    }

    // Most clusters are smaller than those before them.
    private static T* Room(ref AlignedBuffer<T>? buffer, long length)
    {
        if (buffer is null || buffer.Length < length)
        {
            buffer?.Dispose();
            buffer = new AlignedBuffer<T>(length, clears: false);
        }

        return buffer.Pointer;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Write(ReadOnlySpan<int> members, int label, int[] labels)
    {
        foreach (var member in members)
        {
            labels[member] = label;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void CopyRows(int* members, T* rows, int first, int count)
    {
        var (all, dimensions) = (points, points.Dimensions);
        for (var i = first; i < first + count; i++)
        {
            all.RowSpan(members[i]).CopyTo(new Span<T>(rows + ((nint)i * dimensions), dimensions));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void CopyWeights(int* members, T* copies, int count)
    {
        for (var i = 0; i < count; i++)
        {
            copies[i] = _weights[members[i]];
        }
    }
}
