using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeansClustering.Assignment;

/// <summary>An integer carried through lanes of T by its bits: it is only selected and stored, never computed with.</summary>
internal static class LaneBits<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FromInt32(int value) => typeof(T) == typeof(float) ? Unsafe.BitCast<int, T>(value) : Unsafe.BitCast<long, T>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ToInt32(T value) => typeof(T) == typeof(float) ? Unsafe.BitCast<T, int>(value) : (int)Unsafe.BitCast<T, long>(value);
}
