using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>One thread of a <see cref="PairSearch{T, TVector, TSimd}"/>.</summary>
internal sealed unsafe class PairWorker<T, TVector, TSimd>(PairSearch<T, TVector, TSimd> search) : NearestSearch<T>.Worker
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    // So many rows are on their way from memory.
    private const int BytesAhead = 1 << 12;

    private readonly AlignedBuffer<int> _lookers = new(search.BlockSize + TSimd.Count);
    private readonly AlignedBuffer<T> _row = new(search.Dimensions + (long)TSimd.Count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest)
    {
        var lookers = _lookers.Pointer;
        var looking = Unsettled(search.Bounds + first, count, search.RoundedDrift, lookers);
        Work.PointsSkipped += count - looking;
        Work.TileDistances += looking;
        var ahead = 1 + (BytesAhead / (sizeof(T) * search.Dimensions));
        var readable = points.ReadablePast(first, TSimd.Count);
        for (var k = 0; k < looking; k++)
        {
            var i = lookers[k];
            if (k + ahead < looking)
            {
                Prefetch.Row(points, first + lookers[k + ahead]);
            }

            var x = points.Row(first + i);
            if (i >= readable)
            {
                points.RowSpan(first + i).CopyTo(new Span<T>(_row.Pointer, search.Dimensions));
                x = _row.Pointer;
            }

            nearest[i] = Look(x, search.Bounds + first + i);
        }
    }

    public override void Dispose()
    {
        _lookers.Dispose();
        _row.Dispose();
    }

    // The points that their bounds do not settle.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Unsettled(T* bounds, int count, T drift, int* lookers)
    {
        var looking = 0;
        var limit = TSimd.Create(drift);
        for (var i = 0; i < count; i += TSimd.Count)
        {
            var left = TSimd.MaskNotGreater(TSimd.Load(bounds + i), limit);
            if (left == 0)
            {
                continue;
            }

            for (var lane = 0; lane < TSimd.Count; lane++, left >>= 1)
            {
                lookers[looking] = i + lane;
                looking += (int)(left & 1);
            }
        }

        // Lanes past the last point hold anything.
        while (looking > 0 && lookers[looking - 1] >= count)
        {
            looking--;
        }

        return looking;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Look(T* x, T* bound)
    {
        var margin = search.Margin;
        Product(x, out var product, out var square);
        var known = margin.OfProduct(product, square, out var side);
        var nearest = side > 0 ? 1 : 0;
        if (!(known > 0 && known < double.PositiveInfinity))
        {
            Work.ExactDistances += 2;
            var dimensions = search.Dimensions;
            var (d0, d1) = (Judge<T>.DistanceSquared(x, search.Centroids, dimensions), Judge<T>.DistanceSquared(x, search.Centroids + dimensions, dimensions));
            nearest = d1 < d0 ? 1 : 0;
            known = margin.OfDistances(Math.Min(d0, d1), Math.Max(d0, d1));
        }

        *bound = T.BitDecrement(T.CreateTruncating(known + search.Drift));
        return nearest;
    }

    // y·v and y·y, y = x − c₀.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Product(T* x, out double product, out double square)
    {
        var dimensions = search.Dimensions;
        var centroid = search.Centroids;
        var line = search.Line;
        TVector products = TSimd.Create(T.Zero), squares = products;
        var p = 0;
        for (; p <= dimensions - TSimd.Count; p += TSimd.Count)
        {
            var y = TSimd.Subtract(TSimd.Load(x + p), TSimd.Load(centroid + p));
            products = TSimd.MultiplyAdd(y, TSimd.Load(line + p), products);
            squares = TSimd.MultiplyAdd(y, y, squares);
        }

        if (p < dimensions)
        {
            var y = TSimd.FirstLanes(TSimd.Subtract(TSimd.Load(x + p), TSimd.Load(centroid + p)), dimensions - p);
            products = TSimd.MultiplyAdd(y, TSimd.Load(line + p), products);
            squares = TSimd.MultiplyAdd(y, y, squares);
        }

        product = double.CreateTruncating(TSimd.SumAcross(products));
        square = double.CreateTruncating(TSimd.SumAcross(squares));
    }
}
