using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Bisecting k-means is nothing but fits of two clusters: each split is held against <see cref="KMeans"/> on copies of the points, every algorithm and number of threads against the first.</summary>
public abstract class BisectingKMeansTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly BisectingKMeansOptions s_cosine = new() { Split = new KMeansOptions { Metric = KMeansMetric.Cosine } };

    public static TheoryData<DataKind, WeightKind, BisectingStrategy> Cases
    {
        get
        {
            TheoryData<DataKind, WeightKind, BisectingStrategy> cases = [];
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                cases.Add(kind, (WeightKind)((int)kind % 4), (BisectingStrategy)((int)kind % 2));
                cases.Add(kind, (WeightKind)(((int)kind + 2) % 4), (BisectingStrategy)(((int)kind + 1) % 2));
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_is_a_fit_of_two_clusters(DataKind kind, WeightKind weights, BisectingStrategy strategy) =>
        RequirePlain(TestData.Problem<T>(kind, 150, 3, 9, weights), new BisectingKMeansOptions { Strategy = strategy, Split = new KMeansOptions { Seed = 5, Restarts = 2 } });

    /// <summary>Of the points as they are: the tree has made all of them directions before the first split.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_of_directions_is_a_fit_of_two_clusters(DataKind kind, WeightKind weights, BisectingStrategy strategy)
    {
        foreach (int d in new[] { 2, 11 })
        {
            Problem<T> problem = TestData.Directed(TestData.Problem<T>(kind, 120, d, 9, weights));
            RequirePlain(problem, new BisectingKMeansOptions { Strategy = strategy, Split = new KMeansOptions { Seed = 3, Metric = KMeansMetric.Cosine } });
        }
    }

    /// <summary>Beside 2⁴⁰ the last bit of 1 + ulp is less than a unit of the sums, so the mean of fifty such points is off; a fit of them alone leaves one cluster empty. What was fitted beside it had the wrong seed.</summary>
    [Fact]
    public void A_cluster_that_stays_whole_uses_up_no_seed()
    {
        T[] points = [.. Enumerable.Repeat(T.BitIncrement(T.One), 50), .. TestData.Points<T>(DataKind.Uniform, 300, 1).Select(x => T.ScaleB(T.One + x, 40))];
        for (int seed = 0; seed < 4; seed++)
        {
            foreach (int threads in new[] { 1, 2, 7 })
            {
                KMeansOptions split = new() { Seed = seed, MaxDegreeOfParallelism = threads };
                RequirePlain(new Problem<T>("duplicates beside large values", points, 1, []), new BisectingKMeansOptions { Strategy = BisectingStrategy.LargestCluster, Split = split }, 40);
            }
        }
    }

    private static void RequirePlain(Problem<T> problem, BisectingKMeansOptions options, int clusters = 9)
    {
        BisectingKMeansResult<T> result = Fit(problem, clusters, options);

        (int[] labels, T[] centroids, double[] inertias) = Plain(problem, clusters, options);
        Same.Values<int>(labels, result.Labels, problem + ": labels");
        Same.Bits<T>(centroids, result.Model.Centroids, problem + ": centroids");
        result.Tree.Inertias.Length.Should().Be(inertias.Length);
        for (int s = 0; s < inertias.Length; s++)
        {
            // The tree's is exact; the sum of the parts is rounded once for each.
            result.Tree.Inertias[s].Should().BeApproximately(inertias[s], 1e-14 * inertias[0], problem.ToString());
        }
    }

    [Fact]
    public void Algorithms_and_threads_change_no_bit()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 700, 5, 12, WeightKind.Uniform);
        BisectingKMeansResult<T> expected = Fit(problem, 12, new BisectingKMeansOptions());
        foreach (KMeansAlgorithm algorithm in Enum.GetValues<KMeansAlgorithm>())
        {
            foreach (int threads in new[] { 1, 2, 3, 7 })
            {
                BisectingKMeansOptions options = new() { Split = new KMeansOptions { Algorithm = algorithm, MaxDegreeOfParallelism = threads } };
                BisectingKMeansResult<T> result = Fit(problem, 12, options);
                Same.Values(expected.Labels, result.Labels, $"{algorithm}, {threads} threads: labels");
                Same.Bits(expected.Model.Centroids, result.Model.Centroids, $"{algorithm}, {threads} threads: centroids");
                Same.Bits(expected.Tree.Inertias, result.Tree.Inertias, $"{algorithm}, {threads} threads: inertias");
            }
        }
    }

    /// <summary>Small clusters are fitted side by side, on a guess of which is next: often a wrong one where a split takes only a few points off, where clusters are left whole, or where there are many threads.</summary>
    [Theory]
    [InlineData(DataKind.Uniform)]
    [InlineData(DataKind.Duplicated)]
    [InlineData(DataKind.Lattice)]
    [InlineData(DataKind.Magnitudes)]
    public void Guesses_of_what_is_split_next_change_no_bit(DataKind kind)
    {
        Problem<T> problem = TestData.Problem<T>(kind, 500, 4, 90, WeightKind.WithZeros);
        foreach (BisectingStrategy strategy in Enum.GetValues<BisectingStrategy>())
        {
            BisectingKMeansOptions options = new() { Strategy = strategy, Split = new KMeansOptions { MaxDegreeOfParallelism = 1 } };
            BisectingKMeansResult<T> expected = Fit(problem, 90, options);
            foreach (int threads in new[] { 2, 7 })
            {
                BisectingKMeansResult<T> result = Fit(problem, 90, options with { Split = new KMeansOptions { MaxDegreeOfParallelism = threads } });
                Same.Values(expected.Labels, result.Labels, $"{threads} threads: labels");
                Same.Bits(expected.Model.Centroids, result.Model.Centroids, $"{threads} threads: centroids");
                result.Tree.Nodes.Should().Equal(expected.Tree.Nodes);
            }
        }
    }

    /// <summary>Beside 1e20 a 10 is less than a unit of the sums, so that the mean of the two that are left is 0.</summary>
    [Fact]
    public void A_point_alone_is_not_split_although_its_mean_is_off()
    {
        T[] points = [T.CreateChecked(1e20), T.CreateChecked(10), T.CreateChecked(1e19), T.CreateChecked(1e20)];

        BisectingKMeansResult<T> result = BisectingKMeans.Fit<T>(points, 1, 4);

        result.Tree.Clusters.Should().Be(3);
        result.Labels[0].Should().Be(result.Labels[3]);
    }

    [Fact]
    public void A_cut_is_the_fit_of_fewer_clusters_and_inertia_falls_with_each_split()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 400, 4, 20);
        foreach (BisectingStrategy strategy in Enum.GetValues<BisectingStrategy>())
        {
            BisectingKMeansOptions options = new() { Strategy = strategy };
            BisectingKMeansResult<T> whole = Fit(problem, 20, options);
            whole.Tree.Clusters.Should().Be(20);
            whole.Tree.Nodes.Should().HaveCount(39);
            for (int clusters = 1; clusters <= 20; clusters++)
            {
                BisectingKMeansResult<T> fewer = Fit(problem, clusters, options);
                BisectingKMeansResult<T> cut = whole.CutAt(clusters);
                Same.Values(fewer.Labels, cut.Labels, $"{clusters} clusters: labels");
                Same.Bits(fewer.Model.Centroids, cut.Model.Centroids, $"{clusters} clusters: centroids");
                Same.Bits(fewer.Inertia, cut.Inertia, $"{clusters} clusters: inertia");
                cut.Tree.Nodes.Should().Equal(fewer.Tree.Nodes);
                (clusters == 1 || fewer.Inertia < whole.Tree.Inertias[clusters - 2]).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void The_tree_leads_the_points_to_their_labels_and_the_flat_model_may_not()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 600, 2, 15);
        BisectingKMeansResult<T> result = Fit(problem, 15, new BisectingKMeansOptions { Split = new KMeansOptions { Tolerance = 0 } });
        int[] down = new int[problem.Count];
        int[] flat = new int[problem.Count];

        result.Tree.Predict(problem.Points, down);
        result.Model.Predict(problem.Points, flat);

        Same.Values<int>(result.Labels, down, "down the tree");
        for (int i = 0; i < problem.Count; i++)
        {
            result.Tree.Predict(problem.Point(i)).Should().Be(down[i]);
        }

        flat.Should().NotEqual(down, "a point near a border of the first split may be nearer to a leaf beyond it");
        double.CreateChecked(T.CreateChecked(result.Model.Inertia(problem.Points))).Should().BeLessThan(result.Inertia);
        result.Tree.Leaves.ToArray().Select(leaf => result.Tree.Nodes[leaf].Cluster).Should().Equal(Enumerable.Range(0, 15));
        result.Tree.Leaves.ToArray().Sum(leaf => result.Tree.Nodes[leaf].Weight).Should().Be(problem.Count);
    }

    [Fact]
    public void The_tree_and_the_flat_model_compare_directions_of_points_of_any_length()
    {
        const int D = 3;
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 300, D, 12);
        T[] longer = [.. problem.Points.Select((x, c) => T.ScaleB(x, (c / D % 9) - 4))];
        BisectingKMeansResult<T> result = Fit(problem with { Points = longer }, 12, s_cosine);
        int[] labels = new int[problem.Count];

        Same.Values(Fit(problem, 12, s_cosine).Labels, result.Labels, "a direction is the same for each length");
        result.Model.Metric.Should().Be(KMeansMetric.Cosine);
        result.CutAt(4).Model.Metric.Should().Be(KMeansMetric.Cosine);
        foreach (T[] points in new[] { problem.Points, longer })
        {
            result.Tree.Predict(points, labels);
            Same.Values(result.Labels, labels, "down the tree");
            result.Tree.Predict(points.AsSpan(7 * D, D)).Should().Be(labels[7]);
        }

        for (int cluster = 0; cluster < 12; cluster++)
        {
            double cosines = Enumerable.Range(0, problem.Count).Where(i => result.Labels[i] == cluster).Sum(i => Cosine(problem.Point(i), result.Model.Centroid(cluster)));
            BisectingNode leaf = result.Tree.Nodes[result.Tree.Leaves[cluster]];
            leaf.Inertia.Should().BeApproximately(leaf.Weight - cosines, 1e-5, "it is what is missing from 1");
        }

        result.Inertia.Should().BeApproximately(result.Tree.Leaves.ToArray().Sum(leaf => result.Tree.Nodes[leaf].Inertia), 1e-12);
    }

    [Fact]
    public void There_are_no_more_clusters_than_different_points()
    {
        T[] points = [.. Enumerable.Range(0, 40).Select(i => T.CreateChecked(i % 3))];

        BisectingKMeansResult<T> result = BisectingKMeans.Fit<T>(points, 1, 10);

        result.Tree.Clusters.Should().Be(3);
        result.Inertia.Should().Be(0);
        BisectingKMeans.Fit<T>([T.One, T.One], 1, 2).Tree.Clusters.Should().Be(1);
        BisectingKMeans.Fit<T>([T.One], 1, 1).Labels.ToArray().Should().Equal(0);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        T[] points = [T.Zero, T.One, T.CreateChecked(5), T.CreateChecked(6)];
        void Refused<TException>(string said, Action fit)
            where TException : Exception => fit.Should().Throw<TException>().WithMessage($"*{said}*");
        Refused<ArgumentException>("There must be at least one row", () => BisectingKMeans.Fit<T>([], 1, 1));
        Refused<ArgumentException>("not a multiple of the 3 dimensions", () => BisectingKMeans.Fit<T>(points, 3, 1));
        Refused<ArgumentOutOfRangeException>("from 1 to the number of points, 4", () => BisectingKMeans.Fit<T>(points, 1, 5));
        Refused<ArgumentOutOfRangeException>("from 1 to the number of points, 4", () => BisectingKMeans.Fit<T>(points, 1, 0));
        Refused<ArgumentException>("row 2, column 0", () => BisectingKMeans.Fit<T>([T.Zero, T.One, T.NaN], 1, 2));
        Refused<ArgumentException>("All weights are 0", () => BisectingKMeans.Fit<T>(points, 1, 2, weights: new T[4]));
        Refused<ArgumentException>("a weight for each point", () => BisectingKMeans.Fit<T>(points, 1, 2, weights: new T[] { T.One }));
        Refused<ArgumentException>("Split is null", () => BisectingKMeans.Fit<T>(points, 1, 2, new BisectingKMeansOptions { Split = null! }));
        Refused<ArgumentOutOfRangeException>("BisectingKMeansOptions.Strategy is 7", () => BisectingKMeans.Fit<T>(points, 1, 2, new BisectingKMeansOptions { Strategy = (BisectingStrategy)7 }));
        Refused<ArgumentOutOfRangeException>("KMeansOptions.Restarts is 0", () => BisectingKMeans.Fit<T>(points, 1, 2, new BisectingKMeansOptions { Split = new KMeansOptions { Restarts = 0 } }));
        Refused<ArgumentOutOfRangeException>("KMeansOptions.Metric is 5", () => BisectingKMeans.Fit<T>(points, 1, 2, new BisectingKMeansOptions { Split = new KMeansOptions { Metric = (KMeansMetric)5 } }));
        Refused<ArgumentException>("Row 1 is all zeros", () => BisectingKMeans.Fit<T>([T.One, T.Zero, T.NegativeZero, T.Zero, T.One, T.One], 2, 2, s_cosine));
        BisectingKMeansResult<T> fit = BisectingKMeans.Fit<T>(points, 1, 2);
        Refused<ArgumentOutOfRangeException>("clusters", () => fit.CutAt(3));
        Refused<ArgumentException>("one value for each dimension", () => fit.Tree.Predict(points));
        BisectingTree<T> directed = BisectingKMeans.Fit<T>(points.AsSpan(1), 1, 1, s_cosine).Tree;
        Refused<ArgumentException>("Row 0 is all zeros", () => directed.Predict([T.Zero]));
        Refused<ArgumentException>("Row 2 is all zeros", () => directed.Predict([T.One, T.NegativeOne, T.Zero], new int[3]));
    }

    [Fact]
    public void Progress_counts_splits_and_cancellation_ends_it()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 300, 3, 6);
        List<BisectingKMeansProgress> reports = [];
        BisectingKMeansResult<T> result = BisectingKMeans.Fit<T>(problem.Points, 3, 6, progress: new Listener<BisectingKMeansProgress>(reports.Add));
        reports.Select(report => report.Clusters).Should().Equal(2, 3, 4, 5, 6);
        reports.Select(report => report.Inertia).Should().Equal(result.Tree.Inertias[1..].ToArray());

        using CancellationTokenSource source = new();
        Action cancelled = () => BisectingKMeans.Fit<T>(problem.Points, 3, 6, progress: new Listener<BisectingKMeansProgress>(_ => source.Cancel()), cancellationToken: source.Token);
        cancelled.Should().Throw<OperationCanceledException>();
    }

    private static double Cosine(ReadOnlySpan<T> x, ReadOnlySpan<T> c)
    {
        (double product, double square) = (0, 0);
        for (int p = 0; p < x.Length; p++)
        {
            product += double.CreateChecked(x[p]) * double.CreateChecked(c[p]);
            square += double.CreateChecked(x[p]) * double.CreateChecked(x[p]);
        }

        return product / Math.Sqrt(square);
    }

    private static BisectingKMeansResult<T> Fit(Problem<T> problem, int clusters, BisectingKMeansOptions options) =>
        BisectingKMeans.Fit<T>(problem.Points, problem.Dimensions, clusters, options, problem.Weights);

    // The definition, on copies: the clusters from left to right, each a list of points.
    private static (int[] Labels, T[] Centroids, double[] Inertias) Plain(Problem<T> problem, int clusters, BisectingKMeansOptions options)
    {
        T[] PointsOf(List<int> members) => [.. members.SelectMany(i => problem.Point(i).ToArray())];
        T[]? WeightsOf(List<int> members) => problem.Weights is null ? null : [.. members.Select(i => problem.Weights[i])];
        double Weight(List<int> members) => members.Sum(i => problem.Weights is null ? 1 : double.CreateChecked(problem.Weights[i]));

        // A model of one centroid, its own mean.
        double Inertia(List<int> members, T[] centroid) =>
            Weight(members) == 0 ? 0 : KMeans.Fit<T>(centroid, problem.Dimensions, 1, new KMeansOptions { Metric = options.Split.Metric }).Model.Inertia(PointsOf(members), WeightsOf(members));

        List<int> all = [.. Enumerable.Range(0, problem.Count)];
        T[] mean = KMeans.Fit<T>(problem.Points, problem.Dimensions, 1, options.Split, problem.Weights).Model.Centroids.ToArray();
        List<Leaf> leaves = [new Leaf(0, all, mean, Inertia(all, mean))];
        List<double> inertias = [leaves[0].Inertia];
        HashSet<int> whole = [];
        int nodes = 1;
        while (leaves.Count < clusters)
        {
            Leaf? next = leaves.Where(leaf => leaf.Inertia > 0 && !whole.Contains(leaf.Node))
                .OrderByDescending(leaf => options.Strategy == BisectingStrategy.LargestInertia ? leaf.Inertia : Weight(leaf.Members)).ThenBy(leaf => leaf.Node).FirstOrDefault();
            if (next is null)
            {
                break;
            }

            KMeansOptions split = options.Split with { Seed = options.Split.Seed + leaves.Count - 1 };
            KMeansResult<T> fit = KMeans.Fit<T>(PointsOf(next.Members), problem.Dimensions, 2, split, WeightsOf(next.Members));
            if (fit.EmptyClusterCount > 0)
            {
                whole.Add(next.Node);
                continue;
            }

            Leaf[] halves = [.. Enumerable.Range(0, 2).Select(half =>
            {
                List<int> members = [.. next.Members.Where((_, i) => fit.Labels[i] == half)];
                T[] centroid = fit.Model.Centroid(half).ToArray();
                return new Leaf(nodes + half, members, centroid, Inertia(members, centroid));
            })];
            nodes += 2;
            int place = leaves.IndexOf(next);
            leaves.RemoveAt(place);
            leaves.InsertRange(place, halves);
            inertias.Add(leaves.Sum(leaf => leaf.Inertia));
        }

        int[] labels = new int[problem.Count];
        for (int cluster = 0; cluster < leaves.Count; cluster++)
        {
            leaves[cluster].Members.ForEach(i => labels[i] = cluster);
        }

        return (labels, [.. leaves.SelectMany(leaf => leaf.Centroid)], [.. inertias]);
    }

    private sealed record Leaf(int Node, List<int> Members, T[] Centroid, double Inertia);
}

public sealed class FloatBisectingKMeansTests : BisectingKMeansTests<float>;

public sealed class DoubleBisectingKMeansTests : BisectingKMeansTests<double>;
