using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Trees;

namespace KMeansClustering.Metrics;

/// <summary>
/// Distances of <see cref="Lanes"/> rows, which lie coordinate by coordinate, from rows that lie one after another; all in double. The distances are the judge's, and a lane adds its own in
/// the order of the other rows: no vector width and no cut of those rows into parts shows in a bit.
/// </summary>
internal abstract unsafe class LaneDistances
{
    /// <summary>Rows in a group, whatever the hardware's vectors.</summary>
    public const int Lanes = 8;

    /// <summary>The widest that the hardware has.</summary>
    public static LaneDistances Instance { get; } =
        Vector512.IsHardwareAccelerated ? new OfWidth<Vector512<double>, Simd512<double>>()
        : Vector256.IsHardwareAccelerated ? new OfWidth<Vector256<double>, Simd256<double>>()
        : Vector128.IsHardwareAccelerated ? new OfWidth<Vector128<double>, Simd128<double>>()
        : new OfWidth<double, SimdScalar<double>>();

    /// <summary>Adds each lane's distance from some other rows, in their order and times their weight, to some sums.</summary>
    /// <param name="group">d × <see cref="Lanes"/> values.</param>
    /// <param name="others">The other rows.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="places">For each other row the numbers of the sums that it is added to.</param>
    /// <param name="sumsPerRow">How many these are.</param>
    /// <param name="sums">The sums, each of <see cref="Lanes"/> values.</param>
    public abstract void AddDistances(double* group, double* others, double* weights, int count, int dimensions, int* places, int sumsPerRow, double* sums);

    /// <summary>Finds each lane's nearest of some other rows, the lowest of them on a tie, and the squared distances from it and from the nearest of the others.</summary>
    /// <param name="group">d × <see cref="Lanes"/> values.</param>
    /// <param name="others">The other rows.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="nearest">Receives <see cref="Lanes"/> numbers, and room for as many more.</param>
    /// <param name="least">Receives <see cref="Lanes"/> squared distances.</param>
    /// <param name="second">Receives <see cref="Lanes"/> more: infinity where there is no other.</param>
    public abstract void FindTwo(double* group, double* others, int count, int dimensions, int* nearest, double* least, double* second);

    internal sealed class OfWidth<TVector, TSimd> : LaneDistances
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public override void AddDistances(double* group, double* others, double* weights, int count, int dimensions, int* places, int sumsPerRow, double* sums)
        {
            for (var lane = 0; lane < Lanes; lane += TSimd.Count)
            {
                for (var j = 0; j < count; j++)
                {
                    var square = LaneJudge<double>.Distance<TVector, TSimd>(group + lane, Lanes, dimensions, others + ((nint)j * dimensions));
                    var distance = TSimd.Multiply(TSimd.Sqrt(square), TSimd.Create(weights[j]));
                    for (var s = 0; s < sumsPerRow; s++)
                    {
                        var sum = sums + ((nint)places[((nint)j * sumsPerRow) + s] * Lanes) + lane;
                        TSimd.Store(TSimd.Add(TSimd.Load(sum), distance), sum);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public override void FindTwo(double* group, double* others, int count, int dimensions, int* nearest, double* least, double* second)
        {
            var infinity = TSimd.Create(double.PositiveInfinity);
            for (var lane = 0; lane < Lanes; lane += TSimd.Count)
            {
                var (first, next, which) = (infinity, infinity, infinity);
                for (var j = 0; j < count; j++)
                {
                    var square = LaneJudge<double>.Distance<TVector, TSimd>(group + lane, Lanes, dimensions, others + ((nint)j * dimensions));
                    which = TSimd.SelectLess(square, first, TSimd.Create(LaneBits<double>.FromInt32(j)), which);
                    next = TSimd.Min(next, TSimd.Max(first, square));
                    first = TSimd.Min(first, square);
                }

                TSimd.StoreInt32(which, nearest + lane);
                TSimd.Store(first, least + lane);
                TSimd.Store(next, second + lane);
            }
        }
    }
}
