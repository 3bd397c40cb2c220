using System.Globalization;
using System.Text.Json;

namespace KMeansClustering.Tests;

/// <summary>The metrics of scikit-learn 1.2.1 on its data sets, of its classes and of the labels of a fit. Data/README.md says where the figures come from.</summary>
public sealed class MetricsScikitLearnTests
{
    private const double Tolerance = 1e-9;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Data");
    private static readonly JsonElement Expected = Read("metrics.json");
    private static readonly JsonElement Fits = Read("sklearn.json");

    public static TheoryData<string, string> Labelled
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string name in new[] { "iris", "wine", "digits", "breast_cancer" })
            {
                cases.Add(name, "target");
                cases.Add(name, "kMeans");
            }

            return cases;
        }
    }

    public static TheoryData<int> Pairs => [.. Enumerable.Range(0, Expected.GetProperty("pairs").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Labelled))]
    public void Silhouettes_are_scikit_learns(string name, string labelling)
    {
        (double[] points, int d, int[] labels) = Load(name, labelling);
        JsonElement figures = Dataset(Expected, name).GetProperty(labelling);

        double[] samples = new double[labels.Length];
        ClusteringMetrics.SilhouetteSamples<double>(points, d, labels, samples);

        Close(ClusteringMetrics.Silhouette<double>(points, d, labels), figures, "silhouette");
        double[] expected = [.. figures.GetProperty("silhouetteSamples").EnumerateArray().Select(value => value.GetDouble())];
        samples.Should().HaveSameCount(expected);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i].Should().BeApproximately(expected[i], Tolerance, $"point {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Labelled))]
    public void Davies_Bouldin_and_Calinski_Harabasz_are_scikit_learns(string name, string labelling)
    {
        (double[] points, int d, int[] labels) = Load(name, labelling);
        JsonElement figures = Dataset(Expected, name).GetProperty(labelling);

        Close(ClusteringMetrics.DaviesBouldin<double>(points, d, labels), figures, "daviesBouldin");
        Close(ClusteringMetrics.CalinskiHarabasz<double>(points, d, labels), figures, "calinskiHarabasz");
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("wine")]
    [InlineData("digits")]
    [InlineData("breast_cancer")]
    public void The_simplified_silhouette_is_numpys(string name)
    {
        (double[] points, int d, int[] labels) = Load(name, "kMeans");

        Close(ClusteringMetrics.SimplifiedSilhouette<double>(points, d, labels, Centroids(name)), Dataset(Expected, name).GetProperty("kMeans"), "simplifiedSilhouette");
    }

    [Theory]
    [MemberData(nameof(Labelled))]
    public void The_information_criterion_is_scipys(string name, string labelling)
    {
        (double[] points, int d, int[] labels) = Load(name, labelling);

        Close(ClusteringMetrics.Bic<double>(points, d, labels), Dataset(Expected, name).GetProperty(labelling), "bic");
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("wine")]
    [InlineData("digits")]
    [InlineData("breast_cancer")]
    public void Weights_are_repetitions_of_points(string name)
    {
        (double[] points, int d, int[] labels) = Load(name, "kMeans");
        double[] weights = [.. Enumerable.Range(0, labels.Length).Select(i => (double)(i % 4))];
        JsonElement figures = Dataset(Expected, name).GetProperty("repeated");

        Close(ClusteringMetrics.Silhouette<double>(points, d, labels, weights), figures, "silhouette");
        Close(ClusteringMetrics.SimplifiedSilhouette<double>(points, d, labels, Centroids(name), weights), figures, "simplifiedSilhouette");
        Close(ClusteringMetrics.DaviesBouldin<double>(points, d, labels, weights), figures, "daviesBouldin");
        Close(ClusteringMetrics.CalinskiHarabasz<double>(points, d, labels, weights), figures, "calinskiHarabasz");
        Close(ClusteringMetrics.Bic<double>(points, d, labels, weights), figures, "bic");
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("wine")]
    [InlineData("digits")]
    [InlineData("breast_cancer")]
    public void Classes_against_clusters_are_scikit_learns(string name) =>
        RequireLabelFigures(Load(name, "target").Labels, Load(name, "kMeans").Labels, Dataset(Expected, name).GetProperty("labelings"));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Edge_cases_and_random_labelings_are_scikit_learns(int pair)
    {
        JsonElement entry = Expected.GetProperty("pairs")[pair];
        RequireLabelFigures(Integers(entry.GetProperty("first")), Integers(entry.GetProperty("second")), entry.GetProperty("figures"));
    }

    private static void RequireLabelFigures(int[] first, int[] second, JsonElement figures)
    {
        Close(ClusteringMetrics.AdjustedRandIndex(first, second), figures, "adjustedRandIndex");
        Close(ClusteringMetrics.MutualInformation(first, second), figures, "mutualInformation");
        Close(ClusteringMetrics.NormalizedMutualInformation(first, second), figures, "normalizedMutualInformation");
        Close(ClusteringMetrics.AdjustedMutualInformation(first, second), figures, "adjustedMutualInformation");
        Close(ClusteringMetrics.Homogeneity(first, second), figures, "homogeneity");
        Close(ClusteringMetrics.Completeness(first, second), figures, "completeness");
        Close(ClusteringMetrics.VMeasure(first, second), figures, "vMeasure");
        foreach (JsonElement beta in figures.GetProperty("vMeasures").EnumerateArray())
        {
            ClusteringMetrics.VMeasure(first, second, beta[0].GetDouble()).Should().BeApproximately(beta[1].GetDouble(), Tolerance, $"beta = {beta[0]}");
        }
    }

    private static void Close(double actual, JsonElement figures, string name)
    {
        double expected = figures.GetProperty(name).GetDouble();
        actual.Should().BeApproximately(expected, Tolerance * Math.Max(1, Math.Abs(expected)), name);
    }

    private static (double[] Points, int Dimensions, int[] Labels) Load(string name, string labelling)
    {
        double[][] rows = [.. File.ReadLines(Path.Combine(Folder, name + ".csv")).Skip(1)
            .Select(line => line.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
        int[] labels = labelling is "target"
            ? [.. rows.Select(row => (int)row[^1])]
            : Integers(Dataset(Fits, name).GetProperty("runs")[0].GetProperty("labels"));
        return ([.. rows.SelectMany(row => row[..^1])], rows[0].Length - 1, labels);
    }

    private static double[] Centroids(string name) =>
        [.. Dataset(Fits, name).GetProperty("runs")[0].GetProperty("centroids").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(value => value.GetDouble()))];

    private static int[] Integers(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetInt32())];

    private static JsonElement Dataset(JsonElement json, string name) =>
        json.GetProperty("datasets").EnumerateArray().Single(entry => string.Equals(entry.GetProperty("name").GetString(), name, StringComparison.Ordinal));

    private static JsonElement Read(string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file)));
        return json.RootElement.Clone();
    }
}
