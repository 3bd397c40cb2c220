using System.Globalization;
using System.Text.Json;

namespace KMeansClustering.Tests;

/// <summary>scikit-learn 1.2.1's MiniBatchKMeans on four of its data sets: what it finds on average. Data/README.md says where its figures come from.</summary>
public sealed class MiniBatchScikitLearnTests
{
    private static readonly JsonDocument Json = JsonDocument.Parse(File.ReadAllText(PathOf("minibatch.json")));

    public static TheoryData<string, int, int, double> Means
    {
        get
        {
            TheoryData<string, int, int, double> means = [];
            foreach (JsonElement entry in Json.RootElement.GetProperty("datasets").EnumerateArray())
            {
                means.Add(entry.GetProperty("name").GetString()!, entry.GetProperty("k").GetInt32(), entry.GetProperty("batchSize").GetInt32(), entry.GetProperty("meanInertia").GetDouble());
            }

            return means;
        }
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void The_mean_inertia_over_seeds_is_within_2_percent_of_scikit_learns(string name, int clusters, int batchSize, double expected)
    {
        string[] lines = [.. File.ReadLines(PathOf(name + ".csv")).Skip(1)];
        double[] points = [.. lines.SelectMany(line => line.Split(',').SkipLast(1).Select(value => double.Parse(value, CultureInfo.InvariantCulture)))];
        int seeds = Json.RootElement.GetProperty("seeds").GetInt32();

        double mean = Enumerable.Range(0, seeds).Average(seed =>
        {
            using MiniBatchKMeans<double> batches = new(points.Length / lines.Length, clusters, new MiniBatchKMeansOptions { BatchSize = batchSize, Seed = seed });
            batches.Fit(points);
            return batches.ToModel().Inertia(points);
        });

        mean.Should().BeLessThan(1.02 * expected).And.BeGreaterThan(0.9 * expected, "less would be too good to be the same algorithm");
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Data", file);
}
