using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>
/// Cuts the points: a small sample of a node's points says which coordinate is widest and where its median lies; the points are moved to either side of it from one buffer to the other.
/// Large nodes level by level, by all threads; then what hangs below them, each by one thread, in its cache.
/// </summary>
internal sealed unsafe class TreeBuilder<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Points that are cut further by one thread: both buffers' rows should stay in its second cache.
    private const int UnitValues = 1 << 16;
    private const int BlockSize = 1 << 14;

    private readonly PointView<T> _points;
    private readonly int _dimensions;
    private readonly int _leafSize;
    private readonly T* _values;
    private readonly int* _order;
    private readonly AlignedBuffer<T> _otherValues;
    private readonly AlignedBuffer<int> _otherOrder;

    /// <summary>Builds into a buffer for the values and one for the order.</summary>
    public TreeBuilder(PointView<T> points, int leafSize, T* values, int* order)
    {
        _points = points;
        _dimensions = points.Dimensions;
        _leafSize = leafSize;
        _values = values;
        _order = order;
        _otherValues = new AlignedBuffer<T>((long)points.Count * _dimensions, clears: false);
        _otherOrder = new AlignedBuffer<int>(points.Count, clears: false);
    }

    /// <summary>Gives the nodes.</summary>
    public TreeNode[] Build(Crew crew)
    {
        crew.Run(_points.Count, BlockSize, _dimensions, (_, first, count) => SetFirst(first, count));
        var unitSize = Math.Max(_leafSize, UnitValues / (_dimensions + 1));
        var nodes = new List<TreeNode> { new(0, _points.Count, 0) };
        var units = new List<(int Node, TreeSide<T> From)>();
        var from = new TreeSide<T>(_points.IsDense ? _points.Row(0) : _values, _order);
        for (var level = 0; level < nodes.Count; from = Target(from))
        {
            var large = new List<int>();
            for (var end = nodes.Count; level < end; level++)
            {
                if (nodes[level].Count > unitSize)
                {
                    large.Add(level);
                }
                else
                {
                    units.Add((level, from));
                }
            }

            CutLarge(nodes, large, from, crew);
        }

        var subtrees = new TreeNode[units.Count][];
        crew.Run(units.Count, 1, double.MaxValue, (_, unit, _) => subtrees[unit] = BuildUnit(nodes[units[unit].Node], units[unit].From));
        for (var unit = 0; unit < subtrees.Length; unit++)
        {
            Append(nodes, units[unit].Node, subtrees[unit]);
        }

        return [.. nodes];
    }

    public void Dispose()
    {
        _otherValues.Dispose();
        _otherOrder.Dispose();
    }

    // A subtree's root takes its place in the tree, its other nodes follow behind all others.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Append(List<TreeNode> nodes, int root, TreeNode[] subtree)
    {
        var before = nodes.Count - 1;
        for (var i = 0; i < subtree.Length; i++)
        {
            var node = subtree[i].IsLeaf ? subtree[i] : subtree[i] with { Left = subtree[i].Left + before };
            if (i == 0)
            {
                nodes[root] = node;
            }
            else
            {
                nodes.Add(node);
            }
        }
    }

    private static void AddChildren(List<TreeNode> nodes, int parent, int middle)
    {
        var (first, count) = (nodes[parent].Begin, nodes[parent].Count);
        nodes[parent] = nodes[parent] with { Left = nodes.Count };
        nodes.Add(new TreeNode(first, middle - first, 0));
        nodes.Add(new TreeNode(middle, first + count - middle, 0));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void SetFirst(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            _order[i] = i;
            if (!_points.IsDense)
            {
                _points.RowSpan(i).CopyTo(new Span<T>(_values + ((nint)i * _dimensions), _dimensions));
            }
        }
    }

    // Where points go that are read from a side; never to where the user has them.
    private TreeSide<T> Target(TreeSide<T> from) => from.Values == _otherValues.Pointer ? new TreeSide<T>(_values, _order) : new TreeSide<T>(_otherValues.Pointer, _otherOrder.Pointer);

    // The nodes of a level: one for each thread, or one after the other by all of them.
    private void CutLarge(List<TreeNode> nodes, List<int> large, TreeSide<T> from, Crew crew)
    {
        var cuts = new int[large.Count];
        if (large.Count >= crew.Size)
        {
            crew.Run(cuts.Length, 1, double.MaxValue, (_, i, _) => cuts[i] = Cut(nodes[large[i]], from));
        }
        else
        {
            for (var i = 0; i < cuts.Length; i++)
            {
                cuts[i] = CutTogether(nodes[large[i]], from, crew);
            }
        }

        for (var i = 0; i < cuts.Length; i++)
        {
            AddChildren(nodes, large[i], cuts[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TreeNode[] BuildUnit(TreeNode root, TreeSide<T> from)
    {
        var nodes = new List<TreeNode> { root };
        for (var level = 0; level < nodes.Count; from = Target(from))
        {
            for (var end = nodes.Count; level < end; level++)
            {
                if (nodes[level].Count <= _leafSize)
                {
                    Finish(nodes[level], from);
                }
                else
                {
                    AddChildren(nodes, level, Cut(nodes[level], from));
                }
            }
        }

        return [.. nodes];
    }

    // The place at which the node's points are cut.
    private int Cut(TreeNode node, TreeSide<T> from)
    {
        var (column, pivot) = TreeCut<T>.Choose(node, from.Values, _dimensions);
        return Middle(node, TreeCut<T>.Divide(from, Target(from), _dimensions, node.Begin, node.Begin + node.Count, node.Begin, node.Begin + node.Count - 1, column, pivot));
    }

    // The same, to the same places: once the points that go left are counted, each block knows where its own begin.
    private int CutTogether(TreeNode node, TreeSide<T> from, Crew crew)
    {
        var (column, pivot) = TreeCut<T>.Choose(node, from.Values, _dimensions);
        var left = new int[((node.Count + BlockSize - 1) / BlockSize) + 1];
        crew.Run(node.Count, BlockSize, _dimensions, (_, first, count) =>
            left[(first / BlockSize) + 1] = TreeCut<T>.CountLeft(from.Values + ((nint)(node.Begin + first) * _dimensions) + column, _dimensions, count, pivot));
        left[0] = node.Begin;
        for (var block = 1; block < left.Length; block++)
        {
            left[block] += left[block - 1];
        }

        crew.Run(node.Count, BlockSize, _dimensions, (_, first, count) =>
        {
            var begin = node.Begin + first;
            var goneLeft = left[first / BlockSize] - node.Begin;
            TreeCut<T>.Divide(from, Target(from), _dimensions, begin, begin + count, node.Begin + goneLeft, node.Begin + node.Count - 1 - (first - goneLeft), column, pivot);
        });
        return Middle(node, left[^1]);
    }

    // Equal values all land on one side: cut anywhere.
    private static int Middle(TreeNode node, int cut) => cut > node.Begin && cut < node.Begin + node.Count ? cut : node.Begin + (node.Count / 2);

    // From rows to coordinates, in the buffer that stays.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Finish(TreeNode leaf, TreeSide<T> from)
    {
        var length = leaf.Count * _dimensions;
        var rows = ArrayPool<T>.Shared.Rent(length);
        new ReadOnlySpan<T>(from.Values + ((nint)leaf.Begin * _dimensions), length).CopyTo(rows);
        var values = _values + ((nint)leaf.Begin * _dimensions);
        for (var p = 0; p < _dimensions; p++, values += leaf.Count)
        {
            for (var i = 0; i < leaf.Count; i++)
            {
                values[i] = rows[(i * _dimensions) + p];
            }
        }

        if (from.Order != _order)
        {
            new ReadOnlySpan<int>(from.Order + leaf.Begin, leaf.Count).CopyTo(new Span<int>(_order + leaf.Begin, leaf.Count));
        }

        ArrayPool<T>.Shared.Return(rows);
    }
}
