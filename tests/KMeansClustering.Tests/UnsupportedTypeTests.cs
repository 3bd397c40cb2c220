using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>float and double only: the type constraint lets others through, a clear message does not.</summary>
public sealed class UnsupportedTypeTests
{
    private static readonly Half[] Points = [(Half)1, (Half)2, (Half)3, (Half)4];

    public static TheoryData<string> Overloads => [.. FitOverload<Half>.All.Select(overload => overload.Name)];

    [Theory]
    [MemberData(nameof(Overloads))]
    public void Fit_says_which_types_it_supports(string overload)
    {
        FitInput<Half> input = new() { Points = Points, Dimensions = 2, Clusters = 1, InitialCentroids = Points[..2] };

        Refusal.Require(() => FitOverload<Half>.Named(overload).Fit(input), typeof(NotSupportedException), "Half", "float", "double");
    }

    [Fact]
    public void So_do_the_three_steps()
    {
        Refusal.Require(() => KMeans.InitializeCentroids(Points, 2, new Half[2]), typeof(NotSupportedException), "Half");
        Refusal.Require(() => KMeans.AssignPoints(Points, 2, (ReadOnlySpan<Half>)Points, new int[2]), typeof(NotSupportedException), "Half");
        Refusal.Require(() => KMeans.RecalculateCentroids(Points, 2, new int[2], new Half[2]), typeof(NotSupportedException), "Half");
    }
}
