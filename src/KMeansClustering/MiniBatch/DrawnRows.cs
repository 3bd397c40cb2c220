using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>Rows drawn from a data set, copied side by side with their weights. Points of weight 0 are never drawn.</summary>
internal sealed unsafe class DrawnRows<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Rows that are asked for from memory before one is copied.
    private const int ReadAhead = 4;

    private readonly PointView<T> _points;
    private readonly T* _pointWeights;
    private readonly int[] _positive;
    private readonly int[] _drawn;
    private readonly AlignedBuffer<T> _rows;
    private readonly AlignedBuffer<T>? _weights;

    /// <summary>Room for rows.</summary>
    /// <param name="points">The data set.</param>
    /// <param name="weights">Its weights; null for 1 each.</param>
    /// <param name="positive">The points of positive weight; empty where all are.</param>
    /// <param name="count">How many are drawn at once.</param>
    public DrawnRows(PointView<T> points, T* weights, int[] positive, int count)
    {
        _points = points;
        _pointWeights = weights;
        _positive = positive;
        _drawn = new int[count];
        _rows = new AlignedBuffer<T>((long)count * points.Dimensions, clears: false);
        _weights = weights == null ? null : new AlignedBuffer<T>(count);
    }

    /// <summary>The rows drawn last, to be brought from the data set.</summary>
    public Batch<T> Batch => new(new PointView<T>(_rows.Pointer, _drawn.Length, _points.Dimensions), _weights is null ? null : _weights.Pointer, Copy);

    private int Count => _positive.Length > 0 ? _positive.Length : _points.Count;

    /// <summary>Draws with replacement.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Draw(Xoshiro256 random)
    {
        for (var i = 0; i < _drawn.Length; i++)
        {
            _drawn[i] = (int)random.Next(Count);
        }
    }

    /// <summary>Draws each point at most once; all of them, in their order, where there are no more.</summary>
    public void DrawDistinct(Xoshiro256 random)
    {
        var taken = new HashSet<int>();
        for (var i = 0; i < _drawn.Length; i++)
        {
            _drawn[i] = _drawn.Length == Count ? i : random.NextDistinct(Count, taken);
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
        _weights?.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Copy(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            Prefetch.Row(_points, Point(Math.Min(i + ReadAhead, first + count - 1)));
            var point = Point(i);
            _points.RowSpan(point).CopyTo(new Span<T>(_rows.Pointer + ((nint)i * _points.Dimensions), _points.Dimensions));
            if (_weights is not null)
            {
                _weights.Pointer[i] = _pointWeights[point];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Point(int drawn) => _positive.Length > 0 ? _positive[_drawn[drawn]] : _drawn[drawn];
}
