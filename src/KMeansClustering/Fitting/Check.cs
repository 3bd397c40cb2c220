using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>Refuses bad input, naming the place. Whatever passes can be clustered.</summary>
internal static partial class Check
{
    /// <summary>The most points, 2,147,418,112: numbers of points, and of those up to the end of a block of them, are to stay below 2³¹.</summary>
    public const int MostPoints = int.MaxValue - (1 << 16) + 1;

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

        if (values.Length % dimensions != 0)
        {
            throw new ArgumentException(Invariant($"The length {values.Length} is not a multiple of the {dimensions} dimensions."), parameter);
        }

        var rows = values.Length / dimensions;
        return rows <= MostPoints ? rows : throw new ArgumentException(Invariant($"There are {rows} rows of values; there may be at most {MostPoints}."), parameter);
    }

    /// <summary>Refuses a tensor that is not n × d.</summary>
    public static void Shape<T>(in ReadOnlyTensorSpan<T> points, string parameter, int least = 1)
    {
        if (points.Rank != 2 || points.Lengths[0] < least || points.Lengths[0] > MostPoints || points.Lengths[1] is < 1 or > int.MaxValue)
        {
            throw new ArgumentException(
                Invariant($"The shape is [{string.Join(", ", points.Lengths.ToArray())}]; it must be [n, d], with n from {least} to {MostPoints} and d from 1 to {int.MaxValue}."), parameter);
        }
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

    /// <summary>The numbers from one to another.</summary>
    public static int[] ClusterRange(int minClusters, int maxClusters, int points)
    {
        Clusters(maxClusters, points, nameof(maxClusters));
        if (minClusters < 1 || minClusters > maxClusters)
        {
            throw new ArgumentOutOfRangeException(nameof(minClusters), minClusters, Invariant($"The least number of clusters must be from 1 to the greatest, {maxClusters}."));
        }

        return [.. Enumerable.Range(minClusters, maxClusters - minClusters + 1)];
    }

    /// <summary>Numbers of clusters that ascend.</summary>
    public static int[] ClusterList(ReadOnlySpan<int> clusters, int points)
    {
        if (clusters.IsEmpty)
        {
            throw new ArgumentException("There must be at least one number of clusters.", nameof(clusters));
        }

        for (var i = 0; i < clusters.Length; i++)
        {
            Clusters(clusters[i], points, nameof(clusters));
            if (i > 0 && clusters[i] <= clusters[i - 1])
            {
                throw new ArgumentException(Invariant($"The number of clusters at index {i} is {clusters[i]}, after {clusters[i - 1]}; the numbers must ascend."), nameof(clusters));
            }
        }

        return clusters.ToArray();
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

    public static ArgumentException NoDirection(int row, string parameter) =>
        new(Invariant($"Row {row} is all zeros: it has no direction, which is what the metric {KMeansMetric.Cosine} compares."), parameter);

    /// <summary>Refuses a model of directions where points are compared by distance.</summary>
    public static void Euclidean(KMeansMetric metric, string parameter)
    {
        if (metric != KMeansMetric.Euclidean)
        {
            throw new ArgumentException($"The model's metric is {metric}; it must be {KMeansMetric.Euclidean}.", parameter);
        }
    }

    /// <summary>Checks the weights, not all of which may be 0; gives the least above 0 and the greatest.</summary>
    public static (double Least, double Greatest) Weights<T>(ReadOnlySpan<T> weights, int points)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var extremes = AnyWeights(weights, points);
        NotAllZero(extremes.Greatest, nameof(weights));
        return extremes;
    }

    /// <summary>Checks the weights, 1 each where there are none; gives the least above 0, infinite if there is none, and the greatest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static (double Least, double Greatest) AnyWeights<T>(ReadOnlySpan<T> weights, int points, string parameter = "weights")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights.IsEmpty)
        {
            return (1, 1);
        }

        Length(weights.Length, points, "a weight for each point", parameter);
        var (least, greatest) = (double.PositiveInfinity, 0.0);
        for (var i = 0; i < weights.Length; i++)
        {
            var weight = double.CreateTruncating(weights[i]);
            if (!(weight >= 0 && double.IsFinite(weight)))
            {
                throw new ArgumentException(Invariant($"The weight at index {i} is {weight}; weights must be finite and at least 0."), parameter);
            }

            greatest = Math.Max(greatest, weight);
            least = weight > 0 ? Math.Min(least, weight) : least;
        }

        return (least, greatest);
    }

    public static void NotAllZero(double greatestWeight, string parameter)
    {
        if (greatestWeight == 0)
        {
            throw new ArgumentException("All weights are 0.", parameter);
        }
    }

    /// <summary>Refuses points and centroids so far apart that a squared distance, or its product with a weight, might overflow.</summary>
    public static void Distances<T>(Survey<T> points, ReadOnlySpan<T> centroids, double greatestWeight, string parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Distances(points.Least, points.Greatest, centroids, greatestWeight, parameter);

    /// <summary>The same for points of which only the least and the greatest value of each coordinate are at hand.</summary>
    public static void Distances<T>(ReadOnlySpan<T> leastValues, ReadOnlySpan<T> greatestValues, ReadOnlySpan<T> centroids, double greatestWeight, string parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dimensions = leastValues.Length;
        var squares = 0.0;
        for (var p = 0; p < dimensions; p++)
        {
            var (least, greatest) = (double.CreateTruncating(leastValues[p]), double.CreateTruncating(greatestValues[p]));
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

    /// <summary>Refuses weights whose sum might overflow.</summary>
    public static void WeightSum(double atMost, string parameter = "weights")
    {
        if (!double.IsFinite(atMost))
        {
            throw new ArgumentException("The weights are so large that their sum would overflow; scale them down.", parameter);
        }
    }

    /// <summary>Refuses fewer points than clusters.</summary>
    public static void PointsForClusters(int points, int clusters, string parameter)
    {
        if (points < clusters)
        {
            throw new ArgumentException(Invariant($"There are {points} points of positive weight; {clusters} clusters need at least as many."), parameter);
        }
    }

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

    /// <summary>Refuses labels of too few clusters, or of as many as there are points: what compares points with their clusters says nothing of them.</summary>
    public static void LabelCount(int distinct, int least, bool eachAlone, int points, string parameter)
    {
        if (distinct < least || eachAlone)
        {
            throw new ArgumentException(
                Invariant($"The number of different labels is {distinct}; it must be from {least} to the number of points (of positive weight) less 1, {points - 1}."), parameter);
        }
    }

    /// <summary>Refuses weights that do not sum to more than the number of clusters: what counts degrees of freedom says nothing of them.</summary>
    public static void TotalWeight(double total, int clusters, string parameter)
    {
        if (total <= clusters)
        {
            throw new ArgumentException(
                Invariant($"The weights sum to {total}; with {clusters} clusters they must sum to more: a weight says how many points stand in one place."), parameter);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
