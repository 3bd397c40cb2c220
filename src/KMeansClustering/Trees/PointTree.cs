using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>
/// A k-d tree over the points, built once: each node holds a run of places, cut in two at about the median of its widest coordinate, and the box its points lie in. A leaf's points are stored
/// coordinate by coordinate, so that a lane can be a point.
/// </summary>
/// <remarks>How the points are cut decides only how much can be skipped. Boxes are exact: smallest and greatest values, never rounded.</remarks>
internal sealed unsafe class PointTree<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Vectors of a leaf's points are read whole, past its end.
    private const int Padding = 16;

    private readonly AlignedBuffer<T> _values;
    private readonly AlignedBuffer<int> _order;
    private readonly AlignedBuffer<T> _boxes;
    private readonly TreeNode[] _nodes;

    public PointTree(PointView<T> points, int leafSize, Crew crew)
    {
        Count = points.Count;
        Dimensions = points.Dimensions;
        _values = new AlignedBuffer<T>(((long)Count * Dimensions) + Padding);
        _order = new AlignedBuffer<int>(Count + Padding);
        using var builder = new TreeBuilder<T>(points, leafSize, _values.Pointer, _order.Pointer);
        _nodes = builder.Build(crew);
        _boxes = new AlignedBuffer<T>(2L * Dimensions * _nodes.Length);
        MakeBoxes(crew);
    }

    /// <summary>n.</summary>
    public int Count { get; }

    /// <summary>d.</summary>
    public int Dimensions { get; }

    /// <summary>All nodes; the first is the root, and children come after their parents.</summary>
    public ReadOnlySpan<TreeNode> Nodes => _nodes;

    /// <summary>The number of the point at each place.</summary>
    public int* Order => _order.Pointer;

    /// <summary>The least value of each coordinate in a node; the greatest ones follow.</summary>
    public T* Box(int node) => _boxes.Pointer + (2L * Dimensions * node);

    /// <summary>The first coordinates of a leaf's points; the second ones come as many values later as it has points, and so on.</summary>
    public T* LeafValues(in TreeNode leaf) => _values.Pointer + ((long)leaf.Begin * Dimensions);

    /// <summary>Copies a point of a leaf.</summary>
    public void CopyPoint(in TreeNode leaf, int place, T* row)
    {
        var value = LeafValues(leaf) + (place - leaf.Begin);
        for (var p = 0; p < Dimensions; p++, value += leaf.Count)
        {
            row[p] = *value;
        }
    }

    /// <summary>The nodes of at most so many points whose parents have more.</summary>
    public int[] Cut(int mostPoints)
    {
        var cut = new List<int>();
        var open = new Stack<int>([0]);
        while (open.TryPop(out var node))
        {
            if (_nodes[node].Count <= mostPoints || _nodes[node].IsLeaf)
            {
                cut.Add(node);
            }
            else
            {
                open.Push(_nodes[node].Left + 1);
                open.Push(_nodes[node].Left);
            }
        }

        return [.. cut];
    }

    public void Dispose()
    {
        _values.Dispose();
        _order.Dispose();
        _boxes.Dispose();
    }

    private void MakeBoxes(Crew crew)
    {
        var dimensions = Dimensions;
        crew.Run(_nodes.Length, 256, dimensions * 32.0, (_, first, count) =>
        {
            for (var i = first; i < first + count; i++)
            {
                if (_nodes[i].IsLeaf)
                {
                    for (var p = 0; p < dimensions; p++)
                    {
                        var column = new ReadOnlySpan<T>(LeafValues(_nodes[i]) + (p * _nodes[i].Count), _nodes[i].Count);
                        Box(i)[p] = TensorPrimitives.Min(column);
                        Box(i)[dimensions + p] = TensorPrimitives.Max(column);
                    }
                }
            }
        });
        for (var i = _nodes.Length - 1; i >= 0; i--)
        {
            if (!_nodes[i].IsLeaf)
            {
                var (left, right) = (_nodes[i].Left, _nodes[i].Left + 1);
                for (var p = 0; p < dimensions; p++)
                {
                    Box(i)[p] = T.Min(Box(left)[p], Box(right)[p]);
                    Box(i)[dimensions + p] = T.Max(Box(left)[dimensions + p], Box(right)[dimensions + p]);
                }
            }
        }
    }
}
