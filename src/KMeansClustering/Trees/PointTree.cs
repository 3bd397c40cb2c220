using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
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
    private const int MostBoxDimensions = 8;

    // A label, and lists of candidates; of a node its place, owner, radius, greatest distance, drift and counts.
    private const int BytesOfPass = 20;
    private const int BytesOfNode = 80;
    private const int MostLimbs = 3;

    // Vectors of a leaf's points are read whole, past its end.
    private const int Padding = 16;

    private readonly AlignedBuffer<T> _values;
    private readonly AlignedBuffer<int> _order;
    private readonly AlignedBuffer<T> _boxes;
    private readonly TreeNode[] _nodes;
    private readonly double[] _radii;

    public PointTree(PointView<T> points, int leafSize, Crew crew)
    {
        Count = points.Count;
        Dimensions = points.Dimensions;
        LeafSize = leafSize;
        _values = new AlignedBuffer<T>(((long)Count * Dimensions) + Padding, clears: false);
        _order = new AlignedBuffer<int>(Count + Padding, clears: false);
        new Span<T>(_values.Pointer + ((nint)Count * Dimensions), Padding).Clear();
        new Span<int>(_order.Pointer + Count, Padding).Clear();
        using var builder = new TreeBuilder<T>(points, leafSize, _values.Pointer, _order.Pointer);
        _nodes = builder.Build(crew);
        _boxes = new AlignedBuffer<T>(2L * Dimensions * _nodes.Length);
        _radii = new double[HasBalls ? _nodes.Length : 0];
        MakeBoxes(crew);
    }

    /// <summary>What a tree takes, at most: the points, its nodes and what passes remember of both; building it takes another copy of the points instead.</summary>
    public static double Bytes(int count, int dimensions, int leafSize)
    {
        var copy = (dimensions * sizeof(T)) + sizeof(int);
        var nodes = 4.0 * count / leafSize;
        return (count * (double)(copy + Math.Max(copy, BytesOfPass))) + (nodes * ((2 * dimensions * sizeof(T)) + (MostLimbs * sizeof(long) * dimensions) + leafSize + BytesOfNode));
    }

    /// <summary>n.</summary>
    public int Count { get; }

    /// <summary>d.</summary>
    public int Dimensions { get; }

    /// <summary>The most points of a leaf; at most 32 <see cref="LeafBounds.BlockSize"/>, a bit for each.</summary>
    public int LeafSize { get; }

    /// <summary>Whether nodes have balls, which fit points of many dimensions better than boxes do.</summary>
    public bool HasBalls => Dimensions > MostBoxDimensions;

    /// <summary>All nodes; the first is the root, and children come after their parents.</summary>
    public ReadOnlySpan<TreeNode> Nodes => _nodes;

    /// <summary>The number of the point at each place.</summary>
    public int* Order => _order.Pointer;

    /// <summary>The least value of each coordinate in a node; the greatest ones follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Box(int node) => _boxes.Pointer + (2L * Dimensions * node);

    /// <summary>No point of a node is farther than this from the middle of its box, ½(least + greatest) in double; for trees with balls.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Radius(int node) => _radii[node];

    /// <summary>The first coordinates of a leaf's points; the second ones come as many values later as it has points, and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* LeafValues(in TreeNode leaf) => _values.Pointer + ((long)leaf.Begin * Dimensions);

    /// <summary>Copies a point of a leaf.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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

    /// <summary>The mean diagonal of the leaves' boxes.</summary>
    public double LeafExtent()
    {
        var (sum, leaves) = (0.0, 0);
        for (var i = 0; i < _nodes.Length; i++)
        {
            if (_nodes[i].IsLeaf)
            {
                var box = Box(i);
                var square = 0.0;
                for (var p = 0; p < Dimensions; p++)
                {
                    var width = double.CreateTruncating(box[Dimensions + p]) - double.CreateTruncating(box[p]);
                    square += width * width;
                }

                sum += Math.Sqrt(square);
                leaves++;
            }
        }

        return sum / leaves;
    }

    public void Dispose()
    {
        _values.Dispose();
        _order.Dispose();
        _boxes.Dispose();
    }

    private void MakeBoxes(Crew crew)
    {
        crew.Run(_nodes.Length, 256, Dimensions * 32.0, (_, first, count) =>
        {
            for (var i = first; i < first + count; i++)
            {
                if (_nodes[i].IsLeaf)
                {
                    EncloseLeaf(i);
                }
            }
        });
        for (var i = _nodes.Length - 1; i >= 0; i--)
        {
            if (!_nodes[i].IsLeaf)
            {
                EncloseChildren(i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void EncloseLeaf(int node)
    {
        ref readonly var leaf = ref _nodes[node];
        var box = Box(node);
        for (var p = 0; p < Dimensions; p++)
        {
            (box[p], box[Dimensions + p]) = Extremes(LeafValues(leaf) + (p * leaf.Count), leaf.Count);
        }

        if (!HasBalls)
        {
            return;
        }

        var squares = ArrayPool<double>.Shared.Rent(leaf.Count);
        Array.Clear(squares, 0, leaf.Count);
        for (var p = 0; p < Dimensions; p++)
        {
            var middle = Middle(box, p);
            for (var i = 0; i < leaf.Count; i++)
            {
                var distance = double.CreateTruncating(LeafValues(leaf)[(p * leaf.Count) + i]) - middle;
                squares[i] += distance * distance;
            }
        }

        _radii[node] = RoundUp(Math.Sqrt(TensorPrimitives.Max<double>(squares.AsSpan(0, leaf.Count))));
        ArrayPool<double>.Shared.Return(squares);
    }

    // The last vector ends with the column, and may look again at some values of the one before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static (T Least, T Greatest) Extremes(T* column, int count)
    {
        var (least, greatest) = (*column, *column);
        if (count < Vector<T>.Count)
        {
            for (var i = 1; i < count; i++)
            {
                least = column[i] < least ? column[i] : least;
                greatest = column[i] > greatest ? column[i] : greatest;
            }

            return (least, greatest);
        }

        var low = Vector.Load(column);
        var high = low;
        for (var i = Vector<T>.Count; i < count; i += Vector<T>.Count)
        {
            var values = Vector.Load(column + Math.Min(i, count - Vector<T>.Count));
            low = Vector.MinNative(low, values);
            high = Vector.MaxNative(high, values);
        }

        for (var lane = 0; lane < Vector<T>.Count; lane++)
        {
            least = low[lane] < least ? low[lane] : least;
            greatest = high[lane] > greatest ? high[lane] : greatest;
        }

        return (least, greatest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void EncloseChildren(int node)
    {
        var (left, right) = (_nodes[node].Left, _nodes[node].Left + 1);
        var box = Box(node);
        for (var p = 0; p < Dimensions; p++)
        {
            var (low, otherLow) = (Box(left)[p], Box(right)[p]);
            var (high, otherHigh) = (Box(left)[Dimensions + p], Box(right)[Dimensions + p]);
            box[p] = low < otherLow ? low : otherLow;
            box[Dimensions + p] = high > otherHigh ? high : otherHigh;
        }

        if (HasBalls)
        {
            _radii[node] = RoundUp(Math.Max(Reach(box, left), Reach(box, right)));
        }
    }

    // How far a child's ball may reach from the middle of its parent's box.
    private double Reach(T* box, int child)
    {
        var square = 0.0;
        for (var p = 0; p < Dimensions; p++)
        {
            var distance = Middle(box, p) - Middle(Box(child), p);
            square += distance * distance;
        }

        return Math.Sqrt(square) + _radii[child];
    }

    private double Middle(T* box, int p) => 0.5 * (double.CreateTruncating(box[p]) + double.CreateTruncating(box[Dimensions + p]));

    // More than the rounding of the squares, their sum and the root, and what underflows.
    private double RoundUp(double distance) => (distance * (1 + (4 * (Dimensions + 8) * Math.ScaleB(1, -53)))) + PointBounds.LostOfDoubles;
}
