using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>
/// Cuts the points level by level, the nodes of a level in parallel: a small sample of a node's points says which coordinate is widest and where its median lies; the points are moved to
/// either side of it from one buffer to the other.
/// </summary>
internal sealed unsafe class TreeBuilder<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int SampleSize = 31;

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
        _otherValues = new AlignedBuffer<T>((long)points.Count * _dimensions);
        _otherOrder = new AlignedBuffer<int>(points.Count);
    }

    /// <summary>Gives the nodes.</summary>
    public TreeNode[] Build(Crew crew)
    {
        crew.Run(_points.Count, 1 << 12, _dimensions, (_, first, count) =>
        {
            for (var i = first; i < first + count; i++)
            {
                _points.RowSpan(i).CopyTo(new Span<T>(_values + ((long)i * _dimensions), _dimensions));
                _order[i] = i;
            }
        });
        var nodes = new List<TreeNode> { new(0, _points.Count, 0) };
        var (from, to) = (new Side(_values, _order), new Side(_otherValues.Pointer, _otherOrder.Pointer));
        for (var level = 0; level < nodes.Count;)
        {
            var end = nodes.Count;
            var begin = level;
            var cuts = new int[end - begin];
            var (source, target) = (from, to);
            crew.Run(end - begin, 1, (double)_points.Count * _dimensions / (end - begin), (_, i, _) => cuts[i] = Cut(nodes[begin + i], source, target));
            for (var i = begin; i < end; i++)
            {
                if (cuts[i - begin] > 0)
                {
                    var (first, count) = (nodes[i].Begin, nodes[i].Count);
                    var left = cuts[i - begin] - first;
                    nodes[i] = nodes[i] with { Left = nodes.Count };
                    nodes.Add(new TreeNode(first, left, 0));
                    nodes.Add(new TreeNode(first + left, count - left, 0));
                }
            }

            level = end;
            (from, to) = (to, from);
        }

        return [.. nodes];
    }

    public void Dispose()
    {
        _otherValues.Dispose();
        _otherOrder.Dispose();
    }

    // The place at which the node's points are cut; 0 where it is a leaf, whose values then stand in their final form.
    private int Cut(TreeNode node, Side from, Side to)
    {
        if (node.Count <= _leafSize)
        {
            Finish(node, from);
            return 0;
        }

        var (column, pivot) = Choose(node, from.Values);
        var end = node.Begin + node.Count;
        var middle = _dimensions switch
        {
            1 => Divide<One>(from, to, node.Begin, end, column, pivot),
            2 => Divide<Two>(from, to, node.Begin, end, column, pivot),
            3 => Divide<Three>(from, to, node.Begin, end, column, pivot),
            4 => Divide<Four>(from, to, node.Begin, end, column, pivot),
            _ => DivideWide(from, to, node.Begin, end, column, pivot),
        };

        // Equal values all land on one side: cut anywhere.
        return middle > node.Begin && middle < end ? middle : node.Begin + (node.Count / 2);
    }

    // The widest coordinate of a sample, and its median there.
    private (int Column, T Pivot) Choose(TreeNode node, T* values)
    {
        var size = Math.Min(SampleSize, node.Count);
        Span<T> keys = stackalloc T[size];
        var (column, widest) = (0, T.NegativeInfinity);
        for (var p = 0; p < _dimensions; p++)
        {
            var (least, greatest) = (T.PositiveInfinity, T.NegativeInfinity);
            for (var i = 0; i < size; i++)
            {
                var value = values[((node.Begin + ((long)i * node.Count / size)) * _dimensions) + p];
                least = T.Min(least, value);
                greatest = T.Max(greatest, value);
            }

            if (greatest - least > widest)
            {
                (column, widest) = (p, greatest - least);
            }
        }

        for (var i = 0; i < size; i++)
        {
            keys[i] = values[((node.Begin + ((long)i * node.Count / size)) * _dimensions) + column];
        }

        keys.Sort();
        var middle = size / 2;
        while (middle < size - 1 && keys[middle] == keys[0])
        {
            middle++;
        }

        return (column, keys[middle]);
    }

    // From rows to coordinates, in the buffer that stays.
    private void Finish(TreeNode leaf, Side from)
    {
        var length = leaf.Count * _dimensions;
        var rows = ArrayPool<T>.Shared.Rent(length);
        new ReadOnlySpan<T>(from.Values + ((long)leaf.Begin * _dimensions), length).CopyTo(rows);
        var values = _values + ((long)leaf.Begin * _dimensions);
        for (var i = 0; i < leaf.Count; i++)
        {
            for (var p = 0; p < _dimensions; p++)
            {
                values[(p * leaf.Count) + i] = rows[(i * _dimensions) + p];
            }

            _order[leaf.Begin + i] = from.Order[leaf.Begin + i];
        }

        ArrayPool<T>.Shared.Return(rows);
    }

    // Without a branch on the value, which nobody could predict. The second side is filled from its end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Divide<TDimensions>(Side from, Side to, int begin, int end, int column, T pivot)
        where TDimensions : struct, ISmallNumber
    {
        var (left, right) = (begin, end - 1);
        for (var i = begin; i < end; i++)
        {
            var row = from.Values + ((nint)i * TDimensions.Count);
            var isLeft = row[column] < pivot ? 1 : 0;
            var place = right + (isLeft * (left - right));
            var target = to.Values + ((nint)place * TDimensions.Count);
            target[0] = row[0];
            if (TDimensions.Count > 1)
            {
                target[1] = row[1];
            }

            if (TDimensions.Count > 2)
            {
                target[2] = row[2];
            }

            if (TDimensions.Count > 3)
            {
                target[3] = row[3];
            }

            to.Order[place] = from.Order[i];
            left += isLeft;
            right -= 1 - isLeft;
        }

        return left;
    }

    private int DivideWide(Side from, Side to, int begin, int end, int column, T pivot)
    {
        var (left, right) = (begin, end - 1);
        for (var i = begin; i < end; i++)
        {
            var row = new ReadOnlySpan<T>(from.Values + ((nint)i * _dimensions), _dimensions);
            var isLeft = row[column] < pivot ? 1 : 0;
            var place = right + (isLeft * (left - right));
            row.CopyTo(new Span<T>(to.Values + ((nint)place * _dimensions), _dimensions));
            to.Order[place] = from.Order[i];
            left += isLeft;
            right -= 1 - isLeft;
        }

        return left;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Side(T* values, int* order)
    {
        public readonly T* Values = values;
        public readonly int* Order = order;
    }
}
