using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;
using KMeansClustering.Trees;

namespace KMeansClustering.Seeding;

/// <summary>One thread of a <see cref="TreeDistances{T, TVector, TSimd}"/>: goes down from a node with the candidates that may come closer.</summary>
/// <param name="tree">The points.</param>
/// <param name="candidates">The candidates.</param>
/// <param name="potential">The potential.</param>
/// <param name="distances">D² of each place.</param>
/// <param name="greatest">For each node, what no D² of its points is above.</param>
/// <param name="weights">The weight of each place; null for 1 each.</param>
internal sealed unsafe class TreeScan<T, TVector, TSimd>(
    PointTree<T> tree, CandidateLanes<T, TVector, TSimd> candidates, Potential potential, double* distances, double* greatest, T* weights) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, double>
{
    private readonly double* _distances = distances;
    private readonly double* _greatest = greatest;
    private readonly T* _weights = weights;
    private readonly Int128[] _gains = new Int128[Reach<T>.MaxCandidates];
    private readonly Int128[] _changes = new Int128[potential.Blocks];
    private AlignedBuffer<double> _measured = new(Potential.BlockSize);

    /// <summary>Adds up what the candidates would gain in a node.</summary>
    public void AddGains(int node) => Visit(node, candidates.Near(tree, node, _greatest[node]), takes: false);

    /// <summary>Brings D² of a node up to date with the only candidate.</summary>
    public void Take(int node) => Visit(node, candidates.Near(tree, node, _greatest[node]), takes: true);

    /// <summary>Sets D² in a node to the distances from the only candidate, the first centroid; gives the greatest w·D².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double MeasureFirst(int number)
    {
        ref readonly var node = ref tree.Nodes[number];
        if (node.IsLeaf)
        {
            return SetLeaf(number);
        }

        var greatestMass = Math.Max(MeasureFirst(node.Left), MeasureFirst(node.Left + 1));
        _greatest[number] = Math.Max(_greatest[node.Left], _greatest[node.Left + 1]);
        return greatestMass;
    }

    public void HandInGains(Int128[] total)
    {
        for (var candidate = 0; candidate < total.Length; candidate++)
        {
            total[candidate] += _gains[candidate];
            _gains[candidate] = 0;
        }
    }

    public void HandInChanges() => potential.Lower(_changes);

    public void Dispose() => _measured.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Visit(int number, uint near, bool takes)
    {
        if (near == 0)
        {
            return;
        }

        ref readonly var node = ref tree.Nodes[number];
        if (!node.IsLeaf)
        {
            Visit(node.Left, near & candidates.Near(tree, node.Left, _greatest[node.Left]), takes);
            Visit(node.Left + 1, near & candidates.Near(tree, node.Left + 1, _greatest[node.Left + 1]), takes);
            _greatest[number] = Math.Max(_greatest[node.Left], _greatest[node.Left + 1]);
            return;
        }

        for (; near != 0; near &= near - 1)
        {
            var candidate = BitOperations.TrailingZeroCount(near);
            if (takes)
            {
                _greatest[number] = TakeLeaf(node, candidate);
            }
            else
            {
                var (high, low) = LeafGain(node, candidate);
                _gains[candidate] += Potential.Join(high, low);
            }
        }
    }

    // The units of all points that come closer: whole numbers below 2⁵¹ in double, so their sums have no rounding and no order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private (long High, long Low) LeafGain(in TreeNode leaf, int candidate)
    {
        var values = tree.LeafValues(leaf);
        var centroid = candidates.Row(candidate);
        var (firstFactor, secondFactor) = potential.Factors;
        var first = TSimd.Create(firstFactor);
        var second = TSimd.Create(secondFactor);
        var offset = TSimd.Create(SumScale.RoundingOffset);
        var nextLimb = TSimd.Create(1L << SumScale.LimbBits);
        var zero = TSimd.Create(0);
        var (high, low) = (zero, zero);
        for (var i = 0; i < leaf.Count; i += TSimd.Count)
        {
            var before = TSimd.Load(_distances + leaf.Begin + i);
            var after = LaneJudge<T>.Distance<TVector, TSimd>(values + i, leaf.Count, tree.Dimensions, centroid);
            var valid = (1u << Math.Min(TSimd.Count, leaf.Count - i)) - 1;
            if ((~TSimd.MaskNotGreater(before, after) & valid) == 0)
            {
                continue;
            }

            // Where it does not come closer, nothing is gained.
            after = TSimd.Min(before, after);
            if (_weights != null)
            {
                var weight = Weights(leaf.Begin + i);
                before = TSimd.Multiply(weight, before);
                after = TSimd.Multiply(weight, after);
            }

            before = TSimd.Multiply(TSimd.Multiply(before, first), second);
            after = TSimd.Multiply(TSimd.Multiply(after, first), second);
            var wholeBefore = TSimd.Subtract(TSimd.Add(before, offset), offset);
            var wholeAfter = TSimd.Subtract(TSimd.Add(after, offset), offset);
            var restBefore = TSimd.Multiply(TSimd.Subtract(before, wholeBefore), nextLimb);
            var restAfter = TSimd.Multiply(TSimd.Subtract(after, wholeAfter), nextLimb);
            restBefore = TSimd.Subtract(TSimd.Add(restBefore, offset), offset);
            restAfter = TSimd.Subtract(TSimd.Add(restAfter, offset), offset);
            high = TSimd.Add(high, TSimd.FirstLanes(TSimd.Subtract(wholeBefore, wholeAfter), leaf.Count - i));
            low = TSimd.Add(low, TSimd.FirstLanes(TSimd.Subtract(restBefore, restAfter), leaf.Count - i));
        }

        return ((long)TSimd.SumAcross(high), (long)TSimd.SumAcross(low));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Weights(int place) => typeof(T) == typeof(float) ? TSimd.LoadWidened((float*)_weights + place) : TSimd.Load((double*)_weights + place);

    // Gives the greatest D² left.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private double TakeLeaf(in TreeNode leaf, int candidate)
    {
        var measured = Measure(leaf, candidate);
        var left = 0.0;
        for (var i = 0; i < leaf.Count; i++)
        {
            var place = leaf.Begin + i;
            if (measured[i] < _distances[place])
            {
                var weight = WeightOf(place);
                _changes[tree.Order[place] / Potential.BlockSize] += potential.Fall(weight * _distances[place], weight * measured[i]);
                _distances[place] = measured[i];
            }

            left = _distances[place] > left ? _distances[place] : left;
        }

        return left;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private double SetLeaf(int number)
    {
        ref readonly var leaf = ref tree.Nodes[number];
        var measured = Measure(leaf, 0);
        var (farthest, greatestMass) = (0.0, 0.0);
        for (var i = 0; i < leaf.Count; i++)
        {
            var distance = measured[i];
            var mass = WeightOf(leaf.Begin + i) * distance;
            _distances[leaf.Begin + i] = distance;
            farthest = distance > farthest ? distance : farthest;
            greatestMass = mass > greatestMass ? mass : greatestMass;
        }

        _greatest[number] = farthest;
        return greatestMass;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double WeightOf(int place) => _weights == null ? 1 : double.CreateTruncating(_weights[place]);

    // Whole vectors reach past a leaf's points, so they are not written in place.
    private double* Measure(in TreeNode leaf, int candidate)
    {
        if (_measured.Length < leaf.Count + LaneJudge<T>.Padding)
        {
            _measured.Dispose();
            _measured = new AlignedBuffer<double>(leaf.Count + LaneJudge<T>.Padding);
        }

        LaneJudge<T>.Measure<TVector, TSimd>(tree.LeafValues(leaf), leaf.Count, tree.Dimensions, candidates.Row(candidate), _measured.Pointer);
        return _measured.Pointer;
    }
}
