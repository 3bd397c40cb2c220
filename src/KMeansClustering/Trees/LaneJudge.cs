using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>
/// The <see cref="Judge{T}"/>, with a lane for each point: the same terms in the same order, so the same bits. It measures the points of a leaf, which lie coordinate by coordinate.
/// </summary>
internal static unsafe class LaneJudge<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most points that are written past the last one.</summary>
    public const int Padding = 8;

    /// <summary>The squared distances of some points from one centroid.</summary>
    /// <param name="values">The points' first coordinates; the second ones come <paramref name="count"/> values later, and so on.</param>
    /// <param name="count">How many points.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="centroid">d values.</param>
    /// <param name="distances">Receives the distances, and room for <see cref="Padding"/> more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Measure<TVector, TSimd>(T* values, int count, int dimensions, double* centroid, double* distances)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        for (var i = 0; i < count; i += TSimd.Count)
        {
            TSimd.Store(Distance<TVector, TSimd>(values + i, count, dimensions, centroid), distances + i);
        }
    }

    /// <summary>The nearest of some centroids for each point of some blocks, the first of them winning a tie, and by how much it is nearer than the second, at least.</summary>
    /// <param name="values">The points' first coordinates; the second ones come <paramref name="count"/> values later, and so on.</param>
    /// <param name="count">How many points.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="centroids">All centroids.</param>
    /// <param name="candidates">The numbers of those to compare, ascending; two or more.</param>
    /// <param name="candidateCount">How many.</param>
    /// <param name="blocks">A bit for each block of <see cref="LeafBounds.BlockSize"/> points that is to be measured.</param>
    /// <param name="nearest">Receives a number for each point, and room for <see cref="Padding"/> more.</param>
    /// <param name="bounds">The leaf's drift, and a bound for each block, which is set; or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Nearest<TVector, TSimd>(
        T* values, int count, int dimensions, double* centroids, int* candidates, int candidateCount, uint blocks, int* nearest, double* bounds)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        var infinity = TSimd.Create(double.PositiveInfinity);
        var shrink = TSimd.Create(1 - (64 * (dimensions + 8) * Math.ScaleB(1, -53)));
        for (; blocks != 0; blocks &= blocks - 1)
        {
            var block = BitOperations.TrailingZeroCount(blocks);
            var end = Math.Min((block + 1) * LeafBounds.BlockSize, count);
            var gap = infinity;
            for (var i = block * LeafBounds.BlockSize; i < end; i += TSimd.Count)
            {
                var (least, second, which) = (infinity, infinity, infinity);
                var (x, y, z) = (infinity, infinity, infinity);
                if (dimensions == 3)
                {
                    (x, y, z) = (Widen<TVector, TSimd>(values + i), Widen<TVector, TSimd>(values + count + i), Widen<TVector, TSimd>(values + (2 * count) + i));
                }

                for (var j = 0; j < candidateCount; j++)
                {
                    var centroid = centroids + ((nint)candidates[j] * dimensions);
                    var distance = dimensions == 3
                        ? DistanceOfThree<TVector, TSimd>(x, y, z, centroid)
                        : Distance<TVector, TSimd>(values + i, count, dimensions, centroid);
                    which = TSimd.SelectLess(distance, least, TSimd.Create(LaneBits<double>.FromInt32(candidates[j])), which);
                    second = TSimd.Min(second, TSimd.Max(least, distance));
                    least = TSimd.Min(least, distance);
                }

                TSimd.StoreInt32(which, nearest + i);
                if (bounds != null)
                {
                    // Lanes past the last point say nothing.
                    var apart = TSimd.Subtract(TSimd.Multiply(TSimd.Sqrt(second), shrink), TSimd.Sqrt(least));
                    apart = i + TSimd.Count <= count ? apart : TSimd.SelectLess(TSimd.Create(0), TSimd.FirstLanes(TSimd.Create(1), count - i), apart, infinity);
                    gap = TSimd.Min(gap, apart);
                }
            }

            if (bounds != null)
            {
                bounds[1 + block] = Math.BitDecrement(bounds[0] + (TSimd.MinAcross(gap) - LeafBounds.Tiny));
            }
        }
    }

    /// <summary>The squared distances of a vector of points from one centroid.</summary>
    /// <param name="values">Their first coordinates.</param>
    /// <param name="stride">From one coordinate of a point to the next.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="centroid">d values.</param>
    // As the judge: virtual lane l adds the terms of p ≡ l (mod 8); lanes without a term are left out, as +0 changes no bit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Distance<TVector, TSimd>(T* values, nint stride, int dimensions, double* centroid)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        if (dimensions == 3)
        {
            return DistanceOfThree<TVector, TSimd>(
                Widen<TVector, TSimd>(values), Widen<TVector, TSimd>(values + stride), Widen<TVector, TSimd>(values + (2 * stride)), centroid);
        }

        if (dimensions == 2)
        {
            return TSimd.Add(Term<TVector, TSimd>(values, centroid), Term<TVector, TSimd>(values + stride, centroid + 1));
        }

        TVector l0 = TSimd.Create(0), l1 = l0, l2 = l0, l3 = l0, l4 = l0, l5 = l0, l6 = l0, l7 = l0;
        for (var left = dimensions; left > 0; left -= 8, values += 8 * stride, centroid += 8)
        {
            l0 = TSimd.Add(l0, Term<TVector, TSimd>(values, centroid));
            l1 = left > 1 ? TSimd.Add(l1, Term<TVector, TSimd>(values + stride, centroid + 1)) : l1;
            l2 = left > 2 ? TSimd.Add(l2, Term<TVector, TSimd>(values + (2 * stride), centroid + 2)) : l2;
            l3 = left > 3 ? TSimd.Add(l3, Term<TVector, TSimd>(values + (3 * stride), centroid + 3)) : l3;
            l4 = left > 4 ? TSimd.Add(l4, Term<TVector, TSimd>(values + (4 * stride), centroid + 4)) : l4;
            l5 = left > 5 ? TSimd.Add(l5, Term<TVector, TSimd>(values + (5 * stride), centroid + 5)) : l5;
            l6 = left > 6 ? TSimd.Add(l6, Term<TVector, TSimd>(values + (6 * stride), centroid + 6)) : l6;
            l7 = left > 7 ? TSimd.Add(l7, Term<TVector, TSimd>(values + (7 * stride), centroid + 7)) : l7;
        }

        return TSimd.Add(TSimd.Add(TSimd.Add(l0, l4), TSimd.Add(l2, l6)), TSimd.Add(TSimd.Add(l1, l5), TSimd.Add(l3, l7)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DistanceOfThree<TVector, TSimd>(TVector x, TVector y, TVector z, double* centroid)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double> =>
        TSimd.Add(TSimd.Add(Term<TVector, TSimd>(x, centroid), Term<TVector, TSimd>(z, centroid + 2)), Term<TVector, TSimd>(y, centroid + 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Widen<TVector, TSimd>(T* values)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double> =>
        typeof(T) == typeof(float) ? TSimd.LoadWidened((float*)values) : TSimd.Load((double*)values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Term<TVector, TSimd>(T* values, double* centroid)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double> => Term<TVector, TSimd>(Widen<TVector, TSimd>(values), centroid);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Term<TVector, TSimd>(TVector value, double* centroid)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        var difference = TSimd.Subtract(value, TSimd.Create(*centroid));
        return TSimd.Multiply(difference, difference);
    }
}
