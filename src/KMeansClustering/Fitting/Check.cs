using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>Refuses bad input, naming the place. Whatever passes can be clustered.</summary>
internal static class Check
{
    public static void Supported<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"Points of type {typeof(T).Name} are not supported: use float or double.");
        }
    }

    /// <summary>How many rows of d values a block of memory holds; at least 1.</summary>
    public static int Rows<T>(ReadOnlySpan<T> values, int dimensions, [CallerArgumentExpression(nameof(values))] string? parameter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (values.IsEmpty)
        {
            throw new ArgumentException("There must be at least one row of values.", parameter);
        }

        return values.Length % dimensions == 0
            ? values.Length / dimensions
            : throw new ArgumentException(Invariant($"The length {values.Length} is not a multiple of the {dimensions} dimensions."), parameter);
    }

    public static void Length(long length, long expected, string meaning, string parameter)
    {
        if (length != expected)
        {
            throw new ArgumentException(Invariant($"The length is {length}; it must be {expected}: {meaning}."), parameter);
        }
    }

    public static void Clusters(int clusters, long points, string parameter)
    {
        if (clusters < 1 || clusters > points)
        {
            throw new ArgumentOutOfRangeException(parameter, clusters, Invariant($"The number of clusters must be from 1 to the number of points, {points}."));
        }
    }

    public static void Finite<T>(ReadOnlySpan<T> values, int dimensions, [CallerArgumentExpression(nameof(values))] string? parameter = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return;
        }

        var place = 0;
        while (T.IsFinite(values[place]))
        {
            place++;
        }

        throw NotFinite(values[place], place / dimensions, place % dimensions, parameter);
    }

    public static ArgumentException NotFinite<T>(T value, int row, int column, string? parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Invariant($"The value at row {row}, column {column} is {value}; every value must be finite."), parameter);

    /// <summary>Checks the weights; gives the least above 0 and the greatest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static (double Least, double Greatest) Weights<T>(ReadOnlySpan<T> weights, int points)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights.IsEmpty)
        {
            return (1, 1);
        }

        Length(weights.Length, points, "a weight for each point", nameof(weights));
        var (least, greatest) = (double.PositiveInfinity, 0.0);
        for (var i = 0; i < weights.Length; i++)
        {
            var weight = double.CreateTruncating(weights[i]);
            if (!(weight >= 0 && double.IsFinite(weight)))
            {
                throw new ArgumentException(Invariant($"The weight at index {i} is {weight}; weights must be finite and at least 0."), nameof(weights));
            }

            greatest = Math.Max(greatest, weight);
            least = weight > 0 ? Math.Min(least, weight) : least;
        }

        return greatest > 0 ? (least, greatest) : throw new ArgumentException("All weights are 0.", nameof(weights));
    }

    /// <summary>Refuses points and centroids so far apart that a squared distance, or its product with a weight, might overflow.</summary>
    public static void Distances<T>(Survey<T> points, ReadOnlySpan<T> centroids, double greatestWeight, string parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dimensions = points.Least.Length;
        var squares = 0.0;
        for (var p = 0; p < dimensions; p++)
        {
            var (least, greatest) = (double.CreateTruncating(points.Least[p]), double.CreateTruncating(points.Greatest[p]));
            for (var i = p; i < centroids.Length; i += dimensions)
            {
                least = Math.Min(least, double.CreateTruncating(centroids[i]));
                greatest = Math.Max(greatest, double.CreateTruncating(centroids[i]));
            }

            squares += (greatest - least) * (greatest - least);
        }

        // Twice the diagonal of the box: room for every rounding.
        if (!double.IsFinite(4 * squares) || !double.IsFinite(4 * squares * greatestWeight))
        {
            throw Overflow(parameter);
        }
    }

    public static ArgumentException Overflow(string parameter) =>
        new("The values are so large that squared distances would overflow; scale them down.", parameter);

    /// <summary>Refuses a label that is not from 0 to k − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Labels(ReadOnlySpan<int> labels, int clusters)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)clusters)
            {
                throw new ArgumentException(Invariant($"The label of row {i} is {labels[i]}; labels must be from 0 to {clusters - 1}."), nameof(labels));
            }
        }
    }

    /// <summary>Refuses labels of one cluster, or of as many as there are points: what compares clusters with each other says nothing of them.</summary>
    public static void LabelCount(int distinct, int points, string parameter)
    {
        if (distinct < 2 || distinct > points - 1)
        {
            throw new ArgumentException(Invariant($"The number of different labels is {distinct}; it must be from 2 to the number of points less 1, {points - 1}."), parameter);
        }
    }

    public static void Parallelism(int maxDegreeOfParallelism)
    {
        if (maxDegreeOfParallelism is not (-1 or >= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(maxDegreeOfParallelism), maxDegreeOfParallelism, "It must be -1 (all processors) or at least 1.");
        }
    }

    public static void Options(KMeansOptions options, string parameter = "options")
    {
        Option(parameter, options.Restarts >= 1, nameof(options.Restarts), options.Restarts, "at least 1");
        Option(parameter, options.MaxIterations >= 1, nameof(options.MaxIterations), options.MaxIterations, "at least 1");
        Option(parameter, options.Tolerance >= 0 && double.IsFinite(options.Tolerance), nameof(options.Tolerance), options.Tolerance, "finite and at least 0");
        Option(parameter, options.MaxDegreeOfParallelism is -1 or >= 1, nameof(options.MaxDegreeOfParallelism), options.MaxDegreeOfParallelism, "-1 or at least 1");
        Seeding(options.Seeding, parameter);
        Option(parameter, Enum.IsDefined(options.Algorithm), nameof(options.Algorithm), options.Algorithm, "one of " + string.Join(", ", Enum.GetNames<KMeansAlgorithm>()));
        Option(parameter, Enum.IsDefined(options.EmptyClusters), nameof(options.EmptyClusters), options.EmptyClusters, "one of " + string.Join(", ", Enum.GetNames<EmptyClusterPolicy>()));
    }

    public static void Options(BisectingKMeansOptions options, string parameter = "options")
    {
        Option(parameter, Enum.IsDefined(options.Strategy), nameof(options.Strategy), options.Strategy, "one of " + string.Join(", ", Enum.GetNames<BisectingStrategy>()), nameof(BisectingKMeansOptions));
        Options(options.Split ?? throw new ArgumentException($"{nameof(BisectingKMeansOptions)}.{nameof(options.Split)} is null.", parameter), parameter);
    }

    public static void Seeding(SeedingMethod seeding, string parameter) =>
        Option(parameter, Enum.IsDefined(seeding), nameof(KMeansOptions.Seeding), seeding, "one of " + string.Join(", ", Enum.GetNames<SeedingMethod>()));

    private static void Option<TValue>(string parameter, bool valid, string name, TValue value, string range, string owner = nameof(KMeansOptions))
    {
        if (!valid)
        {
            throw new ArgumentOutOfRangeException(parameter, value, Invariant($"{owner}.{name} is {value}; it must be {range}."));
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
