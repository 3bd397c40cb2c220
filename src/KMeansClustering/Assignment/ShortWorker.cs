using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>One thread of a <see cref="ShortSearch{T, TVector, TSimd}"/>.</summary>
internal sealed unsafe class ShortWorker<T, TVector, TSimd> : NearestSearch<T>.Worker
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const int Together = ShortLanes<TVector, TSimd>.Rows;

    private static readonly int s_vectors = ShortLanes<TVector, TSimd>.Vectors;
    private static readonly int s_points = ShortLanes<TVector, TSimd>.Points;

    private readonly ShortRows<T> _rows;
    private readonly ShortCentroids<T> _centroids;
    private readonly AlignedBuffer<TVector> _products = new(Together * ShortLanes<TVector, TSimd>.Vectors);
    private readonly AlignedBuffer<TVector> _states = new(3 * ShortLanes<TVector, TSimd>.Vectors);
    private readonly AlignedBuffer<float> _thresholds;
    private readonly OpenPoints<T, TVector, TSimd> _open;
    private readonly int[] _opened;

    public ShortWorker(ShortRows<T> rows, ShortCentroids<T> centroids, int blockSize)
    {
        _rows = rows;
        _centroids = centroids;
        _thresholds = new AlignedBuffer<float>(blockSize + s_points);
        _opened = new int[blockSize + s_points];
        _open = new OpenPoints<T, TVector, TSimd>(rows, centroids);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest)
    {
        var opened = 0;
        for (var done = 0; done < count; done += s_points)
        {
            Score(first + done);
            opened = Settle(first, done, Math.Min(s_points, count - done), nearest, opened);
        }

        Work.SketchDistances += (long)count * _centroids.Clusters;
        for (var done = 0; done < opened; done += s_points)
        {
            var some = Math.Min(s_points, opened - done);
            Work.SketchDistances += (long)some * _centroids.Clusters;
            Work.ExactDistances += _open.Decide(points, first, new ReadOnlySpan<int>(_opened, done, some), _thresholds.Pointer, nearest);
        }
    }

    public override void Dispose()
    {
        _products.Dispose();
        _states.Dispose();
        _thresholds.Dispose();
        _open.Dispose();
    }

    // Fills the states of as many points as are scored at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Score(int first)
    {
        var none = TSimd.Create(float.PositiveInfinity);
        for (var i = 0; i < 3 * s_vectors; i++)
        {
            _states.Pointer[i] = none;
        }

        // The points that come next, from memory.
        var clusters = _centroids.Clusters;
        var pairs = _rows.Pairs;
        var products = _products.Pointer;
        var states = _states.Pointer;
        var steps = _rows.Steps + first;
        var x = _rows.At(first);
        var ahead = Math.Min(first + s_points, _rows.Count - 1);
        var batches = (clusters + Together - 1) / Together;
        var fetch = Prefetch.Along(_rows.At(ahead), ((2 * sizeof(short) * s_points) + batches - 1) / batches);
        for (var j = 0; j < clusters; j += Together)
        {
            var count = Math.Min(Together, clusters - j);
            ShortLanes<TVector, TSimd>.Multiply(_centroids.RowsFrom(j), count, x, pairs, products, fetch, streams: false);
            fetch = fetch.After(pairs);
            for (var vector = 0; vector < ShortLanes<TVector, TSimd>.Vectors; vector++)
            {
                Fold(products + vector, j, count, _centroids.MinusSteps + j, _centroids.HalfNorms + j, TSimd.Load(steps + (vector * TSimd.Count)), states + (3 * vector));
            }
        }
    }

    // The lowest score so far, the second lowest, and whose the lowest is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold(TVector* products, int centroid, int count, float* minusSteps, float* halfNorms, TVector steps, TVector* state)
    {
        var (best, second, number) = (state[0], state[1], state[2]);
        for (var j = 0; j < count; j++, products += ShortLanes<TVector, TSimd>.Vectors)
        {
            var score = ShortLanes<TVector, TSimd>.Score(*products, steps, minusSteps[j], halfNorms[j]);
            number = TSimd.SelectLess(score, best, TSimd.Create(LaneBits<float>.FromInt32(centroid + j)), number);
            second = TSimd.Min(second, TSimd.Max(best, score));
            best = TSimd.Min(best, score);
        }

        state[0] = best;
        state[1] = second;
        state[2] = number;
    }

    // Labels the points with one centroid left; lists the others.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Settle(int first, int done, int count, int* nearest, int opened)
    {
        var (length, square, rest) = _centroids.TwoScores;
        for (var vector = 0; vector < s_vectors; vector++)
        {
            var state = _states.Pointer + (3 * vector);
            var begin = done + (vector * TSimd.Count);
            var norms = TSimd.Load(_rows.Norms + first + begin);
            var margin = TSimd.MultiplyAdd(TSimd.Sqrt(norms), TSimd.Create(length), TSimd.MultiplyAdd(norms, TSimd.Create(square), TSimd.Create(rest)));
            var threshold = TSimd.Add(state[0], margin);
            TSimd.Store(threshold, _thresholds.Pointer + begin);
            var some = Math.Min(TSimd.Count, done + count - begin);
            var numbers = (float*)(state + 2);
            for (var i = 0; i < some; i++)
            {
                nearest[begin + i] = LaneBits<float>.ToInt32(numbers[i]);
            }

            var open = _centroids.Overflows ? uint.MaxValue : TSimd.MaskNotGreater(state[1], threshold);
            for (; open != 0 && BitOperations.TrailingZeroCount(open) < some; open &= open - 1)
            {
                _opened[opened++] = begin + BitOperations.TrailingZeroCount(open);
            }
        }

        return opened;
    }
}
