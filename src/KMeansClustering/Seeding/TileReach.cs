using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// The reach of candidates by scores: those of the tile, with a lane for each candidate, against a limit for each point that its D² sets. A point is read again only where its score is within it.
/// </summary>
/// <remarks>
/// The rows are taken as they are, without centring: points that lie far from the origin, compared with their spread, get wide margins, and the judge gets more to do. So those are copied and centred first.
/// </remarks>
internal sealed unsafe class TileReach<T, TVector, TSimd> : Reach<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private const int TileRows = Tile<T, TVector, TSimd>.Rows;
    private const int TilesAhead = 4;
    private const int ReadAhead = 4;
    private const double Ulp = 1.0 / (1L << 52);

    private readonly PointView<T> _points;
    private readonly Sketch<T>? _sketch;
    private readonly PointView<T> _rows;
    private readonly AlignedBuffer<T> _limits;
    private readonly AlignedBuffer<T> _panel;
    private readonly AlignedBuffer<T> _offsets;
    private readonly AlignedBuffer<T>? _sketches;
    private readonly Scratch?[] _scratch;
    private readonly Centre<T> _centre;
    private readonly double _halfSquare;
    private readonly double _normFactor;
    private readonly double _kappa;
    private readonly double _tiny;
    private T* _candidates;
    private int _vectors;
    private int _count;

    public TileReach(PointView<T> points, Sketch<T>? sketch, Crew crew)
    {
        _points = points;
        _sketch = sketch;
        _rows = sketch?.Rows ?? points;
        _centre = sketch is null ? new Centre<T>(points, crew) : Centre<T>.None(sketch.Length);
        var margin = new Margin<T>(_rows.Dimensions, Tile<T, TVector, TSimd>.Roundings(_rows.Dimensions), _centre.Scale, sketch?.RowError ?? 0);
        var unit = _centre.Scale * (sketch?.Scale ?? 1);
        _halfSquare = 0.5 * unit * unit * (1 + (4 * (points.Dimensions + 4) * Ulp));
        _normFactor = 0.5 * (1 - margin.NormError - margin.PointFactor - (8 * Ulp));
        _kappa = margin.Kappa + (_rows.Dimensions * Ulp);
        _tiny = 2 * margin.Tiny;
        _limits = new AlignedBuffer<T>(points.Count);
        var lanes = (MaxCandidates + TSimd.Count - 1) / TSimd.Count * TSimd.Count;
        _panel = new AlignedBuffer<T>((long)lanes * _rows.Dimensions);
        _offsets = new AlignedBuffer<T>(lanes);
        _sketches = sketch is null ? null : new AlignedBuffer<T>((long)MaxCandidates * sketch.Length);
        _scratch = new Scratch?[crew.Size];
    }

    public override int Units => (_points.Count + UnitSize - 1) / UnitSize;

    public override int UnitSize => Potential.BlockSize;

    public override void Begin() => new Span<T>(_limits.Pointer, _points.Count).Fill(T.PositiveInfinity);

    public override void Prepare(T* candidates, int count, Crew crew)
    {
        var rows = candidates;
        _candidates = candidates;
        if (_sketch is not null)
        {
            _sketch.Project(new PointView<T>(candidates, count, _points.Dimensions), _sketches!.Pointer, crew);
            rows = _sketches.Pointer;
        }

        _count = count;
        _vectors = (count + TSimd.Count - 1) / TSimd.Count;
        for (var lane = 0; lane < _vectors * TSimd.Count; lane++)
        {
            Pack(lane < count ? rows + ((nint)lane * _rows.Dimensions) : null, lane);
        }
    }

    public override int Find(int thread, int unit, double* distances, CloserPair* pairs)
    {
        var scratch = _scratch[thread] ??= new Scratch(_centre, _rows.Dimensions);
        var first = unit * UnitSize;
        fixed (int* places = scratch.Places)
        fixed (uint* candidates = scratch.Candidates)
        {
            var reached = Reached(scratch, first, Math.Min(UnitSize, _points.Count - first), places, candidates);
            return Measure(places, candidates, reached, distances, pairs);
        }
    }

    public override void Came(int place, double distance)
    {
        var norm = _centre.IsNone ? double.CreateTruncating(TensorPrimitives.SumOfSquares(_rows.RowSpan(place))) : CentredNorm(_rows.Row(place));

        // A score is at most ½(σ²d² − a²) + κa² + tiny.
        var limit = (_halfSquare * distance) - (_normFactor * norm) + _tiny;
        _limits.Pointer[place] = double.IsFinite(limit) ? T.BitIncrement(T.CreateTruncating(limit)) : T.PositiveInfinity;
    }

    public override void Dispose()
    {
        _limits.Dispose();
        _panel.Dispose();
        _offsets.Dispose();
        _sketches?.Dispose();
        _centre.Dispose();
        foreach (var scratch in _scratch)
        {
            scratch?.Dispose();
        }
    }

    private double CentredNorm(T* row)
    {
        var norm = 0.0;
        for (var p = 0; p < _rows.Dimensions; p++)
        {
            var value = double.CreateTruncating((row[p] - _centre.Mean[p]) * T.CreateTruncating(_centre.Scale));
            norm += value * value;
        }

        return norm;
    }

    // Panels one vector wide, for there are few candidates; lanes without one have infinite scores.
    private void Pack(T* row, int lane)
    {
        var panel = _panel.Pointer + ((nint)(lane / TSimd.Count) * TSimd.Count * _rows.Dimensions) + (lane % TSimd.Count);
        var squares = 0.0;
        for (var p = 0; p < _rows.Dimensions; p++)
        {
            var value = row == null ? T.Zero : (row[p] - _centre.Mean[p]) * T.CreateTruncating(_centre.Scale);
            squares += double.CreateTruncating(value) * double.CreateTruncating(value);
            panel[(nint)p * TSimd.Count] = -value;
        }

        _offsets.Pointer[lane] = row == null ? T.PositiveInfinity : T.CreateTruncating((0.5 - _kappa) * squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Reached(Scratch scratch, int first, int count, int* places, uint* candidates)
    {
        var found = 0;
        var dimensions = _rows.Dimensions;
        var numbers = stackalloc int[TileRows];
        for (var i = 0; i < count; i += TileRows)
        {
            var inside = Math.Min(TileRows, count - i);
            TileRows<T> rows;
            if (_centre.IsNone)
            {
                for (var r = 0; r < TileRows; r++)
                {
                    numbers[r] = first + i + Math.Min(r, inside - 1);
                }

                rows = new TileRows<T>(_rows.Row(0), _rows.Stride, numbers);
            }
            else
            {
                scratch.Rows.Pack(_rows, first + i, inside);
                rows = new TileRows<T>(scratch.Rows.Block, scratch.Rows.Stride);
            }

            // The rows after the next ones come from memory meanwhile.
            var ahead = first + i + (TileRows * TilesAhead);
            var upcoming = Prefetch.Of(_rows, ahead, Math.Min(TileRows, _rows.Count - ahead), (long)_vectors * dimensions);
            for (var vector = 0; vector < _vectors; vector++, upcoming = upcoming.After(dimensions))
            {
                Tile<T, TVector, TSimd>.Multiply(rows, _panel.Pointer + ((nint)vector * TSimd.Count * dimensions), 1, dimensions, scratch.Products.Pointer + (vector * TileRows), upcoming);
            }

            for (var r = 0; r < inside; r++)
            {
                var limit = TSimd.Create(_limits.Pointer[first + i + r]);
                var mask = 0u;
                for (var vector = 0; vector < _vectors; vector++)
                {
                    var score = TSimd.Add(scratch.Products.Pointer[(vector * TileRows) + r], TSimd.Load(_offsets.Pointer + (vector * TSimd.Count)));
                    mask |= TSimd.MaskNotGreater(score, limit) << (vector * TSimd.Count);
                }

                mask &= uint.MaxValue >> (MaxCandidates - _count);
                if (mask != 0)
                {
                    places[found] = first + i + r;
                    candidates[found++] = mask;
                }
            }
        }

        return found;
    }

    // The judge on those; the rows that come next are fetched from memory meanwhile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Measure(int* places, uint* candidates, int reached, double* distances, CloserPair* pairs)
    {
        var found = 0;
        var dimensions = _points.Dimensions;
        for (var i = 0; i < reached; i++)
        {
            Prefetch.Row(_points, places[Math.Min(i + ReadAhead, reached - 1)]);
            for (var left = candidates[i]; left != 0; left &= left - 1)
            {
                var candidate = BitOperations.TrailingZeroCount(left);
                var distance = Judge<T>.DistanceSquared(_points.Row(places[i]), _candidates + ((nint)candidate * dimensions), dimensions);
                if (distance < distances[places[i]])
                {
                    pairs[found++] = new CloserPair(places[i], candidate, distance);
                }
            }
        }

        return found;
    }

    /// <summary>One thread's scratch memory.</summary>
    private sealed class Scratch : IDisposable
    {
        public Scratch(Centre<T> centre, int dimensions)
        {
            Rows = new RowPacker<T, TVector, TSimd>(dimensions, TileRows);
            Rows.Centre(centre.Mean, T.CreateTruncating(centre.Scale));
        }

        public RowPacker<T, TVector, TSimd> Rows { get; }

        public int[] Places { get; } = new int[Potential.BlockSize];

        public uint[] Candidates { get; } = new uint[Potential.BlockSize];

        public AlignedBuffer<TVector> Products { get; } = new(TileRows * (MaxCandidates / Math.Min(TSimd.Count, MaxCandidates)));

        public void Dispose()
        {
            Rows.Dispose();
            Products.Dispose();
        }
    }
}
