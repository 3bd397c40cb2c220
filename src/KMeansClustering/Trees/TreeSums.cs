using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>The exact sums of each node's points, in the fixed point of the clusters' sums: a node that changes hands whole takes them along, without a look at its points.</summary>
/// <remarks>Only for nodes small enough that a sum stays far below 2⁶³ in 64 bits; larger ones hand over their children.</remarks>
internal sealed unsafe class TreeSums<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostPoints = SumScale.MaxPending / 4;
    private const int WeightLimbs = SumDelta<T>.WeightLimbs;

    private readonly PointTree<T> _tree;
    private readonly AlignedBuffer<long> _values;
    private readonly int _sums;
    private readonly int _stride;

    /// <summary>Adds the points up.</summary>
    /// <param name="tree">The points.</param>
    /// <param name="weights">A weight for each point, or null.</param>
    /// <param name="scale">The fixed point.</param>
    /// <param name="crew">The threads.</param>
    public TreeSums(PointTree<T> tree, T* weights, SumScale scale, Crew crew)
    {
        _tree = tree;
        _sums = tree.Dimensions * scale.Limbs;
        _stride = _sums + 1 + (weights == null ? 0 : WeightLimbs);
        _values = new AlignedBuffer<long>((long)_stride * tree.Nodes.Length);
        var deltas = new SumDelta<T>?[crew.Size];
        crew.Run(tree.Nodes.Length, 1 << 8, 32.0 * tree.Dimensions, (thread, first, count) =>
        {
            var delta = deltas[thread] ??= SumDelta<T>.Create(scale, 1, weights != null);
            for (var node = first; node < first + count; node++)
            {
                if (_tree.Nodes[node].IsLeaf)
                {
                    AddLeaf(node, weights, delta);
                }
            }
        });
        AddChildren();
        foreach (var delta in deltas)
        {
            delta?.Dispose();
        }
    }

    /// <summary>Whether a node's sums are kept.</summary>
    public bool Has(int node) => _tree.Nodes[node].Count <= MostPoints;

    /// <summary>Moves a node's points from one cluster (−1 for none) to another.</summary>
    public void Move(int node, SumDelta<T> delta, int from, int to)
    {
        var values = Of(node);
        delta.MoveMany(values, values[_sums], values + _sums + 1, _tree.Nodes[node].Count, from, to);
    }

    public void Dispose() => _values.Dispose();

    // d × limbs sums, the count of points of positive weight, and the limbs of the weight.
    private long* Of(int node) => _values.Pointer + ((nint)node * _stride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddChildren()
    {
        for (var node = _tree.Nodes.Length - 1; node >= 0; node--)
        {
            var left = _tree.Nodes[node].Left;
            for (var i = 0; left > 0 && Has(node) && i < _stride; i++)
            {
                Of(node)[i] = Of(left)[i] + Of(left + 1)[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddLeaf(int node, T* weights, SumDelta<T> delta)
    {
        ref readonly var leaf = ref _tree.Nodes[node];
        var rows = ArrayPool<T>.Shared.Rent(leaf.Count * _tree.Dimensions);
        var rowWeights = ArrayPool<T>.Shared.Rent(leaf.Count);
        var from = ArrayPool<int>.Shared.Rent(leaf.Count);
        var to = ArrayPool<int>.Shared.Rent(leaf.Count);
        Array.Fill(from, -1);
        Array.Clear(to);
        fixed (T* row = rows, weight = rowWeights)
        fixed (int* old = from, now = to)
        {
            for (var i = 0; i < leaf.Count; i++)
            {
                _tree.CopyPoint(leaf, leaf.Begin + i, row + ((nint)i * _tree.Dimensions));
                weight[i] = weights == null ? T.One : weights[_tree.Order[leaf.Begin + i]];
            }

            delta.Move(new PointView<T>(row, leaf.Count, _tree.Dimensions), 0, leaf.Count, old, now, weights == null ? null : weight);
        }

        ArrayPool<T>.Shared.Return(rows);
        ArrayPool<T>.Shared.Return(rowWeights);
        ArrayPool<int>.Shared.Return(from);
        ArrayPool<int>.Shared.Return(to);
        delta.ReadOnly(Of(node), Of(node) + _sums, Of(node) + _sums + 1);
        delta.Clear();
    }
}
