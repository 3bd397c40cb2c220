using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Any algorithm on problems drawn by FsCheck: each bit is that of the plain loops.</summary>
public abstract class AlgorithmPropertyTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Arbitrary<KMeansAlgorithm> AnyAlgorithm = Gen.Elements(Algorithms.All).ToArbitrary();

    [Theory]
    [InlineData(EmptyClusterPolicy.Relocate)]
    [InlineData(EmptyClusterPolicy.Keep)]
    public void A_fit_is_what_the_plain_loops_find(EmptyClusterPolicy policy) => ForAll((problem, algorithm) =>
    {
        KMeansOptions options = new() { Algorithm = algorithm, EmptyClusters = policy, Tolerance = 0, MaxDegreeOfParallelism = 1 + (problem.Count % 3) };

        Algorithms.RequireOracle(new SteppedKMeans<T>(problem).Run(options), problem.Fit(options), $"{algorithm}, {problem}");
    });

    /// <summary>Centroids that start far away are empty, and jump.</summary>
    [Fact]
    public void A_fit_from_far_away_is_what_the_plain_loops_find() => ForAll((problem, algorithm) =>
    {
        T[] start = [.. problem.Start.Select((x, c) => c / problem.Dimensions % 2 == 0 ? x : (x + T.One) * T.CreateChecked(1_000))];
        KMeansOptions options = new() { Algorithm = algorithm, Tolerance = 0 };

        Algorithms.RequireOracle(new SteppedKMeans<T>(problem with { Start = start }).Run(options), (problem with { Start = start }).Fit(options), $"{algorithm}, {problem}");
    });

    [Fact]
    public void Every_step_of_a_fit_is_as_defined() => ForAll((problem, algorithm) =>
        new Trajectory<T>(problem, new KMeansOptions { Algorithm = algorithm, MaxIterations = 6, TrackInertia = true }).Check());

    private static void ForAll(Action<Problem<T>, KMeansAlgorithm> holds) =>
        Prop.ForAll(Arbitrary.Problems<T>(), AnyAlgorithm, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
}

public sealed class FloatAlgorithmPropertyTests : AlgorithmPropertyTests<float>;

public sealed class DoubleAlgorithmPropertyTests : AlgorithmPropertyTests<double>;
