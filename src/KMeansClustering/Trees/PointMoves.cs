using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>Gives the points of a tree new labels, one by one or by whole nodes, and lets the clusters' sums follow: one thread's part of a <see cref="TreePass{T}"/>.</summary>
internal sealed unsafe class PointMoves<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Block = 256;

    private readonly TreePass<T> _pass;
    private readonly PointTree<T> _tree;
    private readonly int _dimensions;
    private readonly AlignedBuffer<T> _rows;
    private readonly AlignedBuffer<T> _weights;
    private readonly int[] _from = new int[Block];
    private readonly int[] _to = new int[Block];
    private readonly SumDelta<T>? _delta;
    private int _moving;
    private int _changed;

    public PointMoves(TreePass<T> pass)
    {
        _pass = pass;
        _tree = pass.Tree;
        _dimensions = _tree.Dimensions;
        _rows = new AlignedBuffer<T>((long)Block * _dimensions);
        _weights = new AlignedBuffer<T>(Block);
        _delta = pass.Totals is null ? null : SumDelta<T>.Create(pass.Totals.Scale, pass.Clusters, pass.Weights != null);
    }

    /// <summary>Whether a node's sums are at hand, if sums are to follow at all.</summary>
    public bool HasSums(int node) => _delta is null || _pass.Sums!.Has(node);

    /// <summary>Gives how many labels changed; the sums go to the totals.</summary>
    public int HandIn()
    {
        if (_delta is { Pending: > 0 })
        {
            _pass.Totals!.Absorb(_delta);
        }

        var changed = _changed;
        _changed = 0;
        return changed;
    }

    /// <summary>All points of a node from one cluster to another, by the node's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void HandOver(int node, int cluster)
    {
        ref readonly var here = ref _tree.Nodes[node];
        if (_delta is not null)
        {
            _pass.Totals!.MakeRoom(_delta, 2 * here.Count);
            _pass.Sums!.Move(node, _delta, _pass.Owners[node], cluster);
        }

        _changed += here.Count;
        new Span<int>(_pass.PlaceLabels + here.Begin, here.Count).Fill(cluster);
        for (var place = here.Begin; place < here.Begin + here.Count; place++)
        {
            _pass.PointLabels[_tree.Order[place]] = cluster;
        }
    }

    /// <summary>A point of a leaf to another cluster.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Move(in TreeNode leaf, int place, int cluster)
    {
        var point = _tree.Order[place];
        _changed++;
        if (_delta is not null)
        {
            _tree.CopyPoint(leaf, place, _rows.Pointer + ((nint)_moving * _dimensions));
            _weights.Pointer[_moving] = _pass.Weights == null ? T.One : _pass.Weights[point];
            _from[_moving] = _pass.PlaceLabels[place];
            _to[_moving] = cluster;
            if (++_moving == Block)
            {
                Flush();
            }
        }

        _pass.PlaceLabels[place] = cluster;
        _pass.PointLabels[point] = cluster;
    }

    /// <summary>Lets the sums follow the points that have moved one by one. Each move takes a point away and adds it elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Flush()
    {
        if (_delta is null || _moving == 0)
        {
            return;
        }

        _pass.Totals!.MakeRoom(_delta, 2 * _moving);
        fixed (int* from = _from, to = _to)
        {
            _delta.Move(new PointView<T>(_rows.Pointer, _moving, _dimensions), 0, _moving, from, to, _pass.Weights == null ? null : _weights.Pointer);
        }

        _moving = 0;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _weights.Dispose();
        _delta?.Dispose();
    }
}
