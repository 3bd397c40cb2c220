using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>A place near the middle of the points and their scale there, from a sample: μ and a power of two σ; 0 and 1 where the points lie near the origin already and need no scaling.</summary>
internal sealed unsafe class Centre<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Sample = 256;
    private const double FarFromOrigin = 4;

    private readonly AlignedBuffer<T> _mean;

    public Centre(PointView<T> points, Crew crew)
    {
        _mean = new AlignedBuffer<T>(points.Dimensions);
        crew.ThrowIfCancelled();
        var mean = new double[points.Dimensions];
        var (spread, offset, largest) = LookAt(points, mean);
        var isNear = offset <= FarFromOrigin * spread && largest is > 1e-6 and < 1e6;
        if (isNear)
        {
            return;
        }

        for (var p = 0; p < mean.Length; p++)
        {
            Mean[p] = T.CreateTruncating(mean[p]);
        }

        var limit = typeof(T) == typeof(float) ? 100 : 480;
        Scale = PowerOfTwo.ScaleFor(largest, limit);
    }

    /// <summary>μ.</summary>
    public T* Mean => _mean.Pointer;

    /// <summary>σ.</summary>
    public double Scale { get; private set; } = 1;

    public void Dispose() => _mean.Dispose();

    // Sets the mean; gives the mean squared distance from it and of it from the origin, and the largest distance of a value.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static (double Spread, double Offset, double Largest) LookAt(PointView<T> points, double[] mean)
    {
        var dimensions = points.Dimensions;
        var rows = Math.Min(Sample, points.Count);
        for (var i = 0; i < rows; i++)
        {
            var row = points.Row((int)((long)i * points.Count / rows));
            for (var p = 0; p < dimensions; p++)
            {
                mean[p] += double.CreateTruncating(row[p]) / rows;
            }
        }

        var (spread, offset, largest) = (0.0, 0.0, 0.0);
        for (var i = 0; i < rows; i++)
        {
            var row = points.Row((int)((long)i * points.Count / rows));
            for (var p = 0; p < dimensions; p++)
            {
                var distance = Math.Abs(double.CreateTruncating(row[p]) - mean[p]);
                spread += distance * distance / rows;
                offset += mean[p] * mean[p] / rows;
                largest = Math.Max(largest, distance);
            }
        }

        return (spread, offset, largest);
    }
}
