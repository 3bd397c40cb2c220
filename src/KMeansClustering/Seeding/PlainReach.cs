using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>The reach of candidates where short rows do not pay, or there is no memory for them: the judge measures every point.</summary>
/// <param name="points">n × d.</param>
internal sealed unsafe class PlainReach<T>(PointView<T> points) : Reach<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T* _candidates;
    private int _count;

    public override void Prepare(T* candidates, int count, Crew crew)
    {
        _candidates = candidates;
        _count = count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override int Find(int thread, int unit, double* distances, CloserPair* pairs)
    {
        var found = 0;
        var dimensions = points.Dimensions;
        var first = unit * UnitSize;
        var end = first + Math.Min(UnitSize, points.Count - first);
        for (var point = first; point < end; point++)
        {
            for (var candidate = 0; candidate < _count; candidate++)
            {
                // Written in any case: nobody can foretell which are closer.
                var distance = Judge<T>.DistanceSquared(points.Row(point), _candidates + ((nint)candidate * dimensions), dimensions);
                pairs[found] = new CloserPair(point, candidate, distance);
                found += distance < distances[point] ? 1 : 0;
            }
        }

        return found;
    }

    public override void Came(int point, double distance)
    {
    }

    public override void Dispose()
    {
    }
}
