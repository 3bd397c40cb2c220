using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>
/// The class of docs/checkpoint.md on one process and on several: a fit that was ended after any report, and goes on from what is in the folder then, on as many ranks or others, ends as one
/// that ran through: in the same bits, in the same iteration, for the same reason.
/// </summary>
public abstract class CheckpointedFitTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Dimensions = 3;
    private const int Clusters = 12;

    public static TheoryData<KMeansMetric, EmptyClusterPolicy, double, int> Cases => new()
    {
        { KMeansMetric.Euclidean, EmptyClusterPolicy.Relocate, 0, 300 },
        { KMeansMetric.Euclidean, EmptyClusterPolicy.Keep, 1e-2, 300 },
        { KMeansMetric.Euclidean, EmptyClusterPolicy.Relocate, 1e-4, 4 },
        { KMeansMetric.Cosine, EmptyClusterPolicy.Relocate, 0, 300 },
        { KMeansMetric.Cosine, EmptyClusterPolicy.Relocate, 1e-2, 300 },
        { KMeansMetric.Cosine, EmptyClusterPolicy.Keep, 0, 5 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_ends_as_if_it_had_never_been_killed(KMeansMetric metric, EmptyClusterPolicy policy, double tolerance, int maxIterations)
    {
        KMeansOptions options = new() { Seeding = SeedingMethod.Random, Seed = 3, Metric = metric, EmptyClusters = policy, Tolerance = tolerance, MaxIterations = maxIterations };
        int iterations = 0;
        foreach (WeightKind weights in new[] { WeightKind.None, WeightKind.WithZeros, WeightKind.Wide })
        {
            Problem<T> problem = TestData.Problem<T>(weights == WeightKind.WithZeros ? DataKind.Clustered : DataKind.Uniform, 200, Dimensions, Clusters, weights);
            KMeansResult<T> whole = KMeans.Fit(problem.Points, Dimensions, Clusters, options, problem.Weights);
            iterations += whole.Iterations;
            int reports = RunUntil(problem, options, 1, int.MaxValue).Reports;
            for (int last = 1; last <= reports; last++)
            {
                int ranks = 1 + (last % 3);
                (int _, string folder, Part[]? ended) = RunUntil(problem, options, ranks, last);
                ended.Should().BeNull("it was ended after report {0}", last);
                RequireTheSame(whole, Resume(problem, options, 1 + ((last + 1) % 3), folder), $"{weights}, ended on {ranks} ranks after report {last}");
            }
        }

        iterations.Should().BeGreaterThan(9, "else there is little to go on from");
    }

    /// <summary>Killed while a file is written, and before the one before it is deleted.</summary>
    [Fact]
    public void A_kill_within_a_save_leaves_nothing_that_harms()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 200, Dimensions, Clusters);
        KMeansOptions options = new() { Tolerance = 0 };
        KMeansResult<T> whole = KMeans.Fit<T>(problem.Points, Dimensions, Clusters, options);
        string older = RunUntil(problem, options, 2, Clusters + 3).Folder;
        string folder = RunUntil(problem, options, 2, Clusters + 4).Folder;
        string left = Directory.GetFiles(folder).Should().ContainSingle().Which;
        File.WriteAllBytes(Path.Combine(folder, ".half.tmp"), File.ReadAllBytes(left)[..^9]);
        foreach (string file in Directory.GetFiles(older))
        {
            File.Move(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        Directory.Delete(older);
        Directory.GetFiles(folder).Should().HaveCount(3);
        RequireTheSame(whole, Resume(problem, options, 3, folder), "killed within a save");
    }

    [Fact]
    public void Files_that_are_no_checkpoints_of_this_type_are_refused_on_all_ranks()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "000007.npy"), "no array");
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 200, Dimensions, Clusters);

        Action resume = () => Resume(problem, new(), 2, folder);

        resume.Should().Throw<InvalidDataException>();
        Directory.Delete(folder, recursive: true);
    }

    private static (int Reports, string Folder, Part[]? Ended) RunUntil(Problem<T> problem, KMeansOptions options, int ranks, int lastReport)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        int reports = 0;
        try
        {
            Part[] ended = Run(problem, options, ranks, folder, _ =>
            {
                if (++reports == lastReport)
                {
                    throw new FormatException("as if it were killed");
                }
            });
            return (reports, folder, ended);
        }
        catch (Exception end) when (end.Message.Contains("as if it were killed", StringComparison.Ordinal))
        {
            return (reports, folder, null);
        }
        finally
        {
            if (lastReport == int.MaxValue)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static Part[] Resume(Problem<T> problem, KMeansOptions options, int ranks, string folder)
    {
        Part[] parts = Run(problem, options, ranks, folder, _ => { });
        Directory.Delete(folder, recursive: true);
        return parts;
    }

    private static Part[] Run(Problem<T> problem, KMeansOptions options, int ranks, string folder, Action<KMeansProgress> heard) => RanksInProcess.Run(ranks, collective =>
    {
        // Of three ranks the second has no points.
        int first = collective.Rank == 0 ? 0 : problem.Count / 3;
        int end = ranks == 1 || collective.Rank == ranks - 1 ? problem.Count : problem.Count / 3;
        T[] points = problem.Points[(first * Dimensions)..(end * Dimensions)];
        T[]? weights = problem.Weights?[first..end];
        CheckpointedFit<T> checkpoint = new(folder, collective, collective.Rank == 0 ? new Listener<KMeansProgress>(heard) : null);
        return new Part(checkpoint.Run(options, (start, rest, progress) => start is null
            ? DistributedKMeans.Fit<T>(collective, points, Dimensions, Clusters, rest, weights, progress)
            : DistributedKMeans.Fit<T>(collective, points, Dimensions, start, rest, weights, progress)), checkpoint.Done);
    });

    private static void RequireTheSame(KMeansResult<T> whole, Part[] parts, string what)
    {
        Same.Values(whole.Labels, [.. parts.SelectMany(part => part.Fit.Labels.ToArray())], what + ": labels");
        foreach ((KMeansResult<T> fit, int done) in parts)
        {
            Same.Bits(whole.Model.Centroids, fit.Model.Centroids, what + ": centroids");
            Same.Bits(whole.Inertia, fit.Inertia, what + ": inertia");
            Same.Bits(whole.ClusterWeights, fit.ClusterWeights, what + ": cluster weights");
            Same.Value(whole.EmptyClusterCount, fit.EmptyClusterCount, what + ": empty clusters");
            Same.Value(whole.Iterations, done + fit.Iterations, what + ": iterations");
            Same.Value(whole.StopReason, fit.StopReason, what + ": why it stopped");
            Same.Bits(whole.History[^1].CentroidShift, fit.History[^1].CentroidShift, what + ": last shift");
            Same.Value(whole.History[^1].LabelsChanged, fit.History[^1].LabelsChanged, what + ": labels changed at last");
        }
    }

    private sealed record Part(KMeansResult<T> Fit, int Done);
}

public sealed class FloatCheckpointedFitTests : CheckpointedFitTests<float>
{
    [Fact]
    public void The_class_is_the_one_in_the_document()
    {
        string source = File.ReadAllText(Repository.Find("tests/KMeansClustering.Tests/Support/CheckpointedFit.cs"));
        string document = File.ReadAllText(Repository.Find("docs/checkpoint.md"));

        document.Should().Contain(source[source.IndexOf("internal sealed class", StringComparison.Ordinal)..]);
    }
}

public sealed class DoubleCheckpointedFitTests : CheckpointedFitTests<double>;
