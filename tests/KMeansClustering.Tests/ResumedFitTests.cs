using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>
/// A fit that starts from the model of another's iteration, with the iterations that are left, ends in the same bits: whichever iteration it was, whatever stopped the
/// other one, and also where empty clusters are filled on the way.
/// </summary>
public abstract class ResumedFitTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly (int Points, int Dimensions, int Clusters)[] s_shapes = [(150, 1, 9), (300, 2, 20), (200, 5, 12)];

    public static TheoryData<double, int, StopReason> StopRules => new()
    {
        { 0, 40, StopReason.LabelsUnchanged },
        { 1e-4, 40, StopReason.LabelsUnchanged },
        { 1e-4, 40, StopReason.CentroidsSettled },
        { 1e-2, 40, StopReason.CentroidsSettled },
        { 0, 5, StopReason.MaxIterations },
        { 1e-4, 6, StopReason.MaxIterations },
    };

    [Theory]
    [MemberData(nameof(StopRules))]
    public void It_ends_in_the_same_bits_from_every_iteration(double tolerance, int maxIterations, StopReason reason)
    {
        int resumed = 0;
        int relocations = 0;
        foreach (Problem<T> problem in Problems())
        {
            foreach (EmptyClusterPolicy policy in Enum.GetValues<EmptyClusterPolicy>())
            {
                KMeansOptions options = new() { Tolerance = tolerance, MaxIterations = maxIterations, EmptyClusters = policy };
                (KMeansResult<T> whole, List<KMeansModel<T>> checkpoints) = FitWithCheckpoints(problem, options);
                for (int done = 1; done <= checkpoints.Count && whole.StopReason == reason; done++)
                {
                    KMeansResult<T> rest = Resume(problem, options, checkpoints[done - 1], done);
                    RequireSame(whole, rest, done, $"after {done} of {whole.Iterations} iterations, {policy}, {problem}");
                    resumed++;
                    relocations += rest.Relocations;
                }
            }
        }

        resumed.Should().BeGreaterThan(100);
        relocations.Should().BePositive("some of them are to fill empty clusters after they went on");
    }

    [Fact]
    public void It_does_so_with_every_algorithm_and_may_change_it()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 3_000, 6, 40, WeightKind.Uniform);
        KMeansOptions options = new() { Tolerance = 0, MaxIterations = 40 };
        (KMeansResult<T> whole, List<KMeansModel<T>> checkpoints) = FitWithCheckpoints(problem, options);
        checkpoints.Should().HaveCountGreaterThan(5);
        foreach (KMeansAlgorithm algorithm in Algorithms.All)
        {
            for (int done = 1; done <= checkpoints.Count; done += 3)
            {
                KMeansResult<T> rest = Resume(problem, options with { Algorithm = algorithm, MaxDegreeOfParallelism = (done % 3) + 1 }, checkpoints[done - 1], done);
                RequireSame(whole, rest, done, $"{algorithm} after {done} iterations");
            }
        }
    }

    [Fact]
    public void It_may_be_resumed_again_and_again()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 500, 2, 12);
        KMeansOptions options = new() { Tolerance = 0 };
        KMeansResult<T> whole = problem.Fit(options);

        KMeansResult<T> latest = problem.Fit(options with { MaxIterations = 1 });
        int runs = 1;
        for (; latest.StopReason == StopReason.MaxIterations; runs++)
        {
            latest = Resume(problem, options with { MaxIterations = runs + 2 }, latest.Model, runs);
        }

        runs.Should().BeGreaterThan(whole.Iterations / 2).And.BeGreaterThan(5);
        RequireSameBits(whole, latest, "two iterations at a time");
    }

    /// <summary>Why a checkpoint is not taken where <see cref="KMeansProgress.StopReason"/> is set: the fit has settled here, and would move on from here.</summary>
    [Fact]
    public void From_the_last_iteration_it_would_go_one_further()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 500, 2, 12);
        KMeansOptions options = new() { Tolerance = 1e-2 };
        KMeansModel<T>? last = null;
        KMeansResult<T> whole = KMeans.Fit<T>(problem.Points, 2, problem.Start, options, progress: new Listener<KMeansProgress>(report => last = report.CopyModel<T>()));

        whole.StopReason.Should().Be(StopReason.CentroidsSettled);
        KMeansResult<T> rest = Resume(problem, options, last!, whole.Iterations);
        rest.Model.Centroids.SequenceEqual(whole.Model.Centroids).Should().BeFalse();
    }

    private static IEnumerable<Problem<T>> Problems()
    {
        foreach (DataKind kind in Enum.GetValues<DataKind>())
        {
            foreach ((int n, int d, int k) in s_shapes)
            {
                Problem<T> problem = TestData.Problem<T>(kind, n, d, k, (WeightKind)(((int)kind + d) % 4));
                yield return problem;

                // All centroids but one together: most of them are empty, some of them again and again.
                yield return problem with { Name = problem.Name + ", start together", Start = [.. Enumerable.Repeat(problem.Start[..d], k - 1).Append(problem.Start[^d..]).SelectMany(row => row)] };
            }
        }
    }

    private static (KMeansResult<T> Whole, List<KMeansModel<T>> Checkpoints) FitWithCheckpoints(Problem<T> problem, KMeansOptions options)
    {
        List<KMeansModel<T>> checkpoints = [];
        KMeansResult<T> whole = KMeans.Fit(problem.Points, problem.Dimensions, (ReadOnlySpan<T>)problem.Start, options, problem.Weights, new Listener<KMeansProgress>(report =>
        {
            if (report.StopReason is null)
            {
                checkpoints.Add(report.CopyModel<T>());
            }
        }));
        checkpoints.Should().HaveCount(whole.Iterations - 1);
        return (whole, checkpoints);
    }

    private static KMeansResult<T> Resume(Problem<T> problem, KMeansOptions options, KMeansModel<T> checkpoint, int done) =>
        KMeans.Fit(problem.Points, problem.Dimensions, checkpoint.Centroids, options with { MaxIterations = Math.Max(1, options.MaxIterations - done) }, problem.Weights);

    private static void RequireSame(KMeansResult<T> whole, KMeansResult<T> rest, int done, string what)
    {
        RequireSameBits(whole, rest, what);

        // In its first iteration all labels are new to it. That they are the same labels it may only see in one more.
        int unseen = whole.StopReason == StopReason.LabelsUnchanged && done == whole.Iterations - 1 && rest.StopReason == StopReason.LabelsUnchanged ? 1 : 0;
        Same.Value(whole.Iterations + unseen, done + rest.Iterations, what + ": iterations");
        for (int t = 0; t < rest.Iterations - unseen; t++)
        {
            Same.Bits(whole.History[done + t].CentroidShift, rest.History[t].CentroidShift, $"{what}: shift of iteration {done + t + 1}");
        }
    }

    private static void RequireSameBits(KMeansResult<T> whole, KMeansResult<T> rest, string what)
    {
        Same.Values(whole.Labels, rest.Labels, what + ": labels");
        Same.Bits(whole.Model.Centroids, rest.Model.Centroids, what + ": centroids");
        Same.Bits(whole.Inertia, rest.Inertia, what + ": inertia");
        Same.Bits(whole.ClusterWeights, rest.ClusterWeights, what + ": cluster weights");
        Same.Value(whole.EmptyClusterCount, rest.EmptyClusterCount, what + ": empty clusters");
    }
}

public sealed class FloatResumedFitTests : ResumedFitTests<float>;

public sealed class DoubleResumedFitTests : ResumedFitTests<double>;
