using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// The reach of candidates by <see cref="ShortRows{T}"/>: a lane is a point, whose scores are compared with a limit that its D² sets. Only those within it are measured.
/// </summary>
internal sealed unsafe class ShortReach<T, TVector, TSimd> : Reach<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const int Together = ShortLanes<TVector, TSimd>.Rows;
    private const int ReadAhead = 4;

    // Memory answers after about so many.
    private const int BytesAhead = 1 << 13;

    // More than a limit's roundings in float, which are on the side of the squared distance and of the norm.
    private const double Slack = 1e-6;

    private readonly PointView<T> _points;
    private readonly ShortRows<T> _rows;
    private readonly ShortCentroids<T> _candidates;
    private readonly AlignedBuffer<float> _limits;
    private readonly Scratch?[] _scratch;
    private readonly double _halfSquare;
    private float _normFactor;
    private int _count;

    public ShortReach(PointView<T> points, ShortRows<T> rows, Crew crew)
    {
        _points = points;
        _rows = rows;
        _candidates = new ShortCentroids<T>(rows, CentroidGroups.One(MaxCandidates, TSimd.Count), columns: 0);
        _limits = new AlignedBuffer<float>(points.Count + ShortRow.Padding);
        _scratch = new Scratch?[crew.Size];
        _halfSquare = Margin<T>.HalfSquare(rows.Form.Scale, points.Dimensions) * (1 + Slack);
    }

    public override void Prepare(T* candidates, int count, Crew crew)
    {
        crew.ThrowIfCancelled();
        _count = count;
        _candidates.Pack(candidates, count, crew);
        _normFactor = MathF.BitIncrement((float)((0.5 * (_candidates.NormError + _candidates.PointFactor)) + Slack));
    }

    public override int Find(int thread, int unit, double* distances, CloserPair* pairs)
    {
        var scratch = _scratch[thread] ??= new Scratch();
        var first = unit * UnitSize;
        var within = Score(first, Math.Min(UnitSize, _points.Count - first), scratch.Within.Pointer, scratch.Products.Pointer);
        return Measure(scratch.Within.Pointer, within, distances, pairs);
    }

    // A score is at most ½(σ²d² − a²) + κa² + tiny; κ depends on the candidates and comes later.
    public override void Came(int point, double distance)
    {
        var limit = (_halfSquare * distance) - (0.5 * _rows.Norms[point]);
        _limits.Pointer[point] = double.IsFinite(limit) && Math.Abs(limit) < 1e30 ? (float)limit : float.PositiveInfinity;
    }

    public override void Dispose()
    {
        _candidates.Dispose();
        _limits.Dispose();
        foreach (var scratch in _scratch)
        {
            scratch?.Within.Dispose();
            scratch?.Products.Dispose();
        }
    }

    // The pairs whose score is not above the point's limit. Gives how many.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Score(int first, int count, (int Point, int Candidate)* within, TVector* products)
    {
        var found = 0;
        var batches = (_count + Together - 1) / Together;
        var together = (_count + batches - 1) / batches;
        var points = ShortLanes<TVector, TSimd>.Points;
        var pairs = _rows.Pairs;
        var ahead = Math.Max(1, BytesAhead / (4 * pairs * points)) * points;
        for (var done = 0; done < count; done += points)
        {
            var fetch = Prefetch.Along(_rows.At(Math.Min(first + done + ahead, _rows.Count - 1)), 4 * points);
            for (var candidate = 0; candidate < _count; candidate += together)
            {
                var some = Math.Min(together, _count - candidate);
                ShortLanes<TVector, TSimd>.Multiply(_candidates.RowsFrom(candidate), some, _rows.At(first + done), pairs, products, fetch, streams: candidate == 0);
                for (var vector = 0; vector < ShortLanes<TVector, TSimd>.Vectors; vector++)
                {
                    var place = done + (vector * TSimd.Count);
                    found += Mark(products + vector, candidate, some, first + place, count - place, within + found);
                }
            }
        }

        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Mark(TVector* products, int candidate, int count, int point, int left, (int Point, int Candidate)* within)
    {
        if (left <= 0)
        {
            return 0;
        }

        var found = 0;
        var limits = TSimd.MultiplyAdd(
            TSimd.Load(_rows.Norms + point), TSimd.Create(_normFactor), TSimd.Add(TSimd.Load(_limits.Pointer + point), TSimd.Create(_candidates.Tiny)));
        var steps = TSimd.Load(_rows.Steps + point);
        var minusSteps = _candidates.MinusSteps;
        var offsets = _candidates.Offsets;
        var lanes = left < TSimd.Count ? (1u << left) - 1 : uint.MaxValue;
        for (var j = candidate; j < candidate + count; j++, products += ShortLanes<TVector, TSimd>.Vectors)
        {
            var score = ShortLanes<TVector, TSimd>.Score(*products, steps, minusSteps[j], offsets[j]);
            for (var mask = TSimd.MaskNotGreater(score, limits) & lanes; mask != 0; mask &= mask - 1)
            {
                within[found++] = (point + BitOperations.TrailingZeroCount(mask), j);
            }
        }

        return found;
    }

    // The judge on those; the points that come next are fetched from memory meanwhile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Measure((int Point, int Candidate)* within, int count, double* distances, CloserPair* pairs)
    {
        var found = 0;
        var dimensions = _points.Dimensions;
        for (var i = 0; i < count; i++)
        {
            Prefetch.Row(_points, within[Math.Min(i + ReadAhead, count - 1)].Point);
            var (point, candidate) = within[i];
            var distance = Judge<T>.DistanceSquared(_points.Row(point), _candidates.Centroids + ((nint)candidate * dimensions), dimensions);

            // Written in any case: nobody can foretell which are closer.
            pairs[found] = new CloserPair(point, candidate, distance);
            found += distance < distances[point] ? 1 : 0;
        }

        return found;
    }

    /// <summary>One thread's scratch memory.</summary>
    private sealed class Scratch
    {
        public AlignedBuffer<(int Point, int Candidate)> Within { get; } = new((long)UnitSize * MaxCandidates);

        public AlignedBuffer<TVector> Products { get; } = new(Together * ShortLanes<TVector, TSimd>.Vectors);
    }
}
