using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>One thread of a <see cref="TreePass{T}"/>.</summary>
internal sealed unsafe class TreeWorker<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Block = 256;

    private readonly TreePass<T> _pass;
    private readonly PointTree<T> _tree;
    private readonly int _dimensions;
    private readonly double _roundoff;
    private readonly AlignedBuffer<double> _box;
    private readonly AlignedBuffer<double> _fromCentre;
    private readonly AlignedBuffer<T> _rows;
    private readonly AlignedBuffer<T> _rowWeights;
    private readonly int[] _from = new int[Block];
    private readonly int[] _to = new int[Block];
    private readonly SumDelta<T>? _delta;
    private int[] _lists;
    private int[] _nearest = new int[Block];
    private int _moving;
    private int _changed;
    private PassWork _work;

    public TreeWorker(TreePass<T> pass)
    {
        _pass = pass;
        _tree = pass.Tree;
        _dimensions = _tree.Dimensions;
        _roundoff = 64 * (_dimensions + 8) * Math.ScaleB(1, -53);
        _box = new AlignedBuffer<double>(2 * _dimensions);
        _fromCentre = new AlignedBuffer<double>(pass.Clusters);
        _rows = new AlignedBuffer<T>((long)Block * _dimensions);
        _rowWeights = new AlignedBuffer<T>(Block);
        _lists = new int[4 * pass.Clusters];
        _delta = pass.Totals is null ? null : SumDelta<T>.Create(pass.Totals.Scale, pass.Clusters, pass.Weights != null);
    }

    /// <summary>Labels the points of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="candidates">The centroids that may be nearest to some of its points, ascending.</param>
    /// <param name="mostPoints">Nodes of at most so many points are left for later.</param>
    /// <param name="later">Receives them and their candidates.</param>
    public void Visit(int node, int[] candidates, int mostPoints, List<(int Node, int[] Candidates)> later)
    {
        candidates.CopyTo(_lists, 0);
        Visit(node, 0, candidates.Length, mostPoints, later);
        MoveRows();
    }

    /// <summary>Gives how many labels changed, and what it took; the sums go to the totals.</summary>
    public int HandIn(ref PassWork work)
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

    public void Dispose()
    {
        _box.Dispose();
        _fromCentre.Dispose();
        _rows.Dispose();
        _rowWeights.Dispose();
        _delta?.Dispose();
    }

    // The candidates stand in the lists from a place on; what is left of them is written behind them.
    private void Visit(int node, int first, int count, int mostPoints, List<(int Node, int[] Candidates)> later)
    {
        ref readonly var here = ref _tree.Nodes[node];
        if (here.Count <= mostPoints)
        {
            later.Add((node, _lists[first..(first + count)]));
            return;
        }

        if (_lists.Length < first + (2 * count))
        {
            Array.Resize(ref _lists, 2 * _lists.Length);
        }

        var left = count == 1 ? 1 : Prune(node, first, count);
        first += count == 1 ? 0 : count;
        if (left == 1)
        {
            GiveWhole(node, _lists[first]);
        }
        else if (here.IsLeaf)
        {
            GiveEach(node, first, left);
        }
        else
        {
            HandDown(node);
            Visit(here.Left, first, left, mostPoints, later);
            Visit(here.Left + 1, first, left, mostPoints, later);
        }
    }

    // Drops the centroids that are beaten throughout the box by the one nearest to its centre. For x in the box ‖x − c‖² − ‖x − c*‖² is linear in x, so least at a corner: v.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Prune(int node, int first, int count)
    {
        var dimensions = _dimensions;
        var centroids = _pass.Centroids;
        var low = _box.Pointer;
        var high = low + dimensions;
        var box = _tree.Box(node);
        var diagonal = 0.0;
        for (var p = 0; p < dimensions; p++)
        {
            low[p] = double.CreateTruncating(box[p]);
            high[p] = double.CreateTruncating(box[dimensions + p]);
            diagonal += (high[p] - low[p]) * (high[p] - low[p]);
        }

        _work.NodeDistances += count;
        fixed (int* lists = _lists)
        {
            var candidates = lists + first;
            var (best, least) = (0, double.PositiveInfinity);
            for (var a = 0; a < count; a++)
            {
                var centroid = centroids + ((nint)candidates[a] * dimensions);
                var distance = 0.0;
                for (var p = 0; p < dimensions; p++)
                {
                    var difference = (0.5 * (low[p] + high[p])) - centroid[p];
                    distance += difference * difference;
                }

                _fromCentre.Pointer[a] = distance;
                if (distance < least)
                {
                    least = distance;
                    best = a;
                }
            }

            var winner = centroids + ((nint)candidates[best] * dimensions);
            var survivors = candidates + count;
            var left = 0;
            for (var a = 0; a < count; a++)
            {
                var centroid = centroids + ((nint)candidates[a] * dimensions);
                var ahead = 0.0;
                for (var p = 0; p < dimensions; p++)
                {
                    var corner = centroid[p] > winner[p] ? high[p] : low[p];
                    ahead += (winner[p] - centroid[p]) * ((corner - centroid[p]) + (corner - winner[p]));
                }

                // Twice the squares of the distances to the centre and of half the diagonal bound what can be lost to rounding, the judge's included.
                var error = (_roundoff * (_fromCentre.Pointer[a] + least + diagonal)) + 1e-300;
                survivors[left] = candidates[a];
                left += ahead > error ? 0 : 1;
            }

            return left;
        }
    }

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

    private void GiveWhole(int node, int cluster)
    {
        if (_pass.Owners[node] == cluster)
        {
            return;
        }

        ref readonly var here = ref _tree.Nodes[node];
        if (here.IsLeaf)
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

    private void GiveEach(int node, int first, int count)
    {
        ref readonly var leaf = ref _tree.Nodes[node];
        if (_nearest.Length < leaf.Count + LaneJudge<T>.Padding)
        {
            _nearest = new int[leaf.Count + LaneJudge<T>.Padding];
        }

        _work.ExactDistances += (long)leaf.Count * count;
        fixed (int* nearest = _nearest)
        fixed (int* lists = _lists)
        {
            LaneJudge<T>.Nearest(_tree.LeafValues(leaf), leaf.Count, _dimensions, _pass.Centroids, lists + first, count, nearest);
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
    private void MoveRows()
    {
        if (_delta is null || _moving == 0)
        {
            return;
        }

        if (_delta.Pending + (2 * _moving) > SumScale.MaxPending)
        {
            _pass.Totals!.Absorb(_delta);
        }

        fixed (int* from = _from, to = _to)
        {
            _delta.Move(new PointView<T>(_rows.Pointer, _moving, _dimensions), 0, _moving, from, to, _pass.Weights == null ? null : _rowWeights.Pointer);
        }

        _moving = 0;
    }
}
