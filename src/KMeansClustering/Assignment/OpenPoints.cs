using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>The points that one look over short rows did not settle, from anywhere, gathered and scored once more together: the judge decides among the centroids within their thresholds. For one thread.</summary>
internal sealed unsafe class OpenPoints<T, TVector, TSimd> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const int Together = ShortLanes<TVector, TSimd>.Rows;

    private static readonly int s_vectors = ShortLanes<TVector, TSimd>.Vectors;

    private readonly ShortRows<T> _rows;
    private readonly ShortCentroids<T> _centroids;
    private readonly AlignedBuffer<short> _gathered;
    private readonly AlignedBuffer<float> _steps = new(ShortLanes<TVector, TSimd>.Points);
    private readonly AlignedBuffer<float> _limits = new(ShortLanes<TVector, TSimd>.Points);
    private readonly AlignedBuffer<TVector> _products = new(Together * ShortLanes<TVector, TSimd>.Vectors);
    private readonly int[] _points = new int[ShortLanes<TVector, TSimd>.Points];
    private readonly int[] _nearest = new int[ShortLanes<TVector, TSimd>.Points];
    private readonly double[] _least = new double[ShortLanes<TVector, TSimd>.Points];
    private long _judged;

    public OpenPoints(ShortRows<T> rows, ShortCentroids<T> centroids)
    {
        _rows = rows;
        _centroids = centroids;
        _gathered = new AlignedBuffer<short>(2L * rows.Pairs * Math.Max(ShortLanes<TVector, TSimd>.Points, ShortRow.Block));
    }

    /// <summary>Labels some points, at most as many as are scored at once. Gives how many distances it took.</summary>
    /// <param name="points">All points.</param>
    /// <param name="first">That to which the numbers are added.</param>
    /// <param name="numbers">Which.</param>
    /// <param name="thresholds">By the same numbers, the scores above which a centroid is none.</param>
    /// <param name="nearest">By the same numbers, the labels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public long Decide(in PointView<T> points, int first, ReadOnlySpan<int> numbers, float* thresholds, int* nearest)
    {
        _judged = 0;
        new Span<float>(_limits.Pointer, (int)_limits.Length).Fill(float.NegativeInfinity);
        for (var i = 0; i < numbers.Length; i++)
        {
            var point = first + numbers[i];
            _points[i] = point;
            _nearest[i] = 0;
            _least[i] = double.PositiveInfinity;
            if (thresholds[numbers[i]] < float.PositiveInfinity && !_centroids.Overflows)
            {
                // The judge will want the point itself.
                Prefetch.Row(points, point);
                _rows.Copy(point, _gathered.Pointer + ShortRow.Place(i, _rows.Pairs), ShortRow.Block);
                _steps.Pointer[i] = _rows.Steps[point];
                _limits.Pointer[i] = thresholds[numbers[i]];
            }
            else
            {
                _judged += _centroids.Clusters;
                _nearest[i] = Judge<T>.Nearest(points.Row(point), _centroids.Centroids, _centroids.Clusters, points.Dimensions, out _);
            }
        }

        Score(points);
        for (var i = 0; i < numbers.Length; i++)
        {
            nearest[numbers[i]] = _nearest[i];
        }

        return _judged;
    }

    public void Dispose()
    {
        _gathered.Dispose();
        _steps.Dispose();
        _limits.Dispose();
        _products.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Score(in PointView<T> points)
    {
        for (var first = 0; first < _centroids.Clusters; first += Together)
        {
            var count = Math.Min(Together, _centroids.Clusters - first);
            ShortLanes<TVector, TSimd>.Multiply(
                _centroids.RowsFrom(first), count, _gathered.Pointer, _rows.Pairs, _products.Pointer, Prefetch.Nothing(_gathered.Pointer), streams: false);
            for (var j = 0; j < count; j++)
            {
                var centroid = first + j;
                for (var vector = 0; vector < s_vectors; vector++)
                {
                    var place = vector * TSimd.Count;
                    var score = ShortLanes<TVector, TSimd>.Score(
                        _products.Pointer[(j * s_vectors) + vector], TSimd.Load(_steps.Pointer + place), _centroids.MinusSteps[centroid], _centroids.HalfNorms[centroid]);
                    for (var left = TSimd.MaskNotGreater(score, TSimd.Load(_limits.Pointer + place)); left != 0; left &= left - 1)
                    {
                        Compare(points, place + BitOperations.TrailingZeroCount(left), centroid);
                    }
                }
            }
        }
    }

    // Centroids come in ascending order: the lowest wins a tie.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Compare(in PointView<T> points, int lane, int centroid)
    {
        _judged++;
        var distance = Judge<T>.DistanceSquared(points.Row(_points[lane]), _centroids.Centroids + ((nint)centroid * points.Dimensions), points.Dimensions);
        if (distance < _least[lane])
        {
            _least[lane] = distance;
            _nearest[lane] = centroid;
        }
    }
}
