using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace KMeansClustering.Numerics;

/// <summary>
/// Asks the memory for the points that come next, a little in each step of the work on those at hand, so that a block's arithmetic and the next block's way from
/// memory take place at once. A hint: it changes no result.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct Prefetch
{
    /// <summary>Memory answers after about so many bytes' work where little is done with each.</summary>
    public const int BytesAhead = 1 << 11;

    private const int LineBytes = 64;

    private Prefetch(byte* next, nint stepBytes)
    {
        Next = next;
        StepBytes = stepBytes;
    }

    /// <summary>What to ask for next.</summary>
    public byte* Next { get; }

    /// <summary>How far to go with each step.</summary>
    public nint StepBytes { get; }

    /// <summary>The memory of some rows in a number of steps; the same place again and again where the rows do not lie side by side, or there are none.</summary>
    public static Prefetch Of<T>(in PointView<T> points, int first, int count, long steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (count <= 0 || !points.IsDense)
        {
            return new Prefetch((byte*)points.Row(0), 0);
        }

        var start = (byte*)points.Row(first);
        return new Prefetch(start, (nint)(((byte*)points.Row(first + count) - start + steps - 1) / steps));
    }

    /// <summary>What follows a place, so many bytes a step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Prefetch Along(void* place, nint stepBytes) => new((byte*)place, stepBytes);

    /// <summary>The same place again and again, which should be in the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Prefetch Nothing(void* place) => new((byte*)place, 0);

    /// <summary>The same after some steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Prefetch After(int steps) => new(Next + (steps * StepBytes), StepBytes);

    /// <summary>Asks for a whole row at once.</summary>
    public static void Row<T>(in PointView<T> points, int row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var place = (byte*)points.Row(row);
        for (var end = place + ((nint)points.Dimensions * sizeof(T)); place < end; place += LineBytes)
        {
            Line(place);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(byte* place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(place);
        }
    }
}
