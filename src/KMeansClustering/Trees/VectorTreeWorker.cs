using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>A <see cref="TreeWorker{T}"/> with the vectors of one width.</summary>
internal sealed unsafe class VectorTreeWorker<T, TVector, TSimd> : TreeWorker<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, double>
{
    private readonly TreePass<T> _pass;
    private readonly PointTree<T> _tree;
    private readonly double* _centroids;
    private readonly CandidateLists<TVector, TSimd> _lists;
    private readonly PointMoves<T> _moves;
    private readonly int[] _nearest;
    private PassWork _work;

    public VectorTreeWorker(TreePass<T> pass)
    {
        _pass = pass;
        _tree = pass.Tree;
        _centroids = pass.Moves.Centroids;
        _lists = new CandidateLists<TVector, TSimd>(_tree.Dimensions);
        _moves = new PointMoves<T>(pass);
        _nearest = new int[_tree.LeafSize + LaneJudge<T>.Padding];
    }

    public override void Walk(int[] candidates, int mostPoints, List<(int Node, int[] Candidates)> units)
    {
        Visit(0, _lists.Set(candidates, _centroids, _pass.Moves.Allowed), mostPoints, units, null);
        _moves.Flush();
    }

    public override void Walk(TreeUnit unit, bool records)
    {
        Visit(unit.Node, _lists.Set(unit.Candidates, _centroids, _pass.Moves.Allowed), 0, [], records ? unit : null);
        _moves.Flush();
    }

    // While one leaf is measured, the next one's points are on their way from memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Revisit(TreeUnit unit)
    {
        fixed (int* records = unit.Records)
        {
            var (node, candidates, count, wanted) = (0, 0, 0, 0u);
            var end = unit.Records.Length;
            var ahead = end == 0 ? 0 : Next(records, 0);
            for (var record = 0; record < end; record = Next(records, record))
            {
                if (ahead < end)
                {
                    Prefetch.Line((byte*)_pass.Bounds!.Of(~records[ahead]));
                    ahead = Next(records, ahead);
                }

                var bounds = _pass.Bounds!.Of(~records[record]);
                LeafBounds.Drift(bounds, new ReadOnlySpan<int>(records + record + 2, records[record + 1]), _pass.Moves.Last);
                var unsettled = LeafBounds.Unsettled<TVector, TSimd>(bounds, _tree.Nodes[~records[record]].Count);
                if (unsettled != 0)
                {
                    Announce(~records[record], unsettled);
                    GiveEach(node, records + candidates, count, wanted, _pass.Bounds.Of(node));
                    (node, candidates, count, wanted) = (~records[record], record + 2, records[record + 1], unsettled);
                }
            }

            GiveEach(node, records + candidates, count, wanted, _pass.Bounds!.Of(node));
        }

        _moves.Flush();
    }

    public override int HandIn(ref PassWork work)
    {
        work.Add(_work);
        _work = default;
        return _moves.HandIn();
    }

    public override void Dispose()
    {
        _lists.Dispose();
        _moves.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Visit(int node, CandidateList candidates, int mostPoints, List<(int Node, int[] Candidates)> units, TreeUnit? unit)
    {
        ref readonly var here = ref _tree.Nodes[node];
        if (here.Count <= mostPoints)
        {
            units.Add((node, new ReadOnlySpan<int>(_lists.Numbers(candidates), candidates.Count).ToArray()));
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
            var bounds = unit is null ? null : Recall(node, candidates, unit);
            var wanted = bounds == null ? LeafBounds.All(here.Count) : LeafBounds.Unsettled<TVector, TSimd>(bounds, here.Count);
            GiveEach(node, _lists.Numbers(candidates), candidates.Count, wanted, bounds);
        }
        else
        {
            HandDown(node);
            Visit(here.Left, candidates, mostPoints, units, unit);
            Visit(here.Left + 1, candidates, mostPoints, units, unit);
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
            return;
        }

        if (_pass.Owners[node] != TreePass<T>.Mixed && _moves.HasSums(node))
        {
            _moves.HandOver(node, cluster);
        }
        else if (here.IsLeaf)
        {
            for (var place = here.Begin; place < here.Begin + here.Count; place++)
            {
                if (_pass.PlaceLabels[place] != cluster)
                {
                    _moves.Move(here, place, cluster);
                }
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

    // A leaf's bounds, brought up to date. They hold if the walk before this one found all of its candidates, and more or none; its record gives way to the one of this walk.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private double* Recall(int node, CandidateList candidates, TreeUnit unit)
    {
        var leaf = _pass.Bounds!.Of(node);
        var now = new ReadOnlySpan<int>(_lists.Numbers(candidates), candidates.Count);
        ref var place = ref _pass.Bounds.Place(node);
        var before = unit.Before(node, place);
        if (TreeUnit.Holds(before, now))
        {
            LeafBounds.Drift(leaf, before, _pass.Moves.Last);
        }
        else
        {
            LeafBounds.Forget(leaf, _tree.Nodes[node].Count);
        }

        place = unit.Record(node, now);
        return leaf;
    }

    // The record after one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(int* records, int record) => record + records[record + 1] + 2;

    // Asks the memory for the labels and values of some blocks.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Announce(int node, uint wanted)
    {
        ref readonly var leaf = ref _tree.Nodes[node];
        for (; wanted != 0; wanted &= wanted - 1)
        {
            var first = BitOperations.TrailingZeroCount(wanted) * LeafBounds.BlockSize;
            Prefetch.Line((byte*)(_pass.PlaceLabels + leaf.Begin + first));
            for (var p = 0; p < _tree.Dimensions; p++)
            {
                Prefetch.Line((byte*)(_tree.LeafValues(leaf) + (p * leaf.Count) + first));
            }
        }
    }

    // wanted: a bit for each block of points that is to be measured.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void GiveEach(int node, int* candidates, int count, uint wanted, double* bounds)
    {
        ref readonly var leaf = ref _tree.Nodes[node];
        if (wanted == 0)
        {
            return;
        }

        fixed (int* nearest = _nearest)
        {
            LaneJudge<T>.Nearest<TVector, TSimd>(
                _tree.LeafValues(leaf), leaf.Count, _tree.Dimensions, _centroids, candidates, count, wanted, nearest, bounds);
            for (; wanted != 0; wanted &= wanted - 1)
            {
                var first = BitOperations.TrailingZeroCount(wanted) * LeafBounds.BlockSize;
                var points = Math.Min(LeafBounds.BlockSize, leaf.Count - first);
                _work.ExactDistances += (long)points * count;
                _work.PointsSkipped -= points;
                var moved = Differing(_pass.PlaceLabels + leaf.Begin + first, nearest + first) & (uint.MaxValue >> (32 - points));
                if (moved == 0)
                {
                    continue;
                }

                _pass.Owners[node] = TreePass<T>.Mixed;
                for (; moved != 0; moved &= moved - 1)
                {
                    var i = first + BitOperations.TrailingZeroCount(moved);
                    _moves.Move(leaf, leaf.Begin + i, nearest[i]);
                }
            }
        }
    }

    // A bit for each label of a block that changes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Differing(int* before, int* now) =>
        ~Vector256.Equals(Vector256.Load(before), Vector256.Load(now)).ExtractMostSignificantBits();
}
