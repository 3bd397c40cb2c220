using System.Globalization;
using System.Numerics;
using System.Text.Json;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>scikit-learn 1.2.1 on four of its data sets. Data/README.md says where they and its figures come from.</summary>
public abstract class ScikitLearnTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> Names => ["iris", "wine", "digits", "breast_cancer"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_starting_centroids_end_where_scikit_learn_ends(string name)
    {
        Dataset dataset = Dataset.Load(name);
        T[] points = [.. dataset.Points.Select(T.CreateChecked)];
        dataset.Runs.Should().NotBeEmpty();
        foreach (Run run in dataset.Runs)
        {
            T[] start = TestData.Rows(points, dataset.D, run.InitialRows);
            KMeansResult<T> result = KMeans.Fit(points, dataset.D, (ReadOnlySpan<T>)start);

            string what = $"{name} from rows {string.Join(", ", run.InitialRows)}";
            Same.Values<int>(run.Labels, result.Labels, what + ": labels");
            result.Iterations.Should().BeCloseTo(run.Iterations, 1, what);
            result.Inertia.Should().BeApproximately(run.Inertia, 1e-6 * run.Inertia, what);
            double largest = dataset.Points.Max(Math.Abs);
            for (int c = 0; c < start.Length; c++)
            {
                double expected = run.Centroids[c / dataset.D][c % dataset.D];
                double.CreateChecked(result.Model.Centroids[c]).Should().BeApproximately(expected, 1e-6 * largest, what);
            }
        }
    }

    /// <summary>
    /// One bad fit of iris, which scikit-learn has in 1.7 of 100, lifts a mean of 50 by 1.6 %: more than is to be told here. So the small sets
    /// take 1,000 seeds (a standard error of 0.3 %), against scikit-learn's mean over its seeds 0 to 49.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Greedy_seeding_ends_on_average_no_worse_than_scikit_learns(string name)
    {
        Dataset dataset = Dataset.Load(name);
        T[] points = [.. dataset.Points.Select(T.CreateChecked)];

        int seeds = dataset.N < 1_000 ? 1_000 : 50;

        double mean = Enumerable.Range(0, seeds).Average(seed => KMeans.Fit<T>(points, dataset.D, dataset.K, new KMeansOptions { Seed = seed }).Inertia);

        mean.Should().BeLessThan(1.01 * dataset.GreedyMeanInertia);
    }

    private sealed record Run(int[] InitialRows, int Iterations, double Inertia, int[] Labels, double[][] Centroids);

    private sealed record Dataset(string Name, int N, int D, int K, double GreedyMeanInertia, Run[] Runs)
    {
        private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web);

        public double[] Points { get; private init; } = [];

        public static Dataset Load(string name)
        {
            string folder = Path.Combine(AppContext.BaseDirectory, "Data");
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "sklearn.json")));
            Dataset dataset = json.RootElement.GetProperty("datasets").EnumerateArray().Select(entry => entry.Deserialize<Dataset>(Lenient)!)
                .Single(entry => string.Equals(entry.Name, name, StringComparison.Ordinal));

            double[] points = [.. File.ReadLines(Path.Combine(folder, name + ".csv")).Skip(1)
                .SelectMany(line => line.Split(',').SkipLast(1).Select(value => double.Parse(value, CultureInfo.InvariantCulture)))];
            points.Length.Should().Be(dataset.N * dataset.D);
            return dataset with { Points = points };
        }
    }
}

public sealed class FloatScikitLearnTests : ScikitLearnTests<float>;

public sealed class DoubleScikitLearnTests : ScikitLearnTests<double>;
