using System.Numerics;

namespace KMeansClustering.Tests.Support;

/// <summary>What the points of a problem look like.</summary>
public enum DataKind
{
    Uniform,
    Clustered,
    Collinear,
    Duplicated,
    Constant,

    // The rest is made to break an implementation.

    /// <summary>Small whole numbers: many exact ties.</summary>
    Lattice,

    /// <summary>Spread 1 around a million.</summary>
    Offset,

    /// <summary>Each value of its own magnitude, from 1e-30 to 1e30.</summary>
    Magnitudes,

    /// <summary>Each column of its own magnitude: a timestamp beside a ratio.</summary>
    Columns,

    /// <summary>Values next to zero, most of whose squared distances underflow in T, for double in all arithmetic.</summary>
    Subnormal,

    /// <summary>1e37 in float, 1e150 in double.</summary>
    Huge,

    /// <summary>One point at 1e20.</summary>
    Outlier,

    /// <summary>Each value of any magnitude there is, from subnormal ones to the largest whose squared differences fit in a double.</summary>
    AnyMagnitude,
}

/// <summary>What the weights of a problem look like.</summary>
public enum WeightKind
{
    None,
    Uniform,

    /// <summary>0, 1, 2 or 3.</summary>
    WithZeros,

    /// <summary>Powers of two, the largest 2⁶⁰ times the smallest.</summary>
    Wide,
}

/// <summary>Makes problems; the same arguments always make the same problem.</summary>
internal static class TestData
{
    public static readonly DataKind[] Ordinary = [DataKind.Uniform, DataKind.Clustered, DataKind.Collinear, DataKind.Duplicated, DataKind.Constant];

    public static Problem<T> Problem<T>(DataKind kind, int count, int dimensions, int clusters, WeightKind weights = WeightKind.None, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] points = Points<T>(kind, count, dimensions, seed);
        T[] start = Rows(points, dimensions, new Draw(seed + 1).Permutation(count)[..clusters]);
        return new Problem<T>($"{kind} (seed {seed}, weights {weights})", points, dimensions, start, Weights<T>(weights, count, seed + 2));
    }

    public static T[] Points<T>(DataKind kind, int count, int dimensions, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Draw draw = new(seed);
        double[] centers = [.. Enumerable.Range(0, 7 * dimensions).Select(_ => draw.Between(-10, 10))];
        double[] columns = [.. Enumerable.Range(0, dimensions).Select(p => p % 3 == 0 ? 1.7e9 : p % 3 == 1 ? 1 : 1e-6)];
        double tiny = double.CreateChecked(T.Epsilon);
        double huge = typeof(T) == typeof(float) ? 1e37 : 1e150;
        T[] points = new T[count * dimensions];
        for (int i = 0; i < count; i++)
        {
            int group = draw.Below(7);
            double along = draw.Between(-5, 5);
            for (int p = 0; p < dimensions; p++)
            {
                double center = centers[(group * dimensions) + p];
                double value = kind switch
                {
                    DataKind.Uniform => draw.Uniform(),
                    DataKind.Clustered => center + (0.5 * draw.Normal()),
                    DataKind.Collinear => 1 + (along * (p + 1)),
                    DataKind.Duplicated => center,
                    DataKind.Constant => 0.1 + p,
                    DataKind.Lattice => draw.Below(5) - 2,
                    DataKind.Offset => 1e6 + draw.Normal(),
                    DataKind.Magnitudes => draw.Between(-1, 1) * PowerOfTen(draw.Below(61) - 30),
                    DataKind.Columns => columns[p] * (1 + (0.001 * draw.Normal())),
                    DataKind.Subnormal => (draw.Below(2_000_001) - 1_000_000) * tiny,
                    DataKind.Huge => draw.Between(-1, 1) * huge,
                    DataKind.Outlier => i == count / 2 ? 1e20 : center + draw.Normal(),
                    DataKind.AnyMagnitude => Math.ScaleB(draw.Between(-1, 1), typeof(T) == typeof(float) ? draw.Below(277) - 148 : draw.Below(1575) - 1074),
                    _ => throw new ArgumentOutOfRangeException(nameof(kind)),
                };
                points[(i * dimensions) + p] = T.CreateChecked(value);
            }
        }

        return points;
    }

    /// <summary>The same with ones in rows that are all zeros, so that every row has a direction.</summary>
    public static Problem<T> Directed<T>(Problem<T> problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        problem with { Points = Directed(problem.Points, problem.Dimensions), Start = Directed(problem.Start, problem.Dimensions) };

    public static T[] Directed<T>(T[] rows, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. rows.Chunk(dimensions).SelectMany(row => row.All(x => x == T.Zero) ? Arrays.Ones<T>(dimensions) : row)];

    public static T[]? Weights<T>(WeightKind kind, int count, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (kind == WeightKind.None)
        {
            return null;
        }

        Draw draw = new(seed);
        T[] weights = new T[count];
        for (int i = 0; i < count; i++)
        {
            weights[i] = T.CreateChecked(kind switch
            {
                WeightKind.Uniform => draw.Between(0.5, 2),
                WeightKind.WithZeros => i == 0 ? 1 : draw.Below(4),
                WeightKind.Wide => 1.0 / (1L << (i < 2 ? 60 * i : draw.Below(61))),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            });
        }

        return weights;
    }

    /// <summary>Some rows of the points, one after another.</summary>
    public static T[] Rows<T>(T[] points, int dimensions, IEnumerable<int> rows) =>
        [.. rows.SelectMany(row => points.Skip(row * dimensions).Take(dimensions))];

    private static double PowerOfTen(int exponent)
    {
        double power = 1;
        for (int i = 0; i < Math.Abs(exponent); i++)
        {
            power *= 10;
        }

        return exponent < 0 ? 1 / power : power;
    }
}
