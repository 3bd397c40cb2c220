using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// The reach of candidates by <see cref="ShortRows{T}"/>: a lane is a point, and four candidates at a time are scored against it, ½b² − y·z; a point's score is
/// compared with a limit that its D² sets. Only those within it are read again and measured.
/// </summary>
internal sealed unsafe class ShortReach<T, TVector, TSimd> : Reach<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const int Block = ShortRows<T>.Block;
    private const int Together = 4;
    private const int ReadAhead = 4;

    // A line of a block is 32 points' values; memory answers after about so many.
    private const int LinesAhead = 96;

    private readonly PointView<T> _points;
    private readonly ShortRows<T> _rows;
    private readonly AlignedBuffer<float> _limits;
    private readonly AlignedBuffer<float> _candidates;
    private readonly AlignedBuffer<float> _offsets;
    private readonly AlignedBuffer<T> _packed;
    private readonly Scratch?[] _scratch;
    private readonly double _halfSquare;
    private readonly double _normFactor;
    private readonly double _kappa;
    private readonly double _tiny;
    private T* _source;
    private int _count;

    public ShortReach(PointView<T> points, SketchBasis<T>? basis, Crew crew)
    {
        _points = points;
        _rows = new ShortRows<T>(points, basis, crew);
        _limits = new AlignedBuffer<float>(_rows.PaddedCount);
        new Span<float>(_limits.Pointer, _rows.PaddedCount).Fill(float.PositiveInfinity);
        _candidates = new AlignedBuffer<float>((long)MaxCandidates * _rows.Length);
        _offsets = new AlignedBuffer<float>(MaxCandidates);
        _packed = new AlignedBuffer<T>((long)MaxCandidates * _rows.Length);
        _scratch = new Scratch?[crew.Size];

        // As the tile's margin, for sums of as many terms in one chain.
        var margin = new Margin<float>(_rows.Length, _rows.Length + 3, _rows.Scale, _rows.RowError, points.Dimensions);
        _tiny = margin.Tiny + 1e-30;
        _kappa = margin.Kappa;
        _halfSquare = Margin<T>.HalfSquare(_rows.Scale, points.Dimensions);
        _normFactor = 0.5 - margin.Kappa;
    }

    public override int Units => (_points.Count + UnitSize - 1) / UnitSize;

    public override void Prepare(T* candidates, int count, Crew crew)
    {
        _source = candidates;
        _count = count;
        crew.ThrowIfCancelled();
        _rows.Project(candidates, count, _packed.Pointer);
        for (var candidate = 0; candidate < MaxCandidates; candidate++)
        {
            // Places without a candidate have no finite score.
            _offsets.Pointer[candidate] = candidate < count ? Pack(candidate) : float.PositiveInfinity;
        }
    }

    public override int Find(int thread, int unit, double* distances, CloserPair* pairs)
    {
        var scratch = _scratch[thread] ??= new Scratch();
        var first = unit * UnitSize;
        var count = Math.Min(UnitSize, _points.Count - first);
        fixed (uint* bits = scratch.Bits)
        fixed (int* places = scratch.Places)
        {
            new Span<uint>(bits, UnitSize).Clear();
            for (var block = 0; block < count; block += Block)
            {
                for (var candidate = 0; candidate < _count; candidate += Together)
                {
                    Score(first + block, candidate, bits + block);
                }
            }

            return Measure(first, count, bits, places, distances, pairs);
        }
    }

    public override void Came(int point, double distance)
    {
        // A score is at most ½(σ²d² − a²) + κa² + tiny.
        var limit = (_halfSquare * distance) - (_normFactor * _rows.Norm(point)) + _tiny;
        _limits.Pointer[point] = double.IsFinite(limit) && Math.Abs(limit) < 1e30 ? MathF.BitIncrement((float)limit) : float.PositiveInfinity;
    }

    public override void Dispose()
    {
        _rows.Dispose();
        _limits.Dispose();
        _candidates.Dispose();
        _offsets.Dispose();
        _packed.Dispose();
    }

    // Gives the candidate's offset, ½b² − κb².
    private float Pack(int candidate)
    {
        var squares = 0.0;
        for (var p = 0; p < _rows.Length; p++)
        {
            var value = float.CreateTruncating(_packed.Pointer[((nint)candidate * _rows.Length) + p]);
            _candidates.Pointer[((((candidate / Together) * _rows.Length) + p) * Together) + (candidate % Together)] = -value;
            squares += (double)value * value;
        }

        return double.IsFinite(squares) && squares < 1e30 ? (float)((0.5 - _kappa) * squares) : float.NaN;
    }

    // A bit for each point of a block and each of four candidates whose score is not above the point's limit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Score(int first, int candidate, uint* bits)
    {
        var length = _rows.Length;
        for (var i = 0; i < Block; i += 2 * TSimd.Count)
        {
            var row = _rows.At(first) + i;
            var z = _candidates.Pointer + ((nint)candidate * length);
            TVector x0 = TSimd.Create(0), x1 = x0, x2 = x0, x3 = x0, y0 = x0, y1 = x0, y2 = x0, y3 = x0;
            for (var p = 0; p < length; p++, row += Block, z += Together)
            {
                Prefetch.Line((byte*)(row + (LinesAhead * Block)));
                var x = TSimd.LoadInt16(row);
                var y = TSimd.LoadInt16(row + TSimd.Count);
                var value = TSimd.Create(z[0]);
                x0 = TSimd.MultiplyAdd(x, value, x0);
                y0 = TSimd.MultiplyAdd(y, value, y0);
                value = TSimd.Create(z[1]);
                x1 = TSimd.MultiplyAdd(x, value, x1);
                y1 = TSimd.MultiplyAdd(y, value, y1);
                value = TSimd.Create(z[2]);
                x2 = TSimd.MultiplyAdd(x, value, x2);
                y2 = TSimd.MultiplyAdd(y, value, y2);
                value = TSimd.Create(z[3]);
                x3 = TSimd.MultiplyAdd(x, value, x3);
                y3 = TSimd.MultiplyAdd(y, value, y3);
            }

            var step = TSimd.Load(_rows.Steps + first + i);
            var limit = TSimd.Load(_limits.Pointer + first + i);
            Mark(x0, step, limit, candidate, bits + i);
            Mark(x1, step, limit, candidate + 1, bits + i);
            Mark(x2, step, limit, candidate + 2, bits + i);
            Mark(x3, step, limit, candidate + 3, bits + i);
            step = TSimd.Load(_rows.Steps + first + i + TSimd.Count);
            limit = TSimd.Load(_limits.Pointer + first + i + TSimd.Count);
            Mark(y0, step, limit, candidate, bits + i + TSimd.Count);
            Mark(y1, step, limit, candidate + 1, bits + i + TSimd.Count);
            Mark(y2, step, limit, candidate + 2, bits + i + TSimd.Count);
            Mark(y3, step, limit, candidate + 3, bits + i + TSimd.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mark(TVector product, TVector step, TVector limit, int candidate, uint* bits)
    {
        var score = TSimd.MultiplyAdd(product, step, TSimd.Create(_offsets.Pointer[candidate]));
        for (var within = TSimd.MaskNotGreater(score, limit); within != 0; within &= within - 1)
        {
            bits[BitOperations.TrailingZeroCount(within)] |= 1u << candidate;
        }
    }

    // The judge on those; the rows that come next are fetched from memory meanwhile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Measure(int first, int count, uint* bits, int* places, double* distances, CloserPair* pairs)
    {
        var reached = 0;
        for (var i = 0; i < count; i++)
        {
            places[reached] = i;
            reached += bits[i] != 0 ? 1 : 0;
        }

        var found = 0;
        var dimensions = _points.Dimensions;
        for (var i = 0; i < reached; i++)
        {
            Prefetch.Row(_points, first + places[Math.Min(i + ReadAhead, reached - 1)]);
            var point = first + places[i];
            for (var left = bits[places[i]] & (uint.MaxValue >> (MaxCandidates - _count)); left != 0; left &= left - 1)
            {
                var candidate = BitOperations.TrailingZeroCount(left);
                var distance = Judge<T>.DistanceSquared(_points.Row(point), _source + ((nint)candidate * dimensions), dimensions);
                if (distance < distances[point])
                {
                    pairs[found++] = new CloserPair(point, candidate, distance);
                }
            }
        }

        return found;
    }

    /// <summary>One thread's scratch memory.</summary>
    private sealed class Scratch
    {
        public uint[] Bits { get; } = new uint[UnitSize + Block];

        public int[] Places { get; } = new int[UnitSize + 1];
    }
}
