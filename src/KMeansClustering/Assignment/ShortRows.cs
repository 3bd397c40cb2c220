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
/// The <see cref="ShortForm{T}"/> of all points, made once and read by seeding and every pass: 2L + 8 bytes a point. In blocks of points, pair by pair, so that a lane can be a point.
/// </summary>
internal sealed unsafe class ShortRows<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedBuffer<short> _values;
    private readonly AlignedBuffer<float> _steps;
    private readonly AlignedBuffer<float> _norms;
    private readonly int _pairs;

    /// <summary>Makes the rows.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="basis">The directions in which they are reduced to sketches; null where they are kept whole.</param>
    /// <param name="crew">The threads.</param>
    public ShortRows(PointView<T> points, SketchBasis<T>? basis, Crew crew)
    {
        Form = ShortForm<T>.Of(points, basis, crew);
        Count = points.Count;
        _pairs = Form.Stride / 2;
        var padded = (Count + ShortRow.Padding - 1) / ShortRow.Padding * ShortRow.Padding;
        // Lanes past the last point hold anything: nobody asks for them.
        _values = new AlignedBuffer<short>((long)padded * Form.Stride, clears: false);
        _steps = new AlignedBuffer<float>(padded);
        _norms = new AlignedBuffer<float>(padded);
        var hands = new (ShortFormer<T> Former, AlignedBuffer<short> Rows)?[crew.Size];
        crew.Run(Count, ShortFormer<T>.MaxRows, Form.WorkPerRow, (thread, first, count) =>
        {
            var (former, rows) = hands[thread] ??= (Form.CreateFormer(), new AlignedBuffer<short>((long)ShortFormer<T>.MaxRows * Form.Stride));
            former.Make(points, first, count, rows.Pointer, _steps.Pointer + first, _norms.Pointer + first);
            Interleave((int*)rows.Pointer, count, (int*)_values.Pointer + ((nint)first * _pairs));
        });
        foreach (var hand in hands)
        {
            Error = Math.Max(Error, hand?.Former.Error ?? 0);
            hand?.Former.Dispose();
            hand?.Rows.Dispose();
        }
    }

    public ShortForm<T> Form { get; }

    /// <summary>n.</summary>
    public int Count { get; }

    /// <summary>Pairs of values in a row.</summary>
    public int Pairs => _pairs;

    /// <summary>ε.</summary>
    public double Error { get; }

    public float* Steps => _steps.Pointer;

    /// <summary>a² of each row; infinite where the judge alone can tell.</summary>
    public float* Norms => _norms.Pointer;

    /// <summary>A point's first pair; the next ones come <see cref="ShortRow.PairStep"/> later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short* At(int point) => _values.Pointer + ShortRow.Place(point, _pairs);

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
}
