using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Bad input to the three steps and to the model.</summary>
public abstract class BadInputToStepsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 20;
    private const int Dimensions = 3;
    private const int Clusters = 4;

    private static readonly T[] Points = TestData.Points<T>(DataKind.Clustered, Count, Dimensions);
    private static readonly T[] Centroids = Points[..(Clusters * Dimensions)];
    private static readonly T[] WithNaN = Arrays.With(Points, (9 * Dimensions) + 1, T.NaN);
    private static readonly T[] WithInfinity = Arrays.With(Points, (19 * Dimensions) + 2, T.NegativeInfinity);
    private static readonly T[] OneTooLong = [.. Points, T.One];
    private static readonly T[] CentroidsWithNaN = Arrays.With(Centroids, (2 * Dimensions) + 1, T.NaN);
    private static readonly T[] NegativeWeight = Arrays.With(Arrays.Ones<T>(Count), 13, -T.One);
    private static readonly T[] NaNWeight = Arrays.With(Arrays.Ones<T>(Count), 11, T.NaN);
    private static readonly T[] InfiniteWeight = Arrays.With(Arrays.Ones<T>(Count), 17, T.PositiveInfinity);
    private static readonly KMeansModel<T> Model = KMeans.Fit(Points, Dimensions, (ReadOnlySpan<T>)Centroids).Model;

    private static readonly Fault[] Faults =
    [
        .. ForAll("InitializeCentroids", (points, dimensions) => KMeans.InitializeCentroids(points, dimensions, new T[3 * Math.Max(dimensions, 1)])),
        .. ForAll("AssignPoints", (points, dimensions) => KMeans.AssignPoints(points, dimensions, (ReadOnlySpan<T>)new T[3 * Math.Max(dimensions, 1)], new int[points.Length / Dimensions])),
        .. ForAll("RecalculateCentroids", (points, dimensions) => KMeans.RecalculateCentroids(points, dimensions, new int[points.Length / Dimensions], new T[3 * Math.Max(dimensions, 1)])),
        .. ForPoints("Predict", points => Model.Predict(points, new int[points.Length / Dimensions])),
        .. ForPoints("Transform", points => Model.Transform(points, new T[points.Length / Dimensions * Clusters])),
        .. ForPoints("Inertia", points => Model.Inertia(points)),

        .. ForWeights("InitializeCentroids", weights => KMeans.InitializeCentroids(Points, Dimensions, new T[9], weights: weights)),
        .. ForWeights("RecalculateCentroids", weights => KMeans.RecalculateCentroids(Points, Dimensions, new int[Count], new T[9], weights)),
        .. ForWeights("Inertia", weights => Model.Inertia(Points, weights)),

        new("InitializeCentroids: no centroids", () => KMeans.InitializeCentroids(Points, Dimensions, default), typeof(ArgumentException)),
        new("InitializeCentroids: half a centroid", () => KMeans.InitializeCentroids(Points, Dimensions, new T[4]), typeof(ArgumentException), "4", "3"),
        new("InitializeCentroids: more than points", () => KMeans.InitializeCentroids(Points, Dimensions, new T[63]), typeof(ArgumentException), "21", "20"),
        new("InitializeCentroids: unknown seeding", () => KMeans.InitializeCentroids(Points, Dimensions, new T[9], (SeedingMethod)77), typeof(ArgumentOutOfRangeException), "seeding"),

        new("AssignPoints: no centroids", () => KMeans.AssignPoints(Points, Dimensions, default, new int[Count]), typeof(ArgumentException)),
        new("AssignPoints: half a centroid", () => KMeans.AssignPoints(Points, Dimensions, Centroids.AsSpan(1), new int[Count]), typeof(ArgumentException), "11", "3"),
        new("AssignPoints: NaN in a centroid", () => KMeans.AssignPoints(Points, Dimensions, (ReadOnlySpan<T>)CentroidsWithNaN, new int[Count]), typeof(ArgumentException), "row 2, column 1"),
        new("AssignPoints: too few labels", () => KMeans.AssignPoints(Points, Dimensions, (ReadOnlySpan<T>)Centroids, new int[Count - 1]), typeof(ArgumentException), "19", "20"),
        new("AssignPoints: too many labels", () => KMeans.AssignPoints(Points, Dimensions, (ReadOnlySpan<T>)Centroids, new int[Count + 1]), typeof(ArgumentException), "21", "20"),

        new("RecalculateCentroids: no centroids", () => KMeans.RecalculateCentroids(Points, Dimensions, new int[Count], Span<T>.Empty), typeof(ArgumentException)),
        new("RecalculateCentroids: half a centroid", () => KMeans.RecalculateCentroids(Points, Dimensions, new int[Count], new T[4]), typeof(ArgumentException), "4", "3"),
        new("RecalculateCentroids: too few labels", () => KMeans.RecalculateCentroids(Points, Dimensions, new int[Count - 1], new T[9]), typeof(ArgumentException), "19", "20"),
        new("RecalculateCentroids: too many labels", () => KMeans.RecalculateCentroids(Points, Dimensions, new int[Count + 1], new T[9]), typeof(ArgumentException), "21", "20"),
        new("RecalculateCentroids: a label of -1", () => KMeans.RecalculateCentroids(Points, Dimensions, Labels(5, -1), new T[9]), typeof(ArgumentException), "row 5", "-1"),
        new("RecalculateCentroids: a label of k", () => KMeans.RecalculateCentroids(Points, Dimensions, Labels(19, 3), new T[9]), typeof(ArgumentException), "row 19", "3"),
        new("RecalculateCentroids: the least label", () => KMeans.RecalculateCentroids(Points, Dimensions, Labels(0, int.MinValue), new T[9]), typeof(ArgumentException), "row 0"),

        new("Centroid: -1", () => Model.Centroid(-1), typeof(ArgumentOutOfRangeException), "-1"),
        new("Centroid: k", () => Model.Centroid(Clusters), typeof(ArgumentOutOfRangeException), "4"),
        new("Predict: a point too short", () => Model.Predict(Points.AsSpan(0, 2)), typeof(ArgumentException), "2", "3"),
        new("Predict: two points for one", () => Model.Predict(Points.AsSpan(0, 6)), typeof(ArgumentException), "6", "3"),
        new("Predict: no point for one", () => Model.Predict(default), typeof(ArgumentException), "3"),
        new("Predict: a NaN in one point", () => Model.Predict([T.One, T.One, T.NaN]), typeof(ArgumentException), "column 2"),
        new("Predict: too few labels", () => Model.Predict(Points, new int[Count - 1]), typeof(ArgumentException), "19", "20"),
        new("Predict: too many labels", () => Model.Predict(Points, new int[Count + 1]), typeof(ArgumentException), "21", "20"),
        new("Transform: too few distances", () => Model.Transform(Points, new T[(Count * Clusters) - 1]), typeof(ArgumentException), "79", "80"),
        new("Transform: too many distances", () => Model.Transform(Points, new T[(Count * Clusters) + 1]), typeof(ArgumentException), "81", "80"),

        .. typeof(T) == typeof(float) ? Array.Empty<Fault>() :
        [
            new("InitializeCentroids: overflow", () => KMeans.InitializeCentroids(TooLarge, Dimensions, new T[9]), typeof(ArgumentException)),
            new("AssignPoints: overflow in a point", () => KMeans.AssignPoints(TooLarge, Dimensions, (ReadOnlySpan<T>)Centroids, new int[Count]), typeof(ArgumentException)),
            new("AssignPoints: overflow in a centroid", () => KMeans.AssignPoints(Points, Dimensions, (ReadOnlySpan<T>)TooLarge, new int[Count]), typeof(ArgumentException)),
            new("Predict: overflow", () => Model.Predict(TooLarge, new int[Count]), typeof(ArgumentException)),
            new("Transform: overflow", () => Model.Transform(TooLarge, new T[Count * Clusters]), typeof(ArgumentException)),
            new("Inertia: overflow", () => Model.Inertia(TooLarge), typeof(ArgumentException)),
        ],
    ];

    public static TheoryData<string> Cases => [.. Faults.Select(fault => fault.Name)];

    private static T[] TooLarge => Arrays.With(Points, 4, T.CreateSaturating(1e160));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_bad_call_is_refused_and_the_message_names_the_place(string fault)
    {
        Fault bad = Faults.Single(one => string.Equals(one.Name, fault, StringComparison.Ordinal));

        Refusal.Require(bad.Call, bad.Exception, bad.Message);
    }

    [Fact]
    public void A_refused_call_leaves_labels_and_centroids_as_they_were()
    {
        int[] labels = Labels(3, 77);
        T[] centroids = [.. Centroids];

        Refusal.Require(() => KMeans.AssignPoints(WithInfinity, Dimensions, (ReadOnlySpan<T>)Centroids, labels), typeof(ArgumentException));
        Refusal.Require(() => KMeans.RecalculateCentroids(WithInfinity, Dimensions, new int[Count], centroids), typeof(ArgumentException));
        Refusal.Require(() => KMeans.InitializeCentroids(WithInfinity, Dimensions, centroids), typeof(ArgumentException));

        Same.Values<int>(Labels(3, 77), labels, "labels");
        Same.Bits<T>(Centroids, centroids, "centroids");
    }

    private static IEnumerable<Fault> ForAll(string method, Action<T[], int> call) =>
    [
        .. ForPoints(method, points => call(points, Dimensions)),
        new($"{method}: 0 dimensions", () => call(Points, 0), typeof(ArgumentOutOfRangeException), "dimensions", "0"),
        new($"{method}: -1 dimensions", () => call(Points, -1), typeof(ArgumentOutOfRangeException), "dimensions", "-1"),
        new($"{method}: no points", () => call([], Dimensions), typeof(ArgumentException)),
    ];

    private static Fault[] ForPoints(string method, Action<T[]> call) =>
    [
        new($"{method}: a length that is no multiple", () => call(OneTooLong), typeof(ArgumentException), "61", "3"),
        new($"{method}: NaN in a point", () => call(WithNaN), typeof(ArgumentException), "row 9, column 1"),
        new($"{method}: infinity in a point", () => call(WithInfinity), typeof(ArgumentException), "row 19, column 2"),
    ];

    private static Fault[] ForWeights(string method, Action<T[]> call) =>
    [
        new($"{method}: too few weights", () => call(Arrays.Ones<T>(Count - 1)), typeof(ArgumentException), "19", "20"),
        new($"{method}: too many weights", () => call(Arrays.Ones<T>(Count + 1)), typeof(ArgumentException), "21", "20"),
        new($"{method}: a negative weight", () => call(NegativeWeight), typeof(ArgumentException), "13"),
        new($"{method}: a NaN weight", () => call(NaNWeight), typeof(ArgumentException), "11"),
        new($"{method}: an infinite weight", () => call(InfiniteWeight), typeof(ArgumentException), "17"),
        new($"{method}: all weights zero", () => call(new T[Count]), typeof(ArgumentException)),
    ];

    private static int[] Labels(int at, int label)
    {
        int[] labels = new int[Count];
        labels[at] = label;
        return labels;
    }

    private sealed record Fault(string Name, Action Call, Type Exception, params string[] Message);
}

public sealed class FloatBadInputToStepsTests : BadInputToStepsTests<float>;

public sealed class DoubleBadInputToStepsTests : BadInputToStepsTests<double>;
