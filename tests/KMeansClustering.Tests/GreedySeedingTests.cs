using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Greedy k-means++ on so few points that every chance can be written down.</summary>
public sealed class GreedySeedingTests
{
    private const int Draws = 4_000;

    private static readonly double[] Points = [0, 1, 3, 7];
    private static readonly double[] Weights = [2, 3, 5, 4];

    [Fact]
    public void Pairs_are_drawn_as_often_as_two_candidates_each_by_weighted_squared_distance_make_them()
    {
        double[,] expected = ChanceOfPairs(candidates: 2); // 2 + ⌊ln 2⌋
        int[,] found = new int[4, 4];
        double[] centroids = new double[2];
        for (int seed = 0; seed < Draws; seed++)
        {
            KMeans.InitializeCentroids<double>(Points, 1, centroids, SeedingMethod.KMeansPlusPlus, seed, Weights);
            found[Array.IndexOf(Points, centroids[0]), Array.IndexOf(Points, centroids[1])]++;
        }

        for (int first = 0; first < 4; first++)
        {
            for (int second = 0; second < 4; second++)
            {
                DoubleSeedingTests.RequireChance(expected[first, second], found[first, second], Draws, $"first {Points[first]}, then {Points[second]}");
            }
        }
    }

    [Fact]
    public void The_chances_differ_from_those_of_plain_k_means_plus_plus_by_more_than_the_test_allows()
    {
        double[,] greedy = ChanceOfPairs(candidates: 2);
        double[,] plain = ChanceOfPairs(candidates: 1);

        greedy.Cast<double>().Zip(plain.Cast<double>()).Should().Contain(
            pair => Math.Abs(pair.First - pair.Second) > 10 * Math.Sqrt(pair.First * (1 - pair.First) / Draws));
    }

    [Fact]
    public void Greedy_seeding_starts_lower_than_random_seeding()
    {
        double[] points = TestData.Points<double>(DataKind.Clustered, 400, 2);

        MeanStart(points, SeedingMethod.KMeansPlusPlus).Should().BeLessThan(0.7 * MeanStart(points, SeedingMethod.Random));
        MeanStart(points, SeedingMethod.KMeansParallel).Should().BeLessThan(0.7 * MeanStart(points, SeedingMethod.Random));
    }

    private static double MeanStart(double[] points, SeedingMethod method) =>
        Enumerable.Range(0, 30).Average(seed => KMeans.Fit<double>(
            points, 2, 7, new KMeansOptions { Seeding = method, Seed = seed, MaxIterations = 1, TrackInertia = true }).History[0].Inertia!.Value);

    /// <summary>The chance that a first point is drawn by weight and a second is the best of some candidates drawn by w·d².</summary>
    private static double[,] ChanceOfPairs(int candidates)
    {
        double[,] chances = new double[4, 4];
        for (int first = 0; first < 4; first++)
        {
            double chanceOfFirst = Weights[first] / Weights.Sum();
            double[] mass = [.. Enumerable.Range(0, 4).Select(i => Weights[i] * Square(i, first))];
            double[] potentials = [.. Enumerable.Range(0, 4).Select(c =>
                Enumerable.Range(0, 4).Sum(i => Weights[i] * Math.Min(Square(i, first), Square(i, c))))];
            potentials.Should().OnlyHaveUniqueItems("a tie between candidates would need a rule here");
            for (int second = 0; second < 4; second++)
            {
                double AtLeastAsBad(bool strictly) => Enumerable.Range(0, 4)
                    .Where(c => strictly ? potentials[c] > potentials[second] : potentials[c] >= potentials[second]).Sum(c => mass[c] / mass.Sum());

                chances[first, second] = chanceOfFirst
                    * (Math.Pow(AtLeastAsBad(strictly: false), candidates) - Math.Pow(AtLeastAsBad(strictly: true), candidates));
            }
        }

        return chances;
    }

    private static double Square(int i, int j) => (Points[i] - Points[j]) * (Points[i] - Points[j]);
}
