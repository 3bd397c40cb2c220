using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;
using KMeansClustering.Trees;

namespace KMeansClustering.Seeding;

/// <summary>A few candidates in double: row by row, and with a lane for each, for the test against a box.</summary>
internal sealed unsafe class CandidateLanes<T, TVector, TSimd>(int dimensions) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, double>
{
    private const int Most = Reach<T>.MaxCandidates;
    private const double Tiny = 1e-300;

    private readonly AlignedBuffer<double> _rows = new((long)Most * dimensions);
    private readonly AlignedBuffer<double> _lanes = new((long)Most * dimensions);

    // More than the rounding of a box's distance and of the judge's.
    private readonly double _shrink = 1 - (8 * (dimensions + 8) * Math.ScaleB(1, -53));

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>A candidate's coordinates.</summary>
    public double* Row(int candidate) => _rows.Pointer + ((nint)candidate * dimensions);

    public void Set(T* candidates, int count)
    {
        Count = count;
        for (var candidate = 0; candidate < count; candidate++)
        {
            for (var p = 0; p < dimensions; p++)
            {
                var value = double.CreateTruncating(candidates[(candidate * dimensions) + p]);
                Row(candidate)[p] = value;
                _lanes.Pointer[(p * Most) + candidate] = value;
            }
        }
    }

    /// <summary>A bit for each candidate that may lie nearer to some point of a node than a distance.</summary>
    public uint Near(PointTree<T> tree, int node, double squaredDistance) =>
        tree.HasBalls ? NearBall(tree.Box(node), tree.Radius(node), squaredDistance) : NearBox(tree.Box(node), squaredDistance);

    public void Dispose()
    {
        _rows.Dispose();
        _lanes.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint NearBall(T* box, double radius, double squaredDistance)
    {
        var near = 0u;
        var reach = (radius + Math.Sqrt(squaredDistance)) * (2 - _shrink);
        var limit = TSimd.Create(reach * reach);
        for (var first = 0; first < Count; first += TSimd.Count)
        {
            var distance = TSimd.Create(0);
            for (var p = 0; p < dimensions; p++)
            {
                var middle = 0.5 * (double.CreateTruncating(box[p]) + double.CreateTruncating(box[dimensions + p]));
                var difference = TSimd.Subtract(TSimd.Load(_lanes.Pointer + (p * Most) + first), TSimd.Create(middle));
                distance = TSimd.MultiplyAdd(difference, difference, distance);
            }

            distance = TSimd.Subtract(TSimd.Multiply(distance, TSimd.Create(_shrink)), TSimd.Create(Tiny));
            near |= TSimd.MaskNotGreater(distance, limit) << first;
        }

        return near & (uint.MaxValue >> (Most - Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint NearBox(T* box, double squaredDistance)
    {
        var near = 0u;
        var limit = TSimd.Create(squaredDistance);
        var zero = TSimd.Create(0);
        for (var first = 0; first < Count; first += TSimd.Count)
        {
            var distance = zero;
            for (var p = 0; p < dimensions; p++)
            {
                var place = TSimd.Load(_lanes.Pointer + (p * Most) + first);
                var outside = TSimd.Max(
                    TSimd.Max(TSimd.Subtract(TSimd.Create(double.CreateTruncating(box[p])), place), TSimd.Subtract(place, TSimd.Create(double.CreateTruncating(box[dimensions + p])))),
                    zero);
                distance = TSimd.MultiplyAdd(outside, outside, distance);
            }

            distance = TSimd.Subtract(TSimd.Multiply(distance, TSimd.Create(_shrink)), TSimd.Create(Tiny));
            near |= TSimd.MaskNotGreater(distance, limit) << first;
        }

        return near & (uint.MaxValue >> (Most - Count));
    }
}
