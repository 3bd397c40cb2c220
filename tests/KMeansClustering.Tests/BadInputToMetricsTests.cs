using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Bad input to the metrics of points and labels.</summary>
public abstract class BadInputToMetricsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 20;
    private const int Dimensions = 3;

    private static readonly T[] Points = TestData.Points<T>(DataKind.Clustered, Count, Dimensions);
    private static readonly int[] Labels = [.. Enumerable.Range(0, Count).Select(i => i % 4)];
    private static readonly T[] Centroids = Points[..(4 * Dimensions)];

    private static readonly T[] FourInAll = [.. Enumerable.Range(0, Count).Select(i => T.CreateChecked(i < 12 ? 0.25 : 0.125))];

    private static readonly Fault[] Faults =
    [
        .. ForAllWeighted("Silhouette", weights => ClusteringMetrics.Silhouette<T>(Points, Dimensions, Labels, weights)),
        .. ForAllWeighted("SilhouetteSamples", weights => ClusteringMetrics.SilhouetteSamples<T>(Points, Dimensions, Labels, new double[Count], weights)),
        .. ForAllWeighted("SimplifiedSilhouette", weights => ClusteringMetrics.SimplifiedSilhouette<T>(Points, Dimensions, Labels, Centroids, weights)),
        .. ForAllWeighted("DaviesBouldin", weights => ClusteringMetrics.DaviesBouldin<T>(Points, Dimensions, Labels, weights)),
        .. ForAllWeighted("CalinskiHarabasz", weights => ClusteringMetrics.CalinskiHarabasz<T>(Points, Dimensions, Labels, weights)),
        .. ForAllWeighted("Bic", weights => ClusteringMetrics.Bic<T>(Points, Dimensions, Labels, weights), oneClusterIsFine: true),
        new("CalinskiHarabasz: weights of 4 in all", () => ClusteringMetrics.CalinskiHarabasz<T>(Points, Dimensions, Labels, FourInAll), typeof(ArgumentException), "weights", "4", "4 clusters"),
        new("Bic: weights of 4 in all", () => ClusteringMetrics.Bic<T>(Points, Dimensions, Labels, FourInAll), typeof(ArgumentException), "weights", "4", "4 clusters"),
        .. ForAll("Bic", (points, d, labels, threads) => ClusteringMetrics.Bic<T>(points, d, labels, default, threads), oneClusterIsFine: true),

        .. ForAll("Silhouette", (points, d, labels, threads) => ClusteringMetrics.Silhouette<T>(points, d, labels, default, threads)),
        .. ForAll("SilhouetteSamples", (points, d, labels, threads) => ClusteringMetrics.SilhouetteSamples<T>(points, d, labels, new double[labels.Length], default, threads)),
        .. ForAll("SampledSilhouette", (points, d, labels, threads) => ClusteringMetrics.SampledSilhouette<T>(points, d, labels, Math.Max(3, points.Length / 3), 0, threads)),
        .. ForAll("DaviesBouldin", (points, d, labels, threads) => ClusteringMetrics.DaviesBouldin<T>(points, d, labels, default, threads)),
        .. ForAll("CalinskiHarabasz", (points, d, labels, threads) => ClusteringMetrics.CalinskiHarabasz<T>(points, d, labels, default, threads)),
        .. ForAll("SimplifiedSilhouette", (points, d, labels, threads) => ClusteringMetrics.SimplifiedSilhouette<T>(points, d, labels, Points, default, threads)),

        new("SilhouetteSamples: too little room", () => ClusteringMetrics.SilhouetteSamples<T>(Points, Dimensions, Labels, new double[19]), typeof(ArgumentException), "19", "20"),
        new("SilhouetteSamples: too much room", () => ClusteringMetrics.SilhouetteSamples<T>(Points, Dimensions, Labels, new double[21]), typeof(ArgumentException), "21", "20"),
        new("SampledSilhouette: two points", () => ClusteringMetrics.SampledSilhouette<T>(Points, Dimensions, Labels, 2), typeof(ArgumentOutOfRangeException), "sampleSize", "2"),
        new("SampledSilhouette: more than there are", () => ClusteringMetrics.SampledSilhouette<T>(Points, Dimensions, Labels, 21), typeof(ArgumentOutOfRangeException), "sampleSize", "21"),
        new("SimplifiedSilhouette: a label of k", () => ClusteringMetrics.SimplifiedSilhouette<T>(Points, Dimensions, Arrays.With(Labels, 7, 4), Centroids), typeof(ArgumentException), "row 7", "4"),
        new("SimplifiedSilhouette: a label of -1", () => ClusteringMetrics.SimplifiedSilhouette<T>(Points, Dimensions, Arrays.With(Labels, 8, -1), Centroids), typeof(ArgumentException), "row 8", "-1"),
        new("SimplifiedSilhouette: no centroids", () => ClusteringMetrics.SimplifiedSilhouette<T>(Points, Dimensions, Labels, default), typeof(ArgumentException)),
        new("SimplifiedSilhouette: half a centroid", () => ClusteringMetrics.SimplifiedSilhouette<T>(Points, Dimensions, Labels, Centroids.AsSpan(1)), typeof(ArgumentException), "11", "3"),
        new("SimplifiedSilhouette: NaN in a centroid", () => ClusteringMetrics.SimplifiedSilhouette<T>(Points, Dimensions, Labels, Arrays.With(Centroids, 7, T.NaN)), typeof(ArgumentException), "row 2, column 1"),
    ];

    public static TheoryData<string> Cases => [.. Faults.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_bad_call_is_refused_and_the_message_names_the_place(string fault)
    {
        Fault bad = Faults.Single(one => string.Equals(one.Name, fault, StringComparison.Ordinal));

        Refusal.Require(bad.Call, bad.Exception, bad.Message);
    }

    [Fact]
    public void Types_other_than_float_and_double_are_refused() =>
        Refusal.Require(() => ClusteringMetrics.Silhouette<Half>([(Half)1, (Half)2, (Half)3], 1, [0, 1, 1]), typeof(NotSupportedException), "Half");

    private static IEnumerable<Fault> ForAllWeighted(string method, Action<T[]> call, bool oneClusterIsFine = false)
    {
        T[] ones = Arrays.Ones<T>(Count);
        yield return new($"{method}: too few weights", () => call(ones[1..]), typeof(ArgumentException), "19", "20");
        yield return new($"{method}: too many weights", () => call([.. ones, T.One]), typeof(ArgumentException), "21", "20");
        yield return new($"{method}: a negative weight", () => call(Arrays.With(ones, 7, -T.One)), typeof(ArgumentException), "index 7", "-1");
        yield return new($"{method}: a weight of NaN", () => call(Arrays.With(ones, 8, T.NaN)), typeof(ArgumentException), "index 8", "NaN");
        yield return new($"{method}: an infinite weight", () => call(Arrays.With(ones, 9, T.PositiveInfinity)), typeof(ArgumentException), "index 9");
        yield return new($"{method}: all weights 0", () => call(new T[Count]), typeof(ArgumentException), "All weights are 0");
        yield return new($"{method}: each point of positive weight alone", () => call([.. ones.Select((one, i) => i < 4 ? one : T.Zero)]), typeof(ArgumentException), "labels is 4", "3");
        if (!oneClusterIsFine)
        {
            yield return new($"{method}: one label of positive weight", () => call([.. ones.Select((one, i) => i % 4 == 2 ? one : T.Zero)]), typeof(ArgumentException), "labels is 1");
        }

        if (typeof(T) == typeof(double))
        {
            yield return new($"{method}: weights whose sum overflows", () => call([.. ones.Select(_ => T.CreateSaturating(1e308))]), typeof(ArgumentException), "overflow");
        }
    }

    private static IEnumerable<Fault> ForAll(string method, Action<T[], int, int[], int> call, bool oneClusterIsFine = false) =>
    [
        new($"{method}: a length that is no multiple", () => call([.. Points, T.One], Dimensions, Labels, -1), typeof(ArgumentException), "61", "3"),
        new($"{method}: no points", () => call([], Dimensions, [], -1), typeof(ArgumentException)),
        new($"{method}: 0 dimensions", () => call(Points, 0, Labels, -1), typeof(ArgumentOutOfRangeException), "dimensions", "0"),
        new($"{method}: NaN in a point", () => call(Arrays.With(Points, 28, T.NaN), Dimensions, Labels, -1), typeof(ArgumentException), "row 9, column 1"),
        new($"{method}: infinity in a point", () => call(Arrays.With(Points, 59, T.NegativeInfinity), Dimensions, Labels, -1), typeof(ArgumentException), "row 19, column 2"),
        new($"{method}: too few labels", () => call(Points, Dimensions, Labels[1..], -1), typeof(ArgumentException), "19", "20"),
        new($"{method}: too many labels", () => call(Points, Dimensions, [.. Labels, 1], -1), typeof(ArgumentException), "21", "20"),
        .. oneClusterIsFine ? Array.Empty<Fault>() :
        [
            new($"{method}: one label", () => call(Points, Dimensions, new int[Count], -1), typeof(ArgumentException), "labels is 1", "19"),
        ],
        new($"{method}: a label for each point", () => call(Points, Dimensions, [.. Enumerable.Range(0, Count)], -1), typeof(ArgumentException), "labels is 20", "19"),
        new($"{method}: 0 threads", () => call(Points, Dimensions, Labels, 0), typeof(ArgumentOutOfRangeException), "maxDegreeOfParallelism", "0"),
        new($"{method}: -2 threads", () => call(Points, Dimensions, Labels, -2), typeof(ArgumentOutOfRangeException), "maxDegreeOfParallelism", "-2"),
        .. typeof(T) == typeof(float) ? Array.Empty<Fault>() :
        [
            new($"{method}: overflow", () => call(Arrays.With(Points, 4, T.CreateSaturating(1e160)), Dimensions, Labels, -1), typeof(ArgumentException), "overflow"),
        ],
    ];

    private sealed record Fault(string Name, Action Call, Type Exception, params string[] Message);
}

public sealed class FloatBadInputToMetricsTests : BadInputToMetricsTests<float>;

public sealed class DoubleBadInputToMetricsTests : BadInputToMetricsTests<double>;
