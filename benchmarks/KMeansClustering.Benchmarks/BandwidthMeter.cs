using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Benchmarks;

/// <summary>The floor of memory: how many bytes a second these cores read at best, from a buffer that no cache holds.</summary>
internal static unsafe class BandwidthMeter
{
    private const int BytesPerThread = 1 << 28;

    /// <summary>GB/s of one thread, or of several at once, each with a buffer of its own.</summary>
    public static double Measure(int threads)
    {
        var buffers = Enumerable.Range(0, threads).Select(_ => new AlignedBuffer<float>(BytesPerThread / sizeof(float))).ToList();
        try
        {
            var sums = new double[threads];
            return Together.BestRate(threads, runs: 12, BytesPerThread, thread => sums[thread] = Sum(buffers[thread])) / 1e9;
        }
        finally
        {
            buffers.ForEach(buffer => buffer.Dispose());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sum(AlignedBuffer<float> buffer)
    {
        Vector<float> a = default, b = default, c = default, d = default;
        var end = buffer.Pointer + buffer.Length;
        for (var place = buffer.Pointer; place < end; place += 4 * Vector<float>.Count)
        {
            a += Vector.Load(place);
            b += Vector.Load(place + Vector<float>.Count);
            c += Vector.Load(place + (2 * Vector<float>.Count));
            d += Vector.Load(place + (3 * Vector<float>.Count));
        }

        return Vector.Sum(a + b + (c + d));
    }
}
