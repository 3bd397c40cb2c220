using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// What is known of each point from earlier passes: an upper bound on the distance to its own centroid, and for each group of centroids a lower bound on the distance to
/// all of them but its own (Hamerly 2010 with one group, Yinyang of Ding et al. 2015 with more).
/// </summary>
/// <remarks>
/// Invariant: with the distances of real arithmetic, own ≤ upper and others ≥ lower − (drift of the group now − drift when it was stored), where a group's drift is the sum of its farthest
/// centroid's moves. The triangle inequality keeps it when centroids move; drifts are rounded up, what is stored is rounded outward, and both are padded by more than the judge's own error, so a
/// point that is skipped has the label that the judge would give it. A lower bound is stored together with the drift of its time, so that points that are skipped need not be written.
/// </remarks>
internal sealed unsafe class PointBounds<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The most lanes that are read at once, past the last bound.
    private const int Padding = 16;

    private readonly AlignedBuffer<T> _bounds;
    private readonly AlignedBuffer<T> _drifts;
    private readonly AlignedBuffer<T> _moves;
    private readonly int _count;
    private readonly int _clusters;
    private readonly double _widen;
    private readonly double _shrink;

    public PointBounds(int count, int clusters, int groups, int dimensions)
    {
        Pad = T.CreateTruncating((typeof(T) == typeof(float) ? 8.0 / (1 << 24) : 8.0 / (1L << 53)) + ((dimensions + 8) * Math.ScaleB(1, -52)));
        _widen = 1 + (2 * double.CreateTruncating(Pad));
        _shrink = 1 - (2 * double.CreateTruncating(Pad));
        Groups = groups;
        Stride = groups + 1;
        _count = count;
        _clusters = clusters;
        _bounds = new AlignedBuffer<T>(((long)count * Stride) + Padding);
        _moves = new AlignedBuffer<T>(clusters);

        // Lanes past the last group find infinite bounds.
        _drifts = new AlignedBuffer<T>(groups + Padding);
        new Span<T>(_drifts.Pointer + groups, Padding).Fill(T.NegativeInfinity);
    }

    /// <summary>More, relatively, than the roundings of a few operations in T and the judge's error together.</summary>
    public T Pad { get; }

    /// <summary>More than what a distance loses when its square underflows, √(d·2⁻¹⁰²²) for every d. The squares of floats, in double, do not.</summary>
    public static readonly T TinyDistance = typeof(T) == typeof(float) ? T.Zero : T.CreateTruncating(1e-149);

    /// <summary>t.</summary>
    public int Groups { get; }

    /// <summary>From one point's bounds to the next.</summary>
    public int Stride { get; }

    /// <summary>How far each centroid moved before this pass, rounded up.</summary>
    public T* Moves => _moves.Pointer;

    /// <summary>How far each group has moved in all, rounded up.</summary>
    public T* Drifts => _drifts.Pointer;

    /// <summary>A point's upper bound; then a lower bound for each group, each with the drift of its time added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Of(int point) => _bounds.Pointer + ((nint)point * Stride);

    /// <summary>Nothing is known of a point.</summary>
    public void Forget(int point)
    {
        var bounds = Of(point);
        bounds[0] = T.PositiveInfinity;
        new Span<T>(bounds + 1, Groups).Fill(T.NegativeInfinity);
    }

    /// <summary>Nothing is known of any point.</summary>
    public void ForgetAll(Crew crew)
    {
        new Span<T>(_drifts.Pointer, Groups).Clear();
        new Span<T>(_moves.Pointer, _clusters).Clear();
        crew.Run(_count, 1 << 14, Stride, (_, first, count) =>
        {
            for (var i = first; i < first + count; i++)
            {
                Forget(i);
            }
        });
    }

    /// <summary>The centroids have moved.</summary>
    /// <param name="before">k × d, where they were.</param>
    /// <param name="now">k × d, where they are.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="groups">Who belongs where.</param>
    /// <param name="crew">The threads.</param>
    public void Move(T* before, T* now, int dimensions, CentroidGroups groups, Crew crew)
    {
        crew.Run(_clusters, Math.Max(1, (1 << 12) / dimensions), dimensions, (_, first, count) =>
        {
            for (var j = first; j < first + count; j++)
            {
                var offset = (nint)j * dimensions;
                _moves.Pointer[j] = RoundUp(Math.Sqrt(Judge<T>.DistanceSquared(before + offset, now + offset, dimensions)));
            }
        });
        var farthest = new T[Groups];
        for (var j = 0; j < _clusters; j++)
        {
            var group = groups.GroupOf[j];
            farthest[group] = T.Max(farthest[group], _moves.Pointer[j]);
        }

        for (var group = 0; group < Groups; group++)
        {
            _drifts.Pointer[group] = farthest[group] > T.Zero ? T.BitIncrement(_drifts.Pointer[group] + farthest[group]) : _drifts.Pointer[group];
        }
    }

    /// <summary>A distance as an upper bound: not below the real one, and padded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T RoundUp(double distance) =>
        distance == 0 ? TinyDistance : T.BitIncrement(T.CreateTruncating(distance * _widen)) + TinyDistance;

    /// <summary>A distance as a lower bound: not above the real one, and padded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T RoundDown(double distance)
    {
        var value = T.CreateTruncating(distance * _shrink);
        return double.IsPositiveInfinity(distance) ? value : T.Max(T.Zero, T.BitDecrement(value) - TinyDistance);
    }

    public void Dispose()
    {
        _bounds.Dispose();
        _drifts.Dispose();
        _moves.Dispose();
    }
}
