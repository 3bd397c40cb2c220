using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>Copies rows in the two forms that <see cref="LaneDistances"/> reads.</summary>
internal static unsafe class RowGroups
{
    private const int BlockValues = 1 << 16;
    private const int TileValues = 1 << 11;
    private const int MostRows = 64;

    /// <summary>Rows that are measured together, so that the others need not be packed too often: as many as fit in the second cache.</summary>
    public static int RowsPerBlock(int dimensions) =>
        Math.Clamp(BlockValues / dimensions / LaneDistances.Lanes, 1, MostRows / LaneDistances.Lanes) * LaneDistances.Lanes;

    /// <summary>The same for the others, which go by while those stay: they fit in the first cache.</summary>
    public static int RowsPerTile(int dimensions) => Math.Clamp(TileValues / dimensions, 1, 4 * MostRows);

    /// <summary>Some rows in groups, coordinate by coordinate; the last group is filled up with the last row.</summary>
    public static void PackGroups<T>(PointView<T> points, int first, int count, double* groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < count; i += LaneDistances.Lanes)
        {
            PackGroup(points, first + i, first + count - 1, groups + ((nint)i * points.Dimensions));
        }
    }

    // Written out, so that the rows' places stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void PackGroup<T>(PointView<T> points, int first, int last, double* group)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* Row(int lane) => points.Row(Math.Min(first + lane, last));
        var (row0, row1, row2, row3) = ((nint)Row(0), (nint)Row(1), (nint)Row(2), (nint)Row(3));
        var (row4, row5, row6, row7) = ((nint)Row(4), (nint)Row(5), (nint)Row(6), (nint)Row(7));
        for (var p = 0; p < points.Dimensions; p++, group += LaneDistances.Lanes)
        {
            group[0] = double.CreateTruncating(((T*)row0)[p]);
            group[1] = double.CreateTruncating(((T*)row1)[p]);
            group[2] = double.CreateTruncating(((T*)row2)[p]);
            group[3] = double.CreateTruncating(((T*)row3)[p]);
            group[4] = double.CreateTruncating(((T*)row4)[p]);
            group[5] = double.CreateTruncating(((T*)row5)[p]);
            group[6] = double.CreateTruncating(((T*)row6)[p]);
            group[7] = double.CreateTruncating(((T*)row7)[p]);
        }
    }

    /// <summary>Some rows that follow each other, one after another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void PackRows<T>(PointView<T> points, int first, int count, double* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = first; row < first + count; row++)
        {
            var values = points.Row(row);
            for (var p = 0; p < points.Dimensions; p++)
            {
                *destination++ = double.CreateTruncating(values[p]);
            }
        }
    }

    /// <summary>A number of rows, rounded up to whole groups.</summary>
    public static int GroupedRows(int count) => (count + LaneDistances.Lanes - 1) / LaneDistances.Lanes * LaneDistances.Lanes;
}
