using System.Numerics;

namespace KMeansClustering.Tests.Support;

internal static class Arrays
{
    public static T[] Ones<T>(int count)
        where T : INumberBase<T>
    {
        T[] ones = new T[count];
        Array.Fill(ones, T.One);
        return ones;
    }

    /// <summary>The same values but for one.</summary>
    public static T[] With<T>(T[] values, Index at, T value)
    {
        T[] copy = [.. values];
        copy[at] = value;
        return copy;
    }
}
