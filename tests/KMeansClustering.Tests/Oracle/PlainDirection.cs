using System.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>The direction of a row as it is defined, in plain loops.</summary>
internal static class PlainDirection
{
    /// <summary>The row divided by its length; null for zeros.</summary>
    public static T[]? Of<T>(double[] row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (row.All(x => x == 0))
        {
            return null;
        }

        // The largest magnitude to between 1 and 2.
        int exponent = Math.ILogB(row.Max(Math.Abs));
        double[] scaled = Array.ConvertAll(row, x => Math.ScaleB(x, -exponent));
        double squares = JudgeDistance.Squared<double>(scaled, new double[row.Length]);
        double length = Math.Sqrt(squares);
        double tolerance = typeof(T) == typeof(float) ? 9.5367431640625e-07 : (row.Length + 8) * 2.220446049250313e-16;
        for (double power = 1; power < 1e6; power *= 2)
        {
            length = Math.Abs((squares / (power * power)) - 1) <= tolerance ? power : length;
        }

        return Array.ConvertAll(scaled, x => T.CreateChecked(x / length) + T.Zero);
    }

    /// <summary>The directions of rows of which none is zeros.</summary>
    public static T[] OfEach<T>(T[] rows, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. rows.Chunk(dimensions).SelectMany(row => Of<T>(Array.ConvertAll(row, double.CreateChecked))!)];
}
