using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>A <see cref="TreeWorker{T}"/> with the vectors of one width.</summary>
internal sealed unsafe class VectorTreeWorker<T, TVector, TSimd> : TreeWorker<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, double>
{
    private const int Block = 256;

    private readonly TreePass<T> _pass;
    private readonly PointTree<T> _tree;
    private readonly int _dimensions;
    private readonly CandidateLists<TVector, TSimd> _lists;
    private readonly AlignedBuffer<T> _rows;
    private readonly AlignedBuffer<T> _rowWeights;
    private readonly int[] _from = new int[Block];
    private readonly int[] _to = new int[Block];
    private readonly SumDelta<T>? _delta;
    private int[] _nearest = new int[Block];
    private int _moving;
    private int _changed;
    private PassWork _work;

    public VectorTreeWorker(TreePass<T> pass)
    {
        _pass = pass;
        _tree = pass.Tree;
        _dimensions = _tree.Dimensions;
        _lists = new CandidateLists<TVector, TSimd>(_dimensions);
        _rows = new AlignedBuffer<T>((long)Block * _dimensions);
        _rowWeights = new AlignedBuffer<T>(Block);
        _delta = pass.Totals is null ? null : SumDelta<T>.Create(pass.Totals.Scale, pass.Clusters, pass.Weights != null);
    }

    public override void Visit(int node, int[] candidates, int mostPoints, List<(int Node, int[] Candidates)> later)
    {
        Visit(node, _lists.Set(candidates, _pass.Centroids), mostPoints, later);
        MoveRows();
    }

    public override int HandIn(ref PassWork work)
    {
        if (_delta is { Pending: > 0 })
        {
            _pass.Totals!.Absorb(_delta);
        }

        work.Add(_work);
        _work = default;
        var changed = _changed;
        _changed = 0;
        return changed;
    }

    public override void Dispose()
    {
        _lists.Dispose();
        _rows.Dispose();
        _rowWeights.Dispose();
        _delta?.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Visit(int node, CandidateList candidates, int mostPoints, List<(int Node, int[] Candidates)> later)
    {
        ref readonly var here = ref _tree.Nodes[node];
        if (here.Count <= mostPoints)
        {
            later.Add((node, new ReadOnlySpan<int>(_lists.Numbers(candidates), candidates.Count).ToArray()));
            return;
        }

        if (candidates.Count > 1)
        {
            _work.NodeDistances += candidates.Count;
            candidates = _lists.Prune(candidates, _tree, node);
        }

        if (candidates.Count == 1)
        {
            GiveWhole(node, *_lists.Numbers(candidates));
        }
        else if (here.IsLeaf)
        {
            GiveEach(node, candidates);
        }
        else
        {
            HandDown(node);
            Visit(here.Left, candidates, mostPoints, later);
            Visit(here.Left + 1, candidates, mostPoints, later);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void HandDown(int node)
    {
        var owner = _pass.Owners[node];
        if (owner != TreePass<T>.Mixed)
        {
            _pass.Owners[node] = TreePass<T>.Mixed;
            _pass.Owners[_tree.Nodes[node].Left] = owner;
            _pass.Owners[_tree.Nodes[node].Left + 1] = owner;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void GiveWhole(int node, int cluster)
    {
        ref readonly var here = ref _tree.Nodes[node];
        if (_pass.Owners[node] == cluster)
        {
            _work.PointsSkipped += here.Count;
            return;
        }

        if (_pass.Owners[node] != TreePass<T>.Mixed && (_delta is null || _pass.Sums!.Has(node)))
        {
            HandOver(node, cluster);
        }
        else if (here.IsLeaf)
        {
            for (var place = here.Begin; place < here.Begin + here.Count; place++)
            {
                GiveOne(here, place, cluster);
            }
        }
        else
        {
            HandDown(node);
            GiveWhole(here.Left, cluster);
            GiveWhole(here.Left + 1, cluster);
        }

        _pass.Owners[node] = cluster;
    }

    // All points of a node from one cluster to another, by the node's sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void HandOver(int node, int cluster)
    {
        ref readonly var here = ref _tree.Nodes[node];
        if (_delta is not null)
        {
            _pass.Totals!.MakeRoom(_delta, 2 * here.Count);
            _pass.Sums!.Move(node, _delta, _pass.Owners[node], cluster);
        }

        _work.PointsSkipped += here.Count;
        _changed += here.Count;
        new Span<int>(_pass.PlaceLabels + here.Begin, here.Count).Fill(cluster);
        for (var place = here.Begin; place < here.Begin + here.Count; place++)
        {
            _pass.PointLabels[_tree.Order[place]] = cluster;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void GiveEach(int node, CandidateList candidates)
    {
        ref readonly var leaf = ref _tree.Nodes[node];
        if (_nearest.Length < leaf.Count + LaneJudge<T>.Padding)
        {
            _nearest = new int[leaf.Count + LaneJudge<T>.Padding];
        }

        _work.ExactDistances += (long)leaf.Count * candidates.Count;
        fixed (int* nearest = _nearest)
        {
            LaneJudge<T>.Nearest<TVector, TSimd>(
                _tree.LeafValues(leaf), leaf.Count, _dimensions, _pass.Centroids, _lists.Numbers(candidates), candidates.Count, nearest);
            var labels = new ReadOnlySpan<int>(_pass.PlaceLabels + leaf.Begin, leaf.Count);
            if (labels.SequenceEqual(new ReadOnlySpan<int>(nearest, leaf.Count)))
            {
                return;
            }

            _pass.Owners[node] = TreePass<T>.Mixed;
            for (var i = 0; i < leaf.Count; i++)
            {
                GiveOne(leaf, leaf.Begin + i, nearest[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void GiveOne(in TreeNode leaf, int place, int cluster)
    {
        if (_pass.PlaceLabels[place] != cluster)
        {
            Move(leaf, place, cluster);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Move(in TreeNode leaf, int place, int cluster)
    {
        var point = _tree.Order[place];
        _changed++;
        if (_delta is not null)
        {
            _tree.CopyPoint(leaf, place, _rows.Pointer + ((nint)_moving * _dimensions));
            _rowWeights.Pointer[_moving] = _pass.Weights == null ? T.One : _pass.Weights[point];
            _from[_moving] = _pass.PlaceLabels[place];
            _to[_moving] = cluster;
            if (++_moving == Block)
            {
                MoveRows();
            }
        }

        _pass.PlaceLabels[place] = cluster;
        _pass.PointLabels[point] = cluster;
    }

    // Each move takes a point away and adds it elsewhere.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void MoveRows()
    {
        if (_delta is null || _moving == 0)
        {
            return;
        }

        _pass.Totals!.MakeRoom(_delta, 2 * _moving);
        fixed (int* from = _from, to = _to)
        {
            _delta.Move(new PointView<T>(_rows.Pointer, _moving, _dimensions), 0, _moving, from, to, _pass.Weights == null ? null : _rowWeights.Pointer);
        }

        _moving = 0;
    }
}
