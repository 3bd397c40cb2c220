using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>The end of a <see cref="Looker"/>'s search: from the lowest scores of the groups it looked at, its label and its new bounds. For one thread.</summary>
internal sealed unsafe class Contest<T, TVector, TSimd> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const double Ulp = 1.0 / (1L << 52);

    // More than a rounding to float.
    private const double LimitPad = 1.0 / (1 << 23);

    private readonly BoundedSearch<T, TVector, TSimd> _search;
    private readonly AlignedBuffer<float> _lowers;
    private readonly List<(int Centroid, double Distance)> _judged = [];
    private PointView<T> _points;
    private double _halfSquare;
    private double _normFactor;
    private double _upperFactor;
    private double _halfOne;
    private double _tiny;
    private int _nearest;
    private int _candidate;
    private double _least;
    private float _limit;

    public Contest(BoundedSearch<T, TVector, TSimd> search)
    {
        _search = search;
        _lowers = new AlignedBuffer<float>(search.Groups.Count + TSimd.Count);
    }

    /// <summary>Pairs that went to the judge.</summary>
    public long ExactDistances { get; set; }

    /// <summary>Before the points of a pass.</summary>
    public void Begin(in PointView<T> points)
    {
        var packed = _search.Packed;
        _points = points;
        _halfSquare = Margin<T>.HalfSquare(_search.Rows.Form.Scale, _search.Dimensions);
        _halfOne = Margin<T>.HalfSquare(1, _search.Dimensions);
        _normFactor = 0.5 * (1 - packed.NormError - packed.PointFactor - (8 * Ulp));
        _upperFactor = 1 + (2 * packed.NormError / (1 - packed.NormError)) + packed.PointFactor + (8 * Ulp);
        _tiny = packed.Tiny;
    }

    /// <summary>The judge's squared distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Measure(int point, int centroid)
    {
        ExactDistances++;
        return Judge<T>.DistanceSquared(_points.Row(point), _search.Packed.Centroids + ((nint)centroid * _search.Dimensions), _search.Dimensions);
    }

    /// <summary>
    /// A bound on the distance of a point to a centroid: σ²d² is within 2κ(a² + b²) + 2·tiny of a² + b² − 2x·c (as for the <see cref="Margin{T}"/>), the norms being as wrong as a norm
    /// may be. Of sketches that is at least (t_x − t_c)² for the tails, which may be t_x + t_c apart: 4·t_x·t_c more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float UpperOf(int point, short* row, int centroid)
    {
        var packed = _search.Packed;
        var rows = _search.Rows;
        var product = ShortTile<TVector, TSimd>.Product(row, packed.Row(centroid), packed.Pairs);
        var norms = (double)rows.Norms[point] + packed.Norm(centroid);
        var tail = rows.Form.LongestTail(row, rows.Steps[point], rows.Norms[point], rows.Error);
        var square = (norms * _upperFactor) - (2.0 * product * rows.Steps[point] * packed.Step(centroid)) + (2 * _tiny) + (4 * tail * packed.Tail(centroid));
        return square >= 0 ? _search.Bounds.RoundUpScaled(Math.Sqrt(square)) : float.PositiveInfinity;
    }

    /// <summary>Above which score a centroid is farther than an upper bound says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float LimitOf(float upper, float norm) => Limit(_halfOne * upper * upper, norm);

    // Above which score a centroid is farther than half a square, σ²d²/2, of the judge's: a score is at most ½(σ²d² − a²) + κa² + tiny.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Limit(double halfSquare, float norm)
    {
        var value = halfSquare - (_normFactor * norm) + _tiny;
        return double.IsNaN(value) ? float.PositiveInfinity : (float)(value + (LimitPad * Math.Abs(value))) + float.Epsilon;
    }

    /// <summary>Whether the scores alone say that the point keeps its label; then its bounds are stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryKeep(ref Looker looker, float* lowest)
    {
        var keeps = *looker.Label >= 0 && LowestOf(lowest) > looker.Limit && float.IsFinite(looker.Norm);
        if (keeps)
        {
            StoreLowers(ref looker, lowest);
        }

        return keeps;
    }

    /// <summary>Finds the label and the bounds.</summary>
    /// <param name="looker">The point.</param>
    /// <param name="row">Its short row.</param>
    /// <param name="lowest">For each group it looked at, the lowest score of another centroid than its own; overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Settle(ref Looker looker, short* row, float* lowest)
    {
        var label = *looker.Label;
        if (!float.IsFinite(looker.Norm))
        {
            JudgeAll(ref looker);
            return;
        }

        var own = double.PositiveInfinity;
        if (label >= 0)
        {
            own = Measure(looker.Point, label);
            looker.Limit = Limit(_halfSquare * own, looker.Norm);
            _search.Bounds.Of(looker.Point)[0] = _search.Bounds.RoundUp(Math.Sqrt(own));
            if (TryKeep(ref looker, lowest))
            {
                return;
            }
        }

        Decide(ref looker, label, own, row, lowest);
    }

    public void Dispose() => _lowers.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Decide(ref Looker looker, int label, double own, short* row, float* lowest)
    {
        var groups = _search.Groups;
        _judged.Clear();
        _nearest = -1;
        _least = double.PositiveInfinity;
        _limit = float.PositiveInfinity;
        _candidate = -1;
        if (label >= 0)
        {
            Enter(ref looker, label, own);
        }

        // The centroid of the lowest score first: its distance leaves few of the others.
        var least = LowestOf(lowest);
        var leastGroup = new ReadOnlySpan<float>(lowest, groups.Count).IndexOf(least);
        if (least < float.PositiveInfinity)
        {
            _candidate = CandidateOf(ref looker, row, leastGroup);
            Enter(ref looker, _candidate, Measure(looker.Point, _candidate));
            if (!_search.Rows.Form.IsSketch)
            {
                // A score of whole points is also an upper bound.
                var packed = _search.Packed;
                _limit = MathF.Min(_limit, least + ((packed.PointFactor * looker.Norm) + packed.Slacks[groups.Positions[_candidate]] + packed.Tiny));
            }
        }

        for (var wanted = looker.Wanted; wanted != 0; wanted &= wanted - 1)
        {
            var group = BitOperations.TrailingZeroCount(wanted);
            if (!(lowest[group] > _limit) || group == leastGroup)
            {
                lowest[group] = Rescan(ref looker, label, row, group);
            }
        }

        *looker.Label = _nearest;
        var bounds = _search.Bounds.Of(looker.Point);
        bounds[0] = _search.Bounds.RoundUp(Math.Sqrt(_least));
        StoreLowers(ref looker, lowest);
        foreach (var (centroid, distance) in _judged)
        {
            if (centroid != _nearest)
            {
                var group = groups.GroupOf[centroid];
                bounds[1 + group] = MathF.Min(bounds[1 + group], MathF.BitDecrement(_search.Bounds.RoundDown(Math.Sqrt(distance)) + _search.Bounds.Drifts[group]));
            }
        }
    }

    // The lowest score of all groups.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float LowestOf(float* lowest)
    {
        var least = TSimd.Load(lowest);
        for (var g = TSimd.Count; g < _search.Groups.Count; g += TSimd.Count)
        {
            least = TSimd.Min(least, TSimd.Load(lowest + g));
        }

        return TSimd.MinAcross(least);
    }

    // Whose the lowest score of a group is, the own centroid left out. There is one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int CandidateOf(ref Looker looker, short* row, int group)
    {
        var (candidate, least) = (-1, float.PositiveInfinity);
        var end = _search.Groups.FirstVectors[group + 1];
        for (var vector = _search.Groups.FirstVectors[group]; vector < end; vector++)
        {
            var scores = Scores(ref looker, row, group, vector);
            for (var lane = 0; lane < TSimd.Count; lane++)
            {
                var score = ((float*)&scores)[lane];
                var position = (vector * TSimd.Count) + lane;
                (candidate, least) = score < least && position != looker.Position ? (_search.Groups.Order[position], score) : (candidate, least);
            }
        }

        return candidate;
    }

    // The scores of a vector of a group's centroids.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Scores(ref Looker looker, short* row, int group, int vector)
    {
        var packed = _search.Packed;
        var first = _search.Groups.FirstVectors[group];
        var column = (vector - first) % packed.PanelColumns;
        var panel = vector - column;
        var width = packed.ColumnsAt(panel, _search.Groups.FirstVectors[group + 1]) * TSimd.Count;
        var position = vector * TSimd.Count;
        var products = ShortTile<TVector, TSimd>.MultiplyRow(row, packed.Panel(panel) + (2 * column * TSimd.Count), width, packed.Pairs);
        return ShortTile<TVector, TSimd>.Score(products, TSimd.Create(looker.Step), packed.MinusSteps + position, packed.Offsets + position);
    }

    // The lowest index wins a tie, in whatever order they come.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Enter(ref Looker looker, int centroid, double distance)
    {
        _judged.Add((centroid, distance));
        if (distance < _least || (distance == _least && centroid < _nearest))
        {
            _nearest = centroid;
            _least = distance;
            _limit = MathF.Min(_limit, Limit(_halfSquare * distance, looker.Norm));
        }
    }

    // Scores a group once more; the judge on those within the limit. Gives the lowest score of the others.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Rescan(ref Looker looker, int label, short* row, int group)
    {
        var groups = _search.Groups;
        var infinity = TSimd.Create(float.PositiveInfinity);
        var unjudged = infinity;
        for (var vector = groups.FirstVectors[group]; vector < groups.FirstVectors[group + 1]; vector++)
        {
            var scores = Scores(ref looker, row, group, vector);
            var limit = TSimd.Create(_limit);
            unjudged = TSimd.Min(unjudged, TSimd.SelectLess(limit, scores, scores, infinity));
            for (var left = TSimd.MaskNotGreater(scores, limit); left != 0; left &= left - 1)
            {
                var centroid = groups.Order[(vector * TSimd.Count) + BitOperations.TrailingZeroCount(left)];
                if (centroid >= 0 && centroid != label && centroid != _candidate)
                {
                    Enter(ref looker, centroid, Measure(looker.Point, centroid));
                }
            }
        }

        return TSimd.MinAcross(unjudged);
    }

    // Where the arithmetic of the tile overflows: a point far away, in units of the centroids.
    private void JudgeAll(ref Looker looker)
    {
        ExactDistances += _search.Clusters;
        *looker.Label = Judge<T>.Nearest(_points.Row(looker.Point), _search.Packed.Centroids, _search.Clusters, _search.Dimensions, out _);
        _search.Bounds.Forget(looker.Point);
    }

    // From scores to distances: σ²d² ≥ a² + 2(score − κa² − tiny), in float, every rounding within the pad.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void StoreLowers(ref Looker looker, float* lowest)
    {
        var pad = _search.Bounds.Pad;
        var basis = TSimd.Create((2 * (float)_normFactor * looker.Norm * (1 - (2 * pad))) - (2 * _search.Packed.Tiny));
        var shrink = TSimd.Create(1 - (4 * pad));
        var below = TSimd.Create(1 - pad);
        var tiny = TSimd.Create(_search.Bounds.TinyDistance);
        var largest = TSimd.Create(float.MaxValue);
        var drifts = _search.Bounds.Drifts;
        for (var g = 0; g < _search.Groups.Count; g += TSimd.Count)
        {
            var square = TSimd.MultiplyAdd(TSimd.Create(2), TSimd.Load(lowest + g), basis);
            var distance = TSimd.Min(TSimd.Multiply(TSimd.Sqrt(TSimd.Max(square, TSimd.Create(0))), shrink), largest);
            var stored = TSimd.Multiply(TSimd.Add(TSimd.Subtract(distance, tiny), TSimd.Load(drifts + g)), below);

            // An infinite bound would hold for ever.
            TSimd.Store(TSimd.Min(stored, largest), _lowers.Pointer + g);
        }

        var bounds = _search.Bounds.Of(looker.Point) + 1;
        for (var wanted = looker.Wanted; wanted != 0; wanted &= wanted - 1)
        {
            var group = BitOperations.TrailingZeroCount(wanted);
            bounds[group] = _lowers.Pointer[group];
        }
    }
}
