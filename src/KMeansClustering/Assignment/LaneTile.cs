using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The inner loop of the <see cref="LaneSearch{T, TVector, TSimd}"/>: a lane is a point, and two vectors of points of up to eight dimensions stay in registers while all
/// centroids pass by. Two, because their chains of additions then hide each other's latency.
/// </summary>
internal static unsafe class LaneTile<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    /// <summary>Scores two vectors of points against all centroids. Gives whether all of them are settled, with the widest margin of all centroids.</summary>
    /// <param name="centroids">The centroids, with one lane: plain rows.</param>
    /// <param name="block">The first coordinates of the points; the second ones come <paramref name="blockSize"/> values later, and so on.</param>
    /// <param name="blockSize">Points in the block.</param>
    /// <param name="best">Receives the lowest score of each point.</param>
    /// <param name="second">Receives the second lowest.</param>
    /// <param name="nearest">Receives the centroid of the lowest.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool Score<TDimensions>(PackedCentroids<T> centroids, T* block, nint blockSize, T* best, T* second, int* nearest)
        where TDimensions : struct, ISmallNumber
    {
        var mean = centroids.Mean;
        var scale = TSimd.Create(centroids.Scale);
        var zero = TSimd.Create(T.Zero);
        TVector x0 = TDimensions.Count > 0 ? Centred(block, 0 * blockSize, mean[0], scale) : zero;
        TVector y0 = TDimensions.Count > 0 ? Centred(block + TSimd.Count, 0 * blockSize, mean[0], scale) : zero;
        TVector x1 = TDimensions.Count > 1 ? Centred(block, 1 * blockSize, mean[1], scale) : zero;
        TVector y1 = TDimensions.Count > 1 ? Centred(block + TSimd.Count, 1 * blockSize, mean[1], scale) : zero;
        TVector x2 = TDimensions.Count > 2 ? Centred(block, 2 * blockSize, mean[2], scale) : zero;
        TVector y2 = TDimensions.Count > 2 ? Centred(block + TSimd.Count, 2 * blockSize, mean[2], scale) : zero;
        TVector x3 = TDimensions.Count > 3 ? Centred(block, 3 * blockSize, mean[3], scale) : zero;
        TVector y3 = TDimensions.Count > 3 ? Centred(block + TSimd.Count, 3 * blockSize, mean[3], scale) : zero;
        TVector x4 = TDimensions.Count > 4 ? Centred(block, 4 * blockSize, mean[4], scale) : zero;
        TVector y4 = TDimensions.Count > 4 ? Centred(block + TSimd.Count, 4 * blockSize, mean[4], scale) : zero;
        TVector x5 = TDimensions.Count > 5 ? Centred(block, 5 * blockSize, mean[5], scale) : zero;
        TVector y5 = TDimensions.Count > 5 ? Centred(block + TSimd.Count, 5 * blockSize, mean[5], scale) : zero;
        TVector x6 = TDimensions.Count > 6 ? Centred(block, 6 * blockSize, mean[6], scale) : zero;
        TVector y6 = TDimensions.Count > 6 ? Centred(block + TSimd.Count, 6 * blockSize, mean[6], scale) : zero;
        TVector x7 = TDimensions.Count > 7 ? Centred(block, 7 * blockSize, mean[7], scale) : zero;
        TVector y7 = TDimensions.Count > 7 ? Centred(block + TSimd.Count, 7 * blockSize, mean[7], scale) : zero;
        TVector bestX = TSimd.Create(T.PositiveInfinity), secondX = bestX, indexX = zero;
        TVector bestY = bestX, secondY = bestX, indexY = zero;
        var c = centroids.Panel(0);
        var offsets = centroids.Offsets;
        var clusters = centroids.Clusters;
        for (var j = 0; j < clusters; j++, c += TDimensions.Count)
        {
            var value = TSimd.Create(c[0]);
            var offset = TSimd.Create(offsets[j]);
            var scoreX = TSimd.MultiplyAdd(x0, value, offset);
            var scoreY = TSimd.MultiplyAdd(y0, value, offset);
            if (TDimensions.Count > 1)
            {
                value = TSimd.Create(c[1]);
                scoreX = TSimd.MultiplyAdd(x1, value, scoreX);
                scoreY = TSimd.MultiplyAdd(y1, value, scoreY);
            }

            if (TDimensions.Count > 2)
            {
                value = TSimd.Create(c[2]);
                scoreX = TSimd.MultiplyAdd(x2, value, scoreX);
                scoreY = TSimd.MultiplyAdd(y2, value, scoreY);
            }

            if (TDimensions.Count > 3)
            {
                value = TSimd.Create(c[3]);
                scoreX = TSimd.MultiplyAdd(x3, value, scoreX);
                scoreY = TSimd.MultiplyAdd(y3, value, scoreY);
            }

            if (TDimensions.Count > 4)
            {
                value = TSimd.Create(c[4]);
                scoreX = TSimd.MultiplyAdd(x4, value, scoreX);
                scoreY = TSimd.MultiplyAdd(y4, value, scoreY);
            }

            if (TDimensions.Count > 5)
            {
                value = TSimd.Create(c[5]);
                scoreX = TSimd.MultiplyAdd(x5, value, scoreX);
                scoreY = TSimd.MultiplyAdd(y5, value, scoreY);
            }

            if (TDimensions.Count > 6)
            {
                value = TSimd.Create(c[6]);
                scoreX = TSimd.MultiplyAdd(x6, value, scoreX);
                scoreY = TSimd.MultiplyAdd(y6, value, scoreY);
            }

            if (TDimensions.Count > 7)
            {
                value = TSimd.Create(c[7]);
                scoreX = TSimd.MultiplyAdd(x7, value, scoreX);
                scoreY = TSimd.MultiplyAdd(y7, value, scoreY);
            }

            var number = TSimd.Create(LaneBits<T>.FromInt32(j));
            indexX = TSimd.SelectLess(scoreX, bestX, number, indexX);
            secondX = TSimd.Min(secondX, TSimd.Max(bestX, scoreX));
            bestX = TSimd.Min(bestX, scoreX);
            indexY = TSimd.SelectLess(scoreY, bestY, number, indexY);
            secondY = TSimd.Min(secondY, TSimd.Max(bestY, scoreY));
            bestY = TSimd.Min(bestY, scoreY);
        }

        TSimd.Store(bestX, best);
        TSimd.Store(bestY, best + TSimd.Count);
        TSimd.Store(secondX, second);
        TSimd.Store(secondY, second + TSimd.Count);
        StoreLabels(indexX, nearest);
        StoreLabels(indexY, nearest + TSimd.Count);
        var normX = TSimd.Multiply(x0, x0);
        var normY = TSimd.Multiply(y0, y0);
        if (TDimensions.Count > 1)
        {
            normX = TSimd.MultiplyAdd(x1, x1, normX);
            normY = TSimd.MultiplyAdd(y1, y1, normY);
        }

        if (TDimensions.Count > 2)
        {
            normX = TSimd.MultiplyAdd(x2, x2, normX);
            normY = TSimd.MultiplyAdd(y2, y2, normY);
        }

        if (TDimensions.Count > 3)
        {
            normX = TSimd.MultiplyAdd(x3, x3, normX);
            normY = TSimd.MultiplyAdd(y3, y3, normY);
        }

        if (TDimensions.Count > 4)
        {
            normX = TSimd.MultiplyAdd(x4, x4, normX);
            normY = TSimd.MultiplyAdd(y4, y4, normY);
        }

        if (TDimensions.Count > 5)
        {
            normX = TSimd.MultiplyAdd(x5, x5, normX);
            normY = TSimd.MultiplyAdd(y5, y5, normY);
        }

        if (TDimensions.Count > 6)
        {
            normX = TSimd.MultiplyAdd(x6, x6, normX);
            normY = TSimd.MultiplyAdd(y6, y6, normY);
        }

        if (TDimensions.Count > 7)
        {
            normX = TSimd.MultiplyAdd(x7, x7, normX);
            normY = TSimd.MultiplyAdd(y7, y7, normY);
        }

        var factor = TSimd.Create(centroids.PointFactor);
        var slack = TSimd.Create(centroids.MaxSlack + centroids.Tiny);
        var limitX = TSimd.Add(bestX, TSimd.MultiplyAdd(factor, normX, slack));
        var limitY = TSimd.Add(bestY, TSimd.MultiplyAdd(factor, normY, slack));
        return (TSimd.MaskNotGreater(secondX, limitX) | TSimd.MaskNotGreater(secondY, limitY)) == 0;
    }

    // (x − μ)·σ of a vector of points.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Centred(T* block, nint offset, T mean, TVector scale) =>
        TSimd.Multiply(TSimd.Subtract(TSimd.Load(block + offset), TSimd.Create(mean)), scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLabels(TVector index, int* labels)
    {
        if (typeof(T) == typeof(float))
        {
            TSimd.Store(index, (T*)labels);
            return;
        }

        for (var lane = 0; lane < TSimd.Count; lane++)
        {
            labels[lane] = LaneBits<T>.ToInt32(((T*)&index)[lane]);
        }
    }
}
