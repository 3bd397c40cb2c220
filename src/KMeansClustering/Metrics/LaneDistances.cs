using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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

    /// <summary>Adds to each lane's sum its distances from <paramref name="count"/> other rows, in their order.</summary>
    public abstract void AddDistances(double* group, double* others, int count, int dimensions, double* sums);

    /// <summary>Writes the squared distances from <paramref name="count"/> other rows: <see cref="Lanes"/> for each of these.</summary>
    public abstract void StoreSquares(double* group, double* others, int count, int dimensions, double* squares);

    internal sealed class OfWidth<TVector, TSimd> : LaneDistances
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public override void AddDistances(double* group, double* others, int count, int dimensions, double* sums)
        {
            for (var lane = 0; lane < Lanes; lane += TSimd.Count)
            {
                var sum = TSimd.Load(sums + lane);
                for (var j = 0; j < count; j++)
                {
                    var square = LaneJudge<double>.Distance<TVector, TSimd>(group + lane, Lanes, dimensions, others + ((nint)j * dimensions));
                    sum = TSimd.Add(sum, TSimd.Sqrt(square));
                }

                TSimd.Store(sum, sums + lane);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public override void StoreSquares(double* group, double* others, int count, int dimensions, double* squares)
        {
            for (var lane = 0; lane < Lanes; lane += TSimd.Count)
            {
                for (var j = 0; j < count; j++)
                {
                    var square = LaneJudge<double>.Distance<TVector, TSimd>(group + lane, Lanes, dimensions, others + ((nint)j * dimensions));
                    TSimd.Store(square, squares + ((nint)j * Lanes) + lane);
                }
            }
        }
    }
}
