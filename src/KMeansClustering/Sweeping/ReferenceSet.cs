using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering.Sweeping;

/// <summary>Points without clusters, for the gap statistic: uniform over the box in which the data lie (Tibshirani, Walther and Hastie 2001, choice a). Each value is a draw of its own, so no thread shows in it.</summary>
internal static unsafe class ReferenceSet
{
    private const int BlockValues = 1 << 12;
    private const int WorkPerValue = 16;

    /// <summary>n × d values.</summary>
    /// <param name="box">The box.</param>
    /// <param name="count">n.</param>
    /// <param name="seed">The seed of the fits.</param>
    /// <param name="set">Which set, from 1.</param>
    /// <param name="crew">The threads.</param>
    public static AlignedBuffer<T> Draw<T>(Survey<T> box, int count, int seed, int set, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A stream that no restart of a fit has.
        var stream = new Xoshiro256(seed, -set).NextUInt64();
        var points = new AlignedBuffer<T>((long)count * box.Least.Length, clears: false);
        crew.Run(count, Math.Max(1, BlockValues / box.Least.Length), (double)WorkPerValue * box.Least.Length, (_, first, length) => Fill(points.Pointer, box, stream, first, length));
        return points;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Fill<T>(T* points, Survey<T> box, ulong stream, int first, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dimensions = box.Least.Length;
        var value = points + ((nint)first * dimensions);
        for (var i = first; i < first + length; i++)
        {
            for (var p = 0; p < dimensions; p++)
            {
                var (least, greatest) = (double.CreateTruncating(box.Least[p]), double.CreateTruncating(box.Greatest[p]));
                *value++ = T.CreateTruncating(least + ((greatest - least) * (Xoshiro256.DrawAt(stream, p, i) * (1.0 / (1L << 53)))));
            }
        }
    }
}
