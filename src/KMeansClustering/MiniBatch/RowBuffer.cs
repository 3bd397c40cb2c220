using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>Rows of positive weight, put side by side: those of a stream until there are enough to begin, and those of a batch in which others have no weight.</summary>
/// <param name="dimensions">d.</param>
internal sealed unsafe class RowBuffer<T>(int dimensions) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _rows = new(0);
    private AlignedBuffer<T> _weights = new(0);
    private bool _weighted;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>All of them.</summary>
    public Batch<T> Batch => new(new PointView<T>(_rows.Pointer, Count, dimensions), _weighted ? _weights.Pointer : null);

    /// <summary>Adds those rows of some whose weight is not 0; without weights, each with a weight of 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Add(PointView<T> rows, T* weights)
    {
        MakeRoom(checked(Count + rows.Count));
        _weighted |= weights != null;
        for (var i = 0; i < rows.Count; i++)
        {
            var weight = weights == null ? T.One : weights[i];
            if (weight > T.Zero)
            {
                rows.RowSpan(i).CopyTo(new Span<T>(_rows.Pointer + ((nint)Count * dimensions), dimensions));
                _weights.Pointer[Count++] = weight;
            }
        }
    }

    public void Clear() => (Count, _weighted) = (0, false);

    public void Dispose()
    {
        _rows.Dispose();
        _weights.Dispose();
    }

    private void MakeRoom(int count)
    {
        if (_weights.Length >= count)
        {
            return;
        }

        var room = Math.Max(count, 2L * Count);
        Grow(ref _rows, room * dimensions, (long)Count * dimensions);
        Grow(ref _weights, room, Count);
    }

    private static void Grow(ref AlignedBuffer<T> buffer, long length, long kept)
    {
        var larger = new AlignedBuffer<T>(length, clears: false);
        Buffer.MemoryCopy(buffer.Pointer, larger.Pointer, length * sizeof(T), kept * sizeof(T));
        buffer.Dispose();
        buffer = larger;
    }
}
