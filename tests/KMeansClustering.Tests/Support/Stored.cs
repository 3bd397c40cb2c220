using System.Numerics;
using KMeansClustering.Tests.Oracle;

namespace KMeansClustering.Tests.Support;

/// <summary>Models with values that are hard to store, and their files.</summary>
internal static class Stored
{
    /// <summary>Zeros of both signs, the smallest and largest numbers of each kind, and some that have no short form: 3 × 4. Data/make_npy.py has the same.</summary>
    public static T[] Special<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool single = typeof(T) == typeof(float);
        T largest = T.CreateChecked(single ? float.MaxValue : double.MaxValue);
        T normal = T.CreateChecked(single ? 1.17549435E-38f : 2.2250738585072014E-308);
        T three = T.CreateChecked(3);
        return
        [
            T.Zero, T.NegativeZero, T.Epsilon, -T.Epsilon,
            largest, -largest, normal, T.BitDecrement(normal),
            T.One / three, -(T.One + T.One) / three, T.CreateChecked(16777216), T.One / T.CreateChecked(10),
        ];
    }

    /// <summary>Any bits that are a finite number.</summary>
    public static T Finite<T>(Draw draw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (true)
        {
            ulong bits = draw.Bits();
            T value = typeof(T) == typeof(float)
                ? T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)bits))
                : T.CreateTruncating(BitConverter.UInt64BitsToDouble(bits));
            if (T.IsFinite(value))
            {
                return value;
            }
        }
    }

    /// <summary>k × d numbers of any bits.</summary>
    public static KMeansModel<T> Model<T>(int clusters, int dimensions, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Draw draw = new(seed);
        T[] values = new T[clusters * dimensions];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Finite<T>(draw);
        }

        return new KMeansModel<T>(values, dimensions);
    }

    /// <summary>k × d numbers whose rows are of length 1.</summary>
    public static KMeansModel<T> CosineModel<T>(int clusters, int dimensions, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] centroids = TestData.Points<T>(DataKind.Uniform, clusters, dimensions, seed);
        return new KMeansModel<T>(PlainDirection.OfEach(centroids, dimensions), dimensions, KMeansMetric.Cosine);
    }

    /// <summary>What a method writes.</summary>
    public static byte[] Bytes(Action<Stream> save)
    {
        using MemoryStream stream = new();
        save(stream);
        return stream.ToArray();
    }

    public static void Same<T>(KMeansModel<T> expected, KMeansModel<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Support.Same.Value(expected.Dimensions, actual.Dimensions, what + ": dimensions");
        Support.Same.Value(expected.Metric, actual.Metric, what + ": metric");
        Support.Same.Value(expected.Clusters, actual.Clusters, what + ": clusters");
        Support.Same.Bits(expected.Centroids, actual.Centroids, what + ": centroids");
    }
}
