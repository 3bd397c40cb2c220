using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>How points lie in <see cref="ShortRows{T}"/>.</summary>
internal static class ShortRow
{
    /// <summary>Points in a block: a line of the cache holds a pair of values of each.</summary>
    public const int Block = 16;

    /// <summary>From one pair of values to the next.</summary>
    public const int PairStep = 2 * Block;

    /// <summary>The most points that are read at once.</summary>
    public const int Padding = 64;

    /// <summary>Where a point's first pair is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Place(int point, int pairs) => ((nint)(point / Block) * (PairStep * pairs)) + (point % Block * 2);
}

/// <summary>
/// The <see cref="ShortForm{T}"/> of points: 2L + 8 bytes a point. Of all points of a fit, made once and read by seeding and every pass; or of one batch of a stream after another. In blocks of points, pair by pair, so that a lane can be a point.
/// </summary>
internal sealed unsafe class ShortRows<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int UnitsPerThread = 8;

    private readonly AlignedBuffer<short> _values;
    private readonly AlignedBuffer<float> _steps;
    private readonly AlignedBuffer<float> _norms;
    private readonly int _pairs;
    private Hand?[] _hands = [];

    /// <summary>Makes the rows of all points.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="basis">The directions in which they are reduced to sketches; null where they are kept whole.</param>
    /// <param name="crew">The threads.</param>
    public ShortRows(PointView<T> points, SketchBasis<T>? basis, Crew crew)
        : this(ShortForm<T>.Of(points, basis, crew), points.Count)
    {
        Fill(points, crew);
        FreeHands();
    }

    /// <summary>Room for so many rows at once.</summary>
    /// <param name="form">How they are made; it becomes this object's own.</param>
    /// <param name="capacity">The most rows.</param>
    public ShortRows(ShortForm<T> form, int capacity)
    {
        Form = form;
        Capacity = capacity;
        _pairs = Form.Stride / 2;
        var padded = (capacity + ShortRow.Padding - 1) / ShortRow.Padding * ShortRow.Padding;
        // Lanes past the last point hold anything: nobody asks for them.
        _values = new AlignedBuffer<short>((long)padded * Form.Stride, clears: false);
        _steps = new AlignedBuffer<float>(padded);
        _norms = new AlignedBuffer<float>(padded);
    }

    public ShortForm<T> Form { get; }

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many there can be.</summary>
    public int Capacity { get; }

    /// <summary>Pairs of values in a row.</summary>
    public int Pairs => _pairs;

    /// <summary>ε of these rows.</summary>
    public double Error { get; private set; }

    public float* Steps => _steps.Pointer;

    /// <summary>a² of each row; infinite where the judge alone can tell.</summary>
    public float* Norms => _norms.Pointer;

    /// <summary>A point's first pair; the next ones come <see cref="ShortRow.PairStep"/> later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short* At(int point) => _values.Pointer + ShortRow.Place(point, _pairs);

    /// <summary>Makes the rows of some points in the place of those that are there.</summary>
    /// <param name="points">As many as there is room for, or fewer.</param>
    /// <param name="crew">The threads.</param>
    /// <param name="bring">Is called before points are read, with the first of them and how many; null where they are there.</param>
    public void Fill(PointView<T> points, Crew crew, Action<int, int>? bring = null)
    {
        Count = points.Count;
        Array.Resize(ref _hands, crew.Size);
        foreach (var hand in _hands)
        {
            hand?.Former.Forget();
        }

        var rows = Count / (UnitsPerThread * crew.Size * ShortRow.Block) * ShortRow.Block;
        crew.Run(Count, Math.Clamp(rows, ShortRow.Block, ShortFormer<T>.MaxRows), Form.WorkPerRow, (thread, first, count) =>
        {
            bring?.Invoke(first, count);
            var hand = _hands[thread] ??= new Hand(Form);
            hand.Former.Make(points, first, count, hand.Rows.Pointer, _steps.Pointer + first, _norms.Pointer + first);
            Interleave((int*)hand.Rows.Pointer, count, (int*)_values.Pointer + ((nint)first * _pairs));
        });
        Error = _hands.Max(hand => hand?.Former.Error ?? 0);
    }

    /// <summary>Copies a point's pairs to places at equal distances, in pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Copy(int point, short* destination, nint step)
    {
        var from = (int*)At(point);
        var to = (int*)destination;
        var p = 0;
        for (; p + 4 <= _pairs; p += 4, from += 4 * ShortRow.Block, to += 4 * step)
        {
            to[0] = from[0];
            to[step] = from[ShortRow.Block];
            to[2 * step] = from[2 * ShortRow.Block];
            to[3 * step] = from[3 * ShortRow.Block];
        }

        for (; p < _pairs; p++, from += ShortRow.Block, to += step)
        {
            *to = *from;
        }
    }

    /// <summary>Whether two points share a block.</summary>
    public static bool IsBeside(int point, int other) => point / ShortRow.Block == other / ShortRow.Block;

    /// <summary>Asks for a point's block from memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int point)
    {
        var place = (byte*)At(point);
        for (var p = 0; p < _pairs; p++, place += ShortRow.PairStep * sizeof(short))
        {
            Prefetch.Line(place);
        }
    }

    public void Dispose()
    {
        Form.Dispose();
        _values.Dispose();
        _steps.Dispose();
        _norms.Dispose();
        FreeHands();
    }

    private void FreeHands()
    {
        foreach (var hand in _hands)
        {
            hand?.Dispose();
        }

        _hands = [];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Interleave(int* rows, int count, int* blocks)
    {
        for (var first = 0; first < count; first += ShortRow.Block, blocks += ShortRow.Block * _pairs)
        {
            var some = Math.Min(ShortRow.Block, count - first);
            for (var p = 0; p < _pairs; p++)
            {
                var from = rows + ((nint)first * _pairs) + p;
                for (var i = 0; i < some; i++, from += _pairs)
                {
                    blocks[(p * ShortRow.Block) + i] = *from;
                }
            }
        }
    }

    /// <summary>One thread.</summary>
    private sealed class Hand(ShortForm<T> form) : IDisposable
    {
        public ShortFormer<T> Former { get; } = form.CreateFormer();

        public AlignedBuffer<short> Rows { get; } = new((long)ShortFormer<T>.MaxRows * form.Stride);

        public void Dispose()
        {
            Former.Dispose();
            Rows.Dispose();
        }
    }
}
