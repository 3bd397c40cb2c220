using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;
using KMeansClustering.Trees;

namespace KMeansClustering.Seeding;

/// <summary>
/// The reach of candidates by a tree: a node keeps the largest D² of its points (or what it was, as D² only falls), and candidates whose distance from its box is not below it go no
/// further. A leaf's points are measured by the judge, a lane each.
/// </summary>
internal sealed unsafe class TreeReach<T> : Reach<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Tiny = 1e-300;

    private readonly PointTree<T> _tree;
    private readonly int[] _units;
    private readonly AlignedBuffer<int> _places;
    private readonly AlignedBuffer<double> _greatest;
    private readonly AlignedBuffer<double> _candidates;
    private readonly AlignedBuffer<double>?[] _scratch;
    private readonly double _shrink;
    private int _count;

    public TreeReach(PointTree<T> tree, Crew crew)
    {
        _tree = tree;
        _units = tree.Cut(Potential.BlockSize);
        UnitSize = Math.Max(Potential.BlockSize, _units.Max(node => tree.Nodes[node].Count));
        _places = new AlignedBuffer<int>(tree.Count);
        for (var place = 0; place < tree.Count; place++)
        {
            _places.Pointer[tree.Order[place]] = place;
        }

        _greatest = new AlignedBuffer<double>(tree.Nodes.Length);
        _candidates = new AlignedBuffer<double>((long)MaxCandidates * tree.Dimensions);
        _scratch = new AlignedBuffer<double>?[crew.Size];

        // More than the rounding of a node's distance and of the judge's.
        _shrink = 1 - (8 * (tree.Dimensions + 8) * Math.ScaleB(1, -53));
    }

    public override int Units => _units.Length;

    public override int UnitSize { get; }

    public override int PointAt(int place) => _tree.Order[place];

    public override int PlaceOf(int point) => _places.Pointer[point];

    public override void Begin() => new Span<double>(_greatest.Pointer, _tree.Nodes.Length).Fill(double.PositiveInfinity);

    public override void Prepare(T* candidates, int count, Crew crew)
    {
        _count = count;
        for (var i = 0; i < count * _tree.Dimensions; i++)
        {
            _candidates.Pointer[i] = double.CreateTruncating(candidates[i]);
        }
    }

    public override int Find(int thread, int unit, double* distances, CloserPair* pairs)
    {
        var scratch = _scratch[thread] ??= new AlignedBuffer<double>(UnitSize + LaneJudge<T>.Padding);
        return Visit(_units[unit], uint.MaxValue >> (MaxCandidates - _count), distances, scratch.Pointer, pairs);
    }

    public override void Came(int place, double distance)
    {
    }

    public override void Dispose()
    {
        _places.Dispose();
        _greatest.Dispose();
        _candidates.Dispose();
        foreach (var scratch in _scratch)
        {
            scratch?.Dispose();
        }
    }

    private int Visit(int number, uint candidates, double* distances, double* scratch, CloserPair* pairs)
    {
        var node = _tree.Nodes[number];
        var near = Near(number, candidates);
        if (near == 0)
        {
            return 0;
        }

        if (node.IsLeaf)
        {
            // What was found before may have brought its points closer since.
            _greatest.Pointer[number] = TensorPrimitives.Max(new ReadOnlySpan<double>(distances + node.Begin, node.Count));
            near = Near(number, near);
            return near == 0 ? 0 : Measure(node, near, distances, scratch, pairs);
        }

        var found = Visit(node.Left, near, distances, scratch, pairs);
        found += Visit(node.Left + 1, near, distances, scratch, pairs + found);
        _greatest.Pointer[number] = Math.Max(_greatest.Pointer[node.Left], _greatest.Pointer[node.Left + 1]);
        return found;
    }

    // A bit for each candidate that may come closer to some point of the node.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private uint Near(int number, uint candidates)
    {
        var dimensions = _tree.Dimensions;
        var box = _tree.Box(number);
        var greatest = _greatest.Pointer[number];
        var near = 0u;
        for (var left = candidates; left != 0; left &= left - 1)
        {
            var candidate = _candidates.Pointer + (BitOperations.TrailingZeroCount(left) * dimensions);
            var distance = 0.0;
            for (var p = 0; p < dimensions; p++)
            {
                var outside = Math.Max(Math.Max(double.CreateTruncating(box[p]) - candidate[p], candidate[p] - double.CreateTruncating(box[dimensions + p])), 0);
                distance += outside * outside;
            }

            near |= (distance * _shrink) - Tiny >= greatest ? 0 : left & (0 - left);
        }

        return near;
    }

    private int Measure(in TreeNode leaf, uint near, double* distances, double* scratch, CloserPair* pairs)
    {
        var found = 0;
        for (; near != 0; near &= near - 1)
        {
            var candidate = BitOperations.TrailingZeroCount(near);
            LaneJudge<T>.Measure(_tree.LeafValues(leaf), leaf.Count, _tree.Dimensions, _candidates.Pointer + (candidate * _tree.Dimensions), scratch);
            found += Collect(leaf.Begin, leaf.Count, candidate, distances, scratch, pairs + found);
        }

        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Collect(int first, int count, int candidate, double* distances, double* measured, CloserPair* pairs)
    {
        var found = 0;
        for (var i = 0; i < count; i++)
        {
            // Written always, kept if closer: nobody could predict which.
            pairs[found] = new CloserPair(first + i, candidate, measured[i]);
            found += measured[i] < distances[first + i] ? 1 : 0;
        }

        return found;
    }
}
