using System.Numerics;

namespace KMeansClustering.Numerics;

/// <summary>The generator xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64: the same draws everywhere.</summary>
internal sealed class Xoshiro256
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>The stream of one restart of one seed.</summary>
    public Xoshiro256(int seed, int restart)
    {
        var state = ((ulong)(uint)restart << 32) | (uint)seed;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>A draw that belongs to (seed, round, index) and to no order: for points that each draw for themselves. 53 bits.</summary>
    public static ulong DrawAt(ulong seed, int round, long index)
    {
        // Of an index above 2³² the upper bits go where no round is.
        var state = seed ^ ((ulong)(uint)round << 32) ^ (uint)index ^ ((ulong)(index >> 32) << 48);
        state = SplitMix(ref state);
        return SplitMix(ref state) >> 11;
    }

    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>53 random bits.</summary>
    public ulong Next53() => NextUInt64() >> 11;

    /// <summary>Uniform from 0 to <paramref name="limit"/> − 1, without bias (Lemire 2019).</summary>
    public long Next(long limit)
    {
        var product = (UInt128)NextUInt64() * (ulong)limit;
        if ((ulong)product < (ulong)limit)
        {
            var threshold = (0UL - (ulong)limit) % (ulong)limit;
            while ((ulong)product < threshold)
            {
                product = (UInt128)NextUInt64() * (ulong)limit;
            }
        }

        return (long)(product >> 64);
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
