using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Bisecting;

/// <summary>Some of all points, and their weights, copied into one block for a fit: those of one cluster after the other, by one thread or many.</summary>
/// <param name="points">All n × d of them.</param>
/// <param name="weights">n weights, or null.</param>
internal sealed unsafe class GatheredRows<T>(PointView<T> points, T* weights) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockValues = 1 << 14;

    private readonly T* _weights = weights;
    private AlignedBuffer<T>? _rows;
    private AlignedBuffer<T>? _rowWeights;

    /// <summary>The points of some numbers, and their weights (or none), until the next call. All points are not copied.</summary>
    public PointView<T> Gather(ReadOnlySpan<int> members, Crew crew, out ReadOnlySpan<T> weightsOfThem)
    {
        weightsOfThem = _weights == null ? default : new ReadOnlySpan<T>(_weights, points.Count);
        if (members.Length == points.Count)
        {
            return points;
        }

        var rows = Room(ref _rows, (long)members.Length * points.Dimensions);
        fixed (int* pinned = members)
        {
            var member = pinned;
            crew.Run(members.Length, Math.Max(1, BlockValues / points.Dimensions), points.Dimensions, (_, from, length) => CopyRows(member, rows, from, length));
        }

        if (_weights != null)
        {
            var copies = Room(ref _rowWeights, members.Length);
            CopyWeights(members, copies);
            weightsOfThem = new ReadOnlySpan<T>(copies, members.Length);
        }

        return new PointView<T>(rows, members.Length, points.Dimensions);
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _rowWeights?.Dispose();
    }

    // Most clusters are smaller than those before them.
    private static T* Room(ref AlignedBuffer<T>? buffer, long length)
    {
        if (buffer is null || buffer.Length < length)
        {
            buffer?.Dispose();
            buffer = new AlignedBuffer<T>(length, clears: false);
        }

        return buffer.Pointer;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void CopyRows(int* members, T* rows, int first, int count)
    {
        var (all, dimensions) = (points, points.Dimensions);
        for (var i = first; i < first + count; i++)
        {
            all.RowSpan(members[i]).CopyTo(new Span<T>(rows + ((nint)i * dimensions), dimensions));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void CopyWeights(ReadOnlySpan<int> members, T* copies)
    {
        for (var i = 0; i < members.Length; i++)
        {
            copies[i] = _weights[members[i]];
        }
    }
}
