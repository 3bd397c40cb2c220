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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public uint Near(PointTree<T> tree, int node, double squaredDistance)
    {
        var near = 0u;
        var box = tree.Box(node);
        if (tree.HasBalls)
        {
            // From the middle of a ball its radius comes on top.
            var reach = (tree.Radius(node) + Math.Sqrt(squaredDistance)) * (2 - _shrink);
            squaredDistance = reach * reach;
        }

        var limit = TSimd.Create(squaredDistance);
        for (var first = 0; first < Count; first += TSimd.Count)
        {
            var distance = tree.HasBalls ? FromMiddle(box, first) : FromBox(box, first);
            distance = TSimd.Subtract(TSimd.Multiply(distance, TSimd.Create(_shrink)), TSimd.Create(Tiny));
            near |= TSimd.MaskNotGreater(distance, limit) << first;
        }

        return near & (uint.MaxValue >> (Most - Count));
    }

    public void Dispose()
    {
        _rows.Dispose();
        _lanes.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector FromMiddle(T* box, int first)
    {
        var distance = TSimd.Create(0);
        for (var p = 0; p < dimensions; p++)
        {
            var middle = 0.5 * (double.CreateTruncating(box[p]) + double.CreateTruncating(box[dimensions + p]));
            var difference = TSimd.Subtract(TSimd.Load(_lanes.Pointer + (p * Most) + first), TSimd.Create(middle));
            distance = TSimd.MultiplyAdd(difference, difference, distance);
        }

        return distance;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector FromBox(T* box, int first)
    {
        var zero = TSimd.Create(0);
        var distance = zero;
        for (var p = 0; p < dimensions; p++)
        {
            var place = TSimd.Load(_lanes.Pointer + (p * Most) + first);
            var below = TSimd.Subtract(TSimd.Create(double.CreateTruncating(box[p])), place);
            var above = TSimd.Subtract(place, TSimd.Create(double.CreateTruncating(box[dimensions + p])));
            var outside = TSimd.Max(TSimd.Max(below, above), zero);
            distance = TSimd.MultiplyAdd(outside, outside, distance);
        }

        return distance;
    }
}
