using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// What is known of each point from earlier passes, in float and in units of the rows that are compared: an upper bound on the distance to its own centroid, and for each group of centroids a lower bound on the distance to
/// all of them but its own (Hamerly 2010 with one group, Yinyang of Ding et al. 2015 with more).
/// </summary>
/// <remarks>
/// Invariant: with the distances of real arithmetic, own ≤ upper and others ≥ lower − (drift of the group now − drift when it was stored), where a group's drift is the sum of its farthest
/// centroid's moves. The triangle inequality keeps it when centroids move; drifts are rounded up, what is stored is rounded outward, and both are padded by more than the judge's own error, so a
/// point that is skipped has the label that the judge would give it. A lower bound is stored together with the drift of its time, so that points that are skipped need not be written.
/// </remarks>
internal sealed unsafe class PointBounds : IDisposable
{
    // The most lanes that are read at once, past the last bound.
    private const int Padding = 16;

    private readonly AlignedBuffer<float> _bounds;
    private readonly AlignedBuffer<float> _drifts;
    private readonly AlignedBuffer<float> _moves;
    private readonly int _count;
    private readonly int _clusters;
    private readonly double _widen;
    private readonly double _shrink;
    private readonly double _scale;

    /// <summary>Room for bounds, of which nothing holds yet.</summary>
    /// <param name="count">n.</param>
    /// <param name="clusters">k.</param>
    /// <param name="groups">t.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="scale">σ: the unit is 1/σ.</param>
    /// <param name="lost">More than what a distance loses when its square underflows.</param>
    public PointBounds(int count, int clusters, int groups, int dimensions, double scale, double lost)
    {
        Pad = (8f / (1 << 24)) + (float)((dimensions + 8) * Math.ScaleB(1, -52));

        // A rounding to float included.
        _widen = 1 + (3 * (double)Pad);
        _shrink = 1 - (2 * (double)Pad);
        _scale = scale;
        TinyDistance = lost == 0 ? 0 : MathF.BitIncrement((float)(lost * scale));
        Groups = groups;
        Stride = groups + 1;
        _count = count;
        _clusters = clusters;
        _bounds = new AlignedBuffer<float>(((long)count * Stride) + Padding);
        _moves = new AlignedBuffer<float>(clusters);

        // Lanes past the last group find infinite bounds.
        _drifts = new AlignedBuffer<float>(groups + Padding);
        new Span<float>(_drifts.Pointer + groups, Padding).Fill(float.NegativeInfinity);
    }

    /// <summary>What a distance of doubles may lose, √(d·2⁻¹⁰²²) for every d; the squares of floats, in double, do not underflow.</summary>
    public const double LostOfDoubles = 1e-149;

    /// <summary>More, relatively, than the roundings of a few operations in float and the judge's error together.</summary>
    public float Pad { get; }

    /// <summary>What underflow may have taken of a distance.</summary>
    public float TinyDistance { get; }

    /// <summary>t.</summary>
    public int Groups { get; }

    /// <summary>From one point's bounds to the next.</summary>
    public int Stride { get; }

    /// <summary>How far each centroid moved before this pass, rounded up.</summary>
    public float* Moves => _moves.Pointer;

    /// <summary>How far each group has moved in all, rounded up.</summary>
    public float* Drifts => _drifts.Pointer;

    /// <summary>A point's upper bound; then a lower bound for each group, each with the drift of its time added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Of(int point) => _bounds.Pointer + ((nint)point * Stride);

    /// <summary>Nothing is known of a point.</summary>
    public void Forget(int point)
    {
        var bounds = Of(point);
        bounds[0] = float.PositiveInfinity;
        new Span<float>(bounds + 1, Groups).Fill(float.NegativeInfinity);
    }

    /// <summary>Nothing is known of any point.</summary>
    public void ForgetAll(Crew crew)
    {
        new Span<float>(_drifts.Pointer, Groups).Clear();
        new Span<float>(_moves.Pointer, _clusters).Clear();
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
    public void Move<T>(T* before, T* now, int dimensions, CentroidGroups groups, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        crew.Run(_clusters, Math.Max(1, (1 << 12) / dimensions), dimensions, (_, first, count) =>
        {
            for (var j = first; j < first + count; j++)
            {
                var offset = (nint)j * dimensions;
                _moves.Pointer[j] = RoundUp(Math.Sqrt(Judge<T>.DistanceSquared(before + offset, now + offset, dimensions)));
            }
        });
        var farthest = new float[Groups];
        for (var j = 0; j < _clusters; j++)
        {
            var group = groups.GroupOf[j];
            farthest[group] = Math.Max(farthest[group], _moves.Pointer[j]);
        }

        for (var group = 0; group < Groups; group++)
        {
            _drifts.Pointer[group] = farthest[group] > 0 ? MathF.BitIncrement(_drifts.Pointer[group] + farthest[group]) : _drifts.Pointer[group];
        }
    }

    /// <summary>A distance as an upper bound: not below the real one, and padded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float RoundUp(double distance) => RoundUpScaled(distance * _scale);

    /// <summary>A distance in units of the rows as an upper bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float RoundUpScaled(double distance) => distance == 0 ? TinyDistance : (float)(distance * _widen) + float.Epsilon + TinyDistance;

    /// <summary>A distance as a lower bound: not above the real one, and padded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float RoundDown(double distance) =>
        double.IsPositiveInfinity(distance) ? float.PositiveInfinity : MathF.Max(0, MathF.BitDecrement((float)(distance * _scale * _shrink)) - TinyDistance);

    public void Dispose()
    {
        _bounds.Dispose();
        _drifts.Dispose();
        _moves.Dispose();
    }
}
