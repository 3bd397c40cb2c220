using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Points cut into parts, each on a rank of its own that sees no other point: the answer is the one of the whole, to the last bit.</summary>
public abstract unsafe class PartitionTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<DataKind, WeightKind, int> Cases
    {
        get
        {
            TheoryData<DataKind, WeightKind, int> cases = [];
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                foreach (int parts in new[] { 2, 3, 5 })
                {
                    cases.Add(kind, (WeightKind)(((int)kind + parts) % 4), parts);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Any_partition_gives_the_same_bits(DataKind kind, WeightKind weights, int parts)
    {
        Problem<T> problem = TestData.Problem<T>(kind, 230, 5, 9, weights);
        Check(problem, parts, new KMeansOptions { MaxIterations = 20, TrackInertia = true });
    }

    [Fact]
    public void Empty_clusters_take_the_same_points_wherever_those_lie()
    {
        // All centroids but one start far away, so eight clusters are empty at once; a lattice gives ties between ranks.
        Problem<T> problem = TestData.Problem<T>(DataKind.Lattice, 120, 2, 9);
        T[] start = [.. problem.Start.Select((x, i) => i < 2 ? x : T.CreateChecked(1000 + i))];
        foreach (int parts in new[] { 2, 3, 4, 7 })
        {
            KMeansResult<T> whole = Check(problem with { Start = start }, parts, new KMeansOptions());
            whole.Relocations.Should().BeGreaterThan(0);
        }
    }

    public static TheoryData<SeedingMethod, DataKind, WeightKind, int> SeedingCases
    {
        get
        {
            TheoryData<SeedingMethod, DataKind, WeightKind, int> cases = [];
            foreach (SeedingMethod seeding in Enum.GetValues<SeedingMethod>())
            {
                foreach (DataKind kind in Enum.GetValues<DataKind>())
                {
                    cases.Add(seeding, kind, (WeightKind)(((int)kind + (int)seeding) % 4), 2 + (((int)kind + (int)seeding) % 3));
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(SeedingCases))]
    public void Seeding_draws_what_one_process_draws(SeedingMethod seeding, DataKind kind, WeightKind weights, int parts)
    {
        Problem<T> problem = TestData.Problem<T>(kind, 2_500, 4, 30, weights);
        Check(problem, parts, new KMeansOptions { Seeding = seeding, MaxIterations = 3, Restarts = 2, Seed = parts }, isSeeded: true);
    }

    [Theory]
    [InlineData(KMeansAlgorithm.Auto)]
    [InlineData(KMeansAlgorithm.Lloyd)]
    [InlineData(KMeansAlgorithm.Hamerly)]
    [InlineData(KMeansAlgorithm.Yinyang)]
    [InlineData(KMeansAlgorithm.Sketch)]
    [InlineData(KMeansAlgorithm.KdTree)]
    public void Every_algorithm_gives_the_same_bits_with_and_without_points_of_its_own(KMeansAlgorithm algorithm)
    {
        foreach (SeedingMethod seeding in Enum.GetValues<SeedingMethod>())
        {
            Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 40, 3, 6, WeightKind.WithZeros);
            KMeansOptions options = new() { Algorithm = algorithm, Seeding = seeding };
            Check(problem, 3, options, isSeeded: true);
            Check(problem, 50, options, isSeeded: true);
            Check(problem with { Weights = null }, 50, options, isSeeded: true);
            Check(problem, 50, options);
        }
    }

    [Fact]
    public void Few_different_points_are_filled_up_wherever_they_lie()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 60, 2, 20, WeightKind.None);
        T[] four = [.. problem.Points.Select((_, i) => problem.Points[(i % 8)])];
        foreach (SeedingMethod seeding in Enum.GetValues<SeedingMethod>())
        {
            Check(problem with { Points = four }, 4, new KMeansOptions { Seeding = seeding }, isSeeded: true);
        }
    }

    /// <summary>The first ranks have directions and make no copy, the others make one, some have no points: nobody waits for the others in vain.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public void By_direction_any_partition_gives_the_same_bits(int parts)
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 40, 3, 6, WeightKind.Uniform);
        problem = problem with { Points = [.. PlainDirection.OfEach(problem.Points[..(25 * 3)], 3), .. problem.Points[(25 * 3)..]] };
        KMeansOptions options = new() { Metric = KMeansMetric.Cosine, TrackInertia = true };
        Check(problem, parts, options);
        Check(problem, parts, options with { Restarts = 2 }, isSeeded: true);
    }

    private static KMeansResult<T> Check(Problem<T> problem, int parts, KMeansOptions options, bool isSeeded = false)
    {
        KMeansResult<T> whole = isSeeded
            ? KMeans.Fit<T>(problem.Points, problem.Dimensions, problem.Clusters, options, problem.Weights)
            : problem.Fit(options);
        KMeansResult<T>[] results = RanksInProcess.Run(parts, collective => FitPart(problem, collective, options, isSeeded));

        // Labels stay with their rows; all else is on every rank.
        int[] labels = [.. results.SelectMany(part => part.Labels.ToArray())];
        Same.Values<int>(whole.Labels, labels, problem + ": labels");
        foreach (KMeansResult<T> part in results)
        {
            Same.Bits(whole.Model.Centroids, part.Model.Centroids, problem + ": centroids");
            Same.Bits(whole.Inertia, part.Inertia, problem + ": inertia");
            Same.Bits(whole.ClusterWeights, part.ClusterWeights, problem + ": cluster weights");
            Same.Value(whole.Iterations, part.Iterations, problem + ": iterations");
            Same.Value(whole.StopReason, part.StopReason, problem + ": stop reason");
            Same.Value(whole.Relocations, part.Relocations, problem + ": relocations");
            Same.Value(whole.EmptyClusterCount, part.EmptyClusterCount, problem + ": empty clusters");
            part.History.Select(iteration => (iteration.CentroidShift, iteration.LabelsChanged, iteration.Inertia))
                .Should().Equal(whole.History.Select(iteration => (iteration.CentroidShift, iteration.LabelsChanged, iteration.Inertia)));
        }

        return whole;
    }

    // Unequal parts: with seven of them the first of the even ranks have three times the rows of the others.
    private static KMeansResult<T> FitPart(Problem<T> problem, ICollective collective, KMeansOptions options, bool isSeeded)
    {
        int[] shares = [.. Enumerable.Range(0, collective.Size).Select(rank => rank % 2 == 0 ? 3 : 1)];
        int first = problem.Count * shares.Take(collective.Rank).Sum() / shares.Sum();
        int end = problem.Count * shares.Take(collective.Rank + 1).Sum() / shares.Sum();
        fixed (T* points = problem.Points)
        {
            PointView<T> part = new(points + (first * problem.Dimensions), end - first, problem.Dimensions);
            ReadOnlySpan<T> weights = problem.Weights.AsSpan(problem.Weights is null ? 0 : first, problem.Weights is null ? 0 : end - first);
            return FitJob<T>.Run(part, problem.Clusters, isSeeded ? null : problem.Start, options, weights, null, CancellationToken.None, collective);
        }
    }
}

public sealed class FloatPartitionTests : PartitionTests<float>;

public sealed class DoublePartitionTests : PartitionTests<double>;
