using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Bad input to a sweep.</summary>
public abstract class BadInputToSweepTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 20;
    private const int Dimensions = 3;

    private static readonly T[] Points = TestData.Points<T>(DataKind.Clustered, Count, Dimensions);

    private static readonly Fault[] Faults =
    [
        new("no points", () => KMeans.Sweep<T>([], Dimensions, 2, 4), typeof(ArgumentException)),
        new("half a point", () => KMeans.Sweep<T>(Points.AsSpan(1), Dimensions, 2, 4), typeof(ArgumentException), "59", "3"),
        new("no dimensions", () => KMeans.Sweep<T>(Points, 0, 2, 4), typeof(ArgumentOutOfRangeException), "dimensions", "0"),
        new("NaN in a point", () => KMeans.Sweep<T>(Arrays.With(Points, 28, T.NaN), Dimensions, 2, 4), typeof(ArgumentException), "row 9, column 1"),
        new("infinity in a point", () => KMeans.Sweep<T>(Arrays.With(Points, 59, T.NegativeInfinity), Dimensions, 2, 4), typeof(ArgumentException), "row 19, column 2"),

        new("from 0 clusters", () => KMeans.Sweep<T>(Points, Dimensions, 0, 4), typeof(ArgumentOutOfRangeException), "minClusters", "0"),
        new("from -3 clusters", () => KMeans.Sweep<T>(Points, Dimensions, -3, 4), typeof(ArgumentOutOfRangeException), "minClusters", "-3"),
        new("to 0 clusters", () => KMeans.Sweep<T>(Points, Dimensions, 0, 0), typeof(ArgumentOutOfRangeException), "maxClusters", "0"),
        new("a range that goes down", () => KMeans.Sweep<T>(Points, Dimensions, 5, 4), typeof(ArgumentOutOfRangeException), "minClusters", "5", "4"),
        new("more clusters than points", () => KMeans.Sweep<T>(Points, Dimensions, 2, 21), typeof(ArgumentOutOfRangeException), "maxClusters", "21", "20"),
        new("as many clusters as there are integers", () => KMeans.Sweep<T>(Points, Dimensions, 1, int.MaxValue), typeof(ArgumentOutOfRangeException), "maxClusters", "20"),
        new("no numbers of clusters", () => KMeans.Sweep<T>(Points, Dimensions, []), typeof(ArgumentException), "clusters", "at least one"),
        new("a number of clusters that is 0", () => KMeans.Sweep<T>(Points, Dimensions, [0, 2]), typeof(ArgumentOutOfRangeException), "clusters", "0"),
        new("a number of clusters above the points", () => KMeans.Sweep<T>(Points, Dimensions, [2, 21]), typeof(ArgumentOutOfRangeException), "clusters", "21", "20"),
        new("a number of clusters twice", () => KMeans.Sweep<T>(Points, Dimensions, [2, 4, 4]), typeof(ArgumentException), "clusters", "index 2", "4"),
        new("numbers of clusters that go down", () => KMeans.Sweep<T>(Points, Dimensions, [2, 4, 3]), typeof(ArgumentException), "clusters", "index 2", "3", "4"),

        new("a tensor of one dimension", () => KMeans.Sweep(new ReadOnlyTensorSpan<T>(Points, [60]), 2, 4), typeof(ArgumentException), "[n, d]"),
        new("a tensor, more clusters than rows", () => KMeans.Sweep(new ReadOnlyTensorSpan<T>(Points, [20, 3]), 2, 21), typeof(ArgumentOutOfRangeException), "maxClusters", "21", "20"),
        new("a tensor, no numbers of clusters", () => KMeans.Sweep(new ReadOnlyTensorSpan<T>(Points, [20, 3]), []), typeof(ArgumentException), "clusters"),

        new("too few weights", () => Weighted(Arrays.Ones<T>(19)), typeof(ArgumentException), "19", "20"),
        new("a negative weight", () => Weighted(Arrays.With(Arrays.Ones<T>(Count), 7, -T.One)), typeof(ArgumentException), "index 7"),
        new("a weight of NaN", () => Weighted(Arrays.With(Arrays.Ones<T>(Count), 8, T.NaN)), typeof(ArgumentException), "index 8"),
        new("all weights 0", () => Weighted(new T[Count]), typeof(ArgumentException), "All weights are 0"),

        new("no fit options", () => With(new() { Fit = null! }), typeof(ArgumentNullException), "KMeansSweepOptions.Fit"),
        new("0 reference sets", () => With(new() { ReferenceSets = 0 }), typeof(ArgumentOutOfRangeException), "KMeansSweepOptions.ReferenceSets", "0", "1"),
        new("criteria that there are not", () => With(new() { Criteria = (SweepCriteria)64 }), typeof(ArgumentOutOfRangeException), "KMeansSweepOptions.Criteria", "64", "Gap"),
        new("0 restarts", () => With(new() { Fit = new() { Restarts = 0 } }), typeof(ArgumentOutOfRangeException), "KMeansOptions.Restarts", "0"),
        new("0 threads", () => With(new() { Fit = new() { MaxDegreeOfParallelism = 0 } }), typeof(ArgumentOutOfRangeException), "KMeansOptions.MaxDegreeOfParallelism", "0"),
        new("a seeding that there is not", () => With(new() { Fit = new() { Seeding = (SeedingMethod)77 } }), typeof(ArgumentOutOfRangeException), "KMeansOptions.Seeding", "77"),
        .. typeof(T) == typeof(float) ? Array.Empty<Fault>() :
        [
            new("squares that overflow", () => KMeans.Sweep<T>(Arrays.With(Points, 4, T.CreateSaturating(1e160)), Dimensions, 2, 4), typeof(ArgumentException), "overflow"),
            new("weights whose sum overflows", () => Weighted([.. Points[..Count].Select(_ => T.CreateSaturating(1e306))]), typeof(ArgumentException), "overflow"),
        ],
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
        Refusal.Require(() => KMeans.Sweep<Half>([(Half)1, (Half)2, (Half)3], 1, 1, 2), typeof(NotSupportedException), "Half");

    private static void Weighted(T[] weights) => KMeans.Sweep<T>(Points, Dimensions, 2, 4, weights: weights);

    private static void With(KMeansSweepOptions options) => KMeans.Sweep<T>(Points, Dimensions, 2, 4, options);

    private sealed record Fault(string Name, Action Call, Type Exception, params string[] Message);
}

public sealed class FloatBadInputToSweepTests : BadInputToSweepTests<float>;

public sealed class DoubleBadInputToSweepTests : BadInputToSweepTests<double>;
