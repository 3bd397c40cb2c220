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
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void PackGroups<T>(PointView<T> points, int first, int count, double* groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dimensions = points.Dimensions;
        for (var i = 0; i < GroupedRows(count); i++)
        {
            var row = points.Row(first + Math.Min(i, count - 1));
            var lane = groups + ((nint)(i / LaneDistances.Lanes) * LaneDistances.Lanes * dimensions) + (i % LaneDistances.Lanes);
            for (var p = 0; p < dimensions; p++)
            {
                lane[p * LaneDistances.Lanes] = double.CreateTruncating(row[p]);
            }
        }
    }

    /// <summary>Some rows, by their numbers, one after another.</summary>
    public static void PackRows<T>(PointView<T> points, ReadOnlySpan<int> rows, double* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var row in rows)
        {
            PackRow(points, row, destination);
            destination += points.Dimensions;
        }
    }

    /// <summary>One row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void PackRow<T>(PointView<T> points, int row, double* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = points.Row(row);
        for (var p = 0; p < points.Dimensions; p++)
        {
            destination[p] = double.CreateTruncating(values[p]);
        }
    }

    /// <summary>A number of rows, rounded up to whole groups.</summary>
    public static int GroupedRows(int count) => (count + LaneDistances.Lanes - 1) / LaneDistances.Lanes * LaneDistances.Lanes;
}
