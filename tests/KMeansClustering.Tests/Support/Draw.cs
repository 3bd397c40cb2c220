namespace KMeansClustering.Tests.Support;

/// <summary>splitmix64: the same numbers on every machine and every .NET, from integers and exact arithmetic alone.</summary>
internal sealed class Draw(int seed)
{
    private ulong _state = (ulong)seed;

    public ulong Bits()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to <paramref name="bound"/> − 1.</summary>
    public int Below(int bound) => (int)(Bits() % (ulong)bound);

    /// <summary>From 0 to below 1.</summary>
    public double Uniform() => (Bits() >> 11) * (1.0 / (1L << 53));

    public double Between(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>Normal enough: the sum of twelve uniform numbers has variance 1.</summary>
    public double Normal()
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
        {
            sum += Uniform();
        }

        return sum;
    }

    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
