using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>One cut of a <see cref="TreeBuilder{T}"/>: where, and the points that move.</summary>
internal static unsafe class TreeCut<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int SampleSize = 31;

    /// <summary>The widest coordinate of a sample of a node's points, and its median there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static (int Column, T Pivot) Choose(TreeNode node, T* values, int dimensions)
    {
        var size = Math.Min(SampleSize, node.Count);
        Span<T> keys = stackalloc T[size];
        var (column, widest) = (0, T.NegativeInfinity);
        for (var p = 0; p < dimensions; p++)
        {
            var (least, greatest) = (T.PositiveInfinity, T.NegativeInfinity);
            for (var i = 0; i < size; i++)
            {
                var value = values[((node.Begin + ((long)i * node.Count / size)) * dimensions) + p];
                least = value < least ? value : least;
                greatest = value > greatest ? value : greatest;
            }

            if (greatest - least > widest)
            {
                (column, widest) = (p, greatest - least);
            }
        }

        for (var i = 0; i < size; i++)
        {
            keys[i] = values[((node.Begin + ((long)i * node.Count / size)) * dimensions) + column];
        }

        keys.Sort();
        var middle = size / 2;
        while (middle < size - 1 && keys[middle] == keys[0])
        {
            middle++;
        }

        return (column, keys[middle]);
    }

    /// <summary>How many values lie below the pivot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int CountLeft(T* values, int stride, int count, T pivot)
    {
        var left = 0;
        for (var i = 0; i < count; i++, values += stride)
        {
            left += *values < pivot ? 1 : 0;
        }

        return left;
    }

    /// <summary>Moves the points of a run: those below the pivot to the places from <paramref name="left"/> on, the others to those from <paramref name="right"/> down. Gives the place behind the last on the left.</summary>
    public static int Divide(TreeSide<T> from, TreeSide<T> to, int dimensions, int begin, int end, int left, int right, int column, T pivot) => dimensions switch
    {
        1 => Divide<One>(from, to, begin, end, left, right, column, pivot),
        2 => Divide<Two>(from, to, begin, end, left, right, column, pivot),
        3 => Divide<Three>(from, to, begin, end, left, right, column, pivot),
        4 => Divide<Four>(from, to, begin, end, left, right, column, pivot),
        _ => DivideWide(from, to, dimensions, begin, end, left, right, column, pivot),
    };

    // Without a branch on the value, which nobody could predict: the places left and right of the gap between both sides are as far apart as points are to come.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Divide<TDimensions>(TreeSide<T> from, TreeSide<T> to, int begin, int end, nint left, nint right, int column, T pivot)
        where TDimensions : struct, ISmallNumber
    {
        var row = from.Values + ((nint)begin * TDimensions.Count);
        for (nint i = begin, gap = right - left; i < end; i++, gap--, row += TDimensions.Count)
        {
            nint isLeft = row[column] < pivot ? 1 : 0;
            var place = left + (gap & (isLeft - 1));
            var target = to.Values + (place * TDimensions.Count);
            target[0] = row[0];
            if (TDimensions.Count > 1)
            {
                target[1] = row[1];
            }

            if (TDimensions.Count > 2)
            {
                target[2] = row[2];
            }

            if (TDimensions.Count > 3)
            {
                target[3] = row[3];
            }

            to.Order[place] = from.Order[i];
            left += isLeft;
        }

        return (int)left;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int DivideWide(TreeSide<T> from, TreeSide<T> to, int dimensions, int begin, int end, nint left, nint right, int column, T pivot)
    {
        var row = from.Values + ((nint)begin * dimensions);
        for (nint i = begin, gap = right - left; i < end; i++, gap--, row += dimensions)
        {
            nint isLeft = row[column] < pivot ? 1 : 0;
            var place = left + (gap & (isLeft - 1));
            var target = to.Values + (place * dimensions);
            for (var p = 0; p < dimensions; p++)
            {
                target[p] = row[p];
            }

            to.Order[place] = from.Order[i];
            left += isLeft;
        }

        return (int)left;
    }
}
