using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests.Oracle;

/// <summary>The library against the obvious k-means: every step of every fit here, and whole fits where no decision was close.</summary>
public abstract class OracleTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Dimensions = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100, 128, 129, 300];
    private static readonly int[] Clusters = [1, 2, 3, 5, 8, 15, 16, 17, 33, 63, 64, 65, 100];
    private static readonly int[] Threads = [1, 2, 3, 7];

    /// <summary>All pairs of the above; as many clusters as points last.</summary>
    public static TheoryData<int, int> Shapes
    {
        get
        {
            TheoryData<int, int> shapes = [];
            foreach (int d in Dimensions)
            {
                foreach (int k in Clusters)
                {
                    shapes.Add(d, k);
                }

                shapes.Add(d, 40 + (d % 3));
            }

            return shapes;
        }
    }

    public static TheoryData<DataKind, WeightKind> Kinds
    {
        get
        {
            TheoryData<DataKind, WeightKind> kinds = [];
            foreach (DataKind data in Enum.GetValues<DataKind>())
            {
                foreach (WeightKind weights in Enum.GetValues<WeightKind>())
                {
                    kinds.Add(data, weights);
                }
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Each_step_is_as_defined_in_every_shape(int dimensions, int clusters)
    {
        bool asManyClustersAsPoints = !Clusters.Contains(clusters);
        int variant = (Array.IndexOf(Dimensions, dimensions) * 14) + (asManyClustersAsPoints ? 13 : Array.IndexOf(Clusters, clusters));
        int count = asManyClustersAsPoints ? clusters : Math.Max(clusters + (clusters / 3), Math.Min(500, 50 + (4_000 / dimensions)));
        Problem<T> problem = TestData.Problem<T>(
            TestData.Ordinary[variant % 5], count, dimensions, clusters, (WeightKind)((variant + (variant / 14)) % 4), seed: variant);

        new Trajectory<T>(problem, new KMeansOptions
        {
            MaxIterations = 3,
            Tolerance = variant % 2 == 0 ? 0 : 1e-4,
            EmptyClusters = variant % 7 == 6 ? EmptyClusterPolicy.Keep : EmptyClusterPolicy.Relocate,
            MaxDegreeOfParallelism = Threads[variant / 2 % 4],
            TrackInertia = variant % 3 == 0,
        }).Check();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_step_is_as_defined_until_the_end_on_every_kind_of_data(DataKind data, WeightKind weights)
    {
        int variant = ((int)data * 4) + (int)weights;
        foreach ((int d, int k) in new[] { (1, 4), (2, 3), (3, 20), (9, 2), (17, 24) })
        {
            Problem<T> problem = TestData.Problem<T>(data, 70 + (3 * variant), d, k, weights, seed: variant);
            new Trajectory<T>(problem, new KMeansOptions
            {
                MaxIterations = 30,
                Tolerance = (variant + d) % 2 == 0 ? 0 : 1e-4,
                EmptyClusters = (variant + k) % 3 == 0 ? EmptyClusterPolicy.Keep : EmptyClusterPolicy.Relocate,
                MaxDegreeOfParallelism = Threads[variant % 4],
                TrackInertia = true,
            }).Check();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_whole_fit_equals_the_plain_one_where_no_decision_is_close(DataKind data, WeightKind weights)
    {
        int stable = 0;
        for (int seed = 1; seed <= 6; seed++)
        {
            Problem<T> problem = TestData.Problem<T>(data, 60 + (20 * seed), 1 + (seed * seed), 2 + seed, weights, seed);
            KMeansOptions options = new() { Tolerance = seed % 2 == 0 ? 0 : 1e-4 };
            PlainKMeans<T> plain = new PlainKMeans<T>(problem).Run(options);
            if (plain.Stable)
            {
                stable++;
                RequireEqual(plain, problem.Fit(options), problem.ToString());
            }
        }

        if (data is DataKind.Uniform or DataKind.Clustered)
        {
            stable.Should().BeGreaterThanOrEqualTo(5, "a test that compares nothing proves nothing");
        }
    }

    [Theory]
    [InlineData(DataKind.Uniform, WeightKind.None)]
    [InlineData(DataKind.Uniform, WeightKind.Wide)]
    [InlineData(DataKind.Clustered, WeightKind.Uniform)]
    [InlineData(DataKind.Clustered, WeightKind.WithZeros)]
    [InlineData(DataKind.Huge, WeightKind.None)]
    public void A_whole_fit_equals_the_one_in_exact_arithmetic(DataKind data, WeightKind weights)
    {
        Problem<T> problem = TestData.Problem<T>(data, 60, 3, 4, weights, seed: 5);
        ExactKMeans<T> exact = new(problem);
        exact.Run(new KMeansOptions { Tolerance = 0 });

        exact.Stable.Should().BeTrue();
        RequireEqual(exact, problem.Fit(new KMeansOptions { Tolerance = 0 }), problem.ToString());
    }

    private static void RequireEqual(PlainKMeans<T> expected, KMeansResult<T> actual, string what)
    {
        Same.Values<int>(expected.Labels, actual.Labels, what + ": labels");
        Same.Value(expected.Iterations, actual.Iterations, what + ": iterations");
        Same.Value(expected.StopReason, actual.StopReason, what + ": why it stopped");
        Same.Value(expected.Relocations, actual.Relocations, what + ": relocations");
        Same.Value(expected.Counts.Count(count => count == 0), actual.EmptyClusterCount, what + ": empty clusters");
        if (expected.Centroids.AsSpan().SequenceEqual(actual.Model.Centroids))
        {
            Same.Bits(expected.Inertia, actual.Inertia, what + ": inertia");
        }
    }
}

public sealed class FloatOracleTests : OracleTests<float>;

public sealed class DoubleOracleTests : OracleTests<double>;
