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
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void PackGroups<T>(PointView<T> points, int first, int count, double* groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = stackalloc T*[LaneDistances.Lanes];
        for (var group = 0; group < count; group += LaneDistances.Lanes)
        {
            for (var lane = 0; lane < LaneDistances.Lanes; lane++)
            {
                rows[lane] = points.Row(first + Math.Min(group + lane, count - 1));
            }

            for (var p = 0; p < points.Dimensions; p++)
            {
                for (var lane = 0; lane < LaneDistances.Lanes; lane++)
                {
                    *groups++ = double.CreateTruncating(rows[lane][p]);
                }
            }
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
