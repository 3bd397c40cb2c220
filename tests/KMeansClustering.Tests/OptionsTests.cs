namespace KMeansClustering.Tests;

/// <summary>What users rely on without saying so.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_pinned()
    {
        new KMeansOptions().Should().Be(new KMeansOptions
        {
            Seeding = SeedingMethod.KMeansPlusPlus,
            Metric = KMeansMetric.Euclidean,
            Restarts = 1,
            MaxIterations = 300,
            Tolerance = 1e-4,
            Seed = 0,
            Algorithm = KMeansAlgorithm.Auto,
            EmptyClusters = EmptyClusterPolicy.Relocate,
            MaxDegreeOfParallelism = -1,
            TrackInertia = false,
        });
    }

    [Fact]
    public void There_are_no_other_options_than_those_pinned_here()
    {
        typeof(KMeansOptions).GetProperties().Select(property => property.Name).Should().BeEquivalentTo(
            "Seeding", "Metric", "Restarts", "MaxIterations", "Tolerance", "Seed", "Algorithm", "EmptyClusters", "MaxDegreeOfParallelism", "TrackInertia");
    }

    [Fact]
    public void Names_and_numbers_of_the_choices_are_pinned()
    {
        Numbered<SeedingMethod>().Should().Equal("0 KMeansPlusPlus", "1 Random", "2 KMeansParallel");
        Numbered<KMeansMetric>().Should().Equal("0 Euclidean", "1 Cosine");
        Numbered<EmptyClusterPolicy>().Should().Equal("0 Relocate", "1 Keep");
        Numbered<StopReason>().Should().Equal("0 LabelsUnchanged", "1 CentroidsSettled", "2 MaxIterations", "3 NoImprovement");
        Numbered<KMeansAlgorithm>().Should().StartWith(["0 Auto", "1 Lloyd"]);
    }

    [Fact]
    public void Options_left_out_are_the_defaults()
    {
        double[] points = [1, 2, 3, 10, 11, 12, 20, 25];

        KMeansResult<double> expected = KMeans.Fit<double>(points, 1, 3, new KMeansOptions());

        Support.Same.Answer(expected, KMeans.Fit<double>(points, 1, 3), "no options");
    }

    [Fact]
    public void The_three_steps_take_the_same_defaults()
    {
        System.Reflection.MethodInfo initialize = typeof(KMeans).GetMethod("InitializeCentroids")!;

        Dictionary<string, object?> defaults = initialize.GetParameters().Where(parameter => parameter.HasDefaultValue)
            .ToDictionary(parameter => parameter.Name!, parameter => parameter.RawDefaultValue, StringComparer.Ordinal);

        defaults["seeding"].Should().Be((int)SeedingMethod.KMeansPlusPlus);
        defaults["seed"].Should().Be(0);
    }

    [Fact]
    public void There_are_ten_overloads_of_Fit()
    {
        typeof(KMeans).GetMethods().Count(method => method.Name is "Fit").Should().Be(10);
    }

    private static IEnumerable<string> Numbered<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().Select(value => $"{value:D} {value}");
}
