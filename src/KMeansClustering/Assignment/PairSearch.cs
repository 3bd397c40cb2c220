using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The search between two centroids, with one bound a point (Hamerly 2010): by how much less far the nearer one is. For a point that its bound does not settle, one product with the line from one centroid to the other says
/// on which side of their middle it is, and how far; where that is too close, the judge does.
/// </summary>
/// <remarks>
/// Invariant: with the distances of real arithmetic, other − own > bound − drift, where the drift is the sum of both centroids' moves; and by so much that the judge would say the same. A bound is stored with the drift of its
/// time added, rounded down, so that a point that is skipped need not be written; moves and drift are rounded up.
/// </remarks>
internal sealed unsafe class PairSearch<T, TVector, TSimd> : NearestSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private const int MaxBlock = 1 << 10;
    private const int MaxBlockBytes = 1 << 17;
    private const int Lanes = 16;

    private readonly int _count;
    private readonly int _dimensions;
    private readonly AlignedBuffer<T> _bounds;
    private readonly AlignedBuffer<T> _centroids;
    private readonly AlignedBuffer<T> _line;
    private double _drift;
    private bool _knowsAny;

    /// <summary>For n points of d values, which are to be the same in every pass.</summary>
    public PairSearch(int count, int dimensions)
    {
        _count = count;
        _dimensions = dimensions;
        Margin = new PairMargin<T>(dimensions, TSimd.Count);

        // Vectors are read whole, past the last bound and the last coordinate.
        _bounds = new AlignedBuffer<T>(count + (long)Lanes, clears: false);
        _centroids = new AlignedBuffer<T>((2 * (long)dimensions) + Lanes);
        _line = new AlignedBuffer<T>(dimensions + (long)Lanes);
    }

    /// <summary>Whole vectors of bounds.</summary>
    public override int BlockSize => Math.Clamp(MaxBlockBytes / (sizeof(T) * _dimensions) / Lanes, 4, MaxBlock / Lanes) * Lanes;

    /// <summary>What the products prove.</summary>
    public PairMargin<T> Margin { get; }

    /// <summary>How far both centroids have moved.</summary>
    public double Drift => _drift;

    /// <summary>The drift as bounds are compared with it.</summary>
    public T RoundedDrift => T.BitIncrement(T.CreateTruncating(_drift));

    /// <summary>Each point's bound.</summary>
    public T* Bounds => _bounds.Pointer;

    /// <summary>c₀ and c₁.</summary>
    public T* Centroids => _centroids.Pointer;

    /// <summary>c₁ − c₀.</summary>
    public T* Line => _line.Pointer;

    public int Dimensions => _dimensions;

    public override void Prepare(T* centroids, Crew crew)
    {
        if (_knowsAny)
        {
            var (first, second) = (Move(centroids, 0), Move(centroids, _dimensions));
            _drift = Math.BitIncrement(_drift + Math.BitIncrement(first + second));
        }
        else
        {
            crew.Run(_count, MaxBlock, 1, (_, first, count) => new Span<T>(_bounds.Pointer + first, count).Fill(T.NegativeInfinity));
            _knowsAny = true;
        }

        new ReadOnlySpan<T>(centroids, 2 * _dimensions).CopyTo(new Span<T>(_centroids.Pointer, 2 * _dimensions));
        for (var p = 0; p < _dimensions; p++)
        {
            _line.Pointer[p] = centroids[_dimensions + p] - centroids[p];
        }

        Margin.Between(Judge<T>.DistanceSquared(centroids, centroids + _dimensions, _dimensions));
    }

    public override void Forget(int point) => _bounds.Pointer[point] = T.NegativeInfinity;

    public override Worker CreateWorker() => new PairWorker<T, TVector, TSimd>(this);

    public override void Dispose()
    {
        _bounds.Dispose();
        _centroids.Dispose();
        _line.Dispose();
    }

    private double Move(T* centroids, int offset) => Margin.Move(Judge<T>.DistanceSquared(_centroids.Pointer + offset, centroids + offset, _dimensions));
}
