using System.Numerics;
using KMeansClustering.Seeding;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>What a sweep relies on: a seeding of many clusters begins with those of fewer, where both draw the same.</summary>
public abstract class SharedStartsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] All = [.. Enumerable.Range(1, 60)];

    public static TheoryData<SeedingMethod, WeightKind> Cases
    {
        get
        {
            TheoryData<SeedingMethod, WeightKind> cases = [];
            foreach (WeightKind weights in Enum.GetValues<WeightKind>())
            {
                cases.Add(SeedingMethod.KMeansPlusPlus, weights);
                cases.Add(SeedingMethod.Random, weights);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_seeding_begins_with_the_smaller_ones_of_its_band(SeedingMethod method, WeightKind weightKind)
    {
        foreach (DataKind kind in Enum.GetValues<DataKind>())
        {
            T[] points = TestData.Points<T>(kind, 60, 2);
            T[]? weights = TestData.Weights<T>(weightKind, 60);
            (int, int)[] bands = method == SeedingMethod.Random ? [(1, 60)] : [(1, 2), (3, 7), (8, 20), (21, 54), (55, 60)];
            foreach ((int from, int to) in bands)
            {
                T[] widest = Seed(points, to, method, weights);
                for (int k = from; k < to; k += 1 + (k / 3))
                {
                    Same.Bits<T>(widest.AsSpan(0, 2 * k), Seed(points, k, method, weights), $"{kind}, {k} of {to}");
                }
            }
        }
    }

    [Fact]
    public void Seedings_of_other_bands_differ_so_the_bands_are_no_wider()
    {
        T[] points = TestData.Points<T>(DataKind.Uniform, 200, 2);
        foreach ((int last, int next) in new[] { (2, 3), (7, 8), (20, 21), (54, 55), (148, 149) })
        {
            bool Differ(int seed) =>
                !Seed(points, last, SeedingMethod.KMeansPlusPlus, null, seed).SequenceEqual(Seed(points, next, SeedingMethod.KMeansPlusPlus, null, seed).Take(2 * last));
            Enumerable.Range(0, 10).Count(Differ).Should().BePositive($"{last} and {next}");
        }
    }

    [Theory]
    [InlineData(SeedingMethod.KMeansPlusPlus, "2 7 20 54 60")]
    [InlineData(SeedingMethod.Random, "60")]
    public void Each_restart_is_seeded_once_for_a_band(SeedingMethod method, string widest)
    {
        SharedStarts<T> starts = new(method, All);
        List<(int K, int Restart)> seeded = [];
        foreach (int k in All)
        {
            for (int restart = 0; restart < 3; restart++)
            {
                int mark = restart;
                T[] taken = starts.Take(k, 2, restart, most =>
                {
                    seeded.Add((most, mark));
                    return [.. Enumerable.Range(0, 2 * most).Select(i => T.CreateChecked((1000 * mark) + i))];
                });

                taken.Should().HaveCount(2 * k);
                taken[0].Should().Be(T.CreateChecked(1000 * restart));
                taken[0] = T.NaN; // the caller's own
            }
        }

        int[] expected = [.. widest.Split(' ').Select(int.Parse)];
        seeded.Should().Equal(expected.SelectMany(k => Enumerable.Range(0, 3).Select(restart => (k, restart))));
    }

    [Fact]
    public void Only_numbers_that_are_asked_for_are_seeded()
    {
        SharedStarts<T> starts = new(SeedingMethod.KMeansPlusPlus, [4, 10, 15, 30]);
        List<int> seeded = [];
        foreach (int k in new[] { 4, 10, 15, 30 })
        {
            starts.Take(k, 1, 0, most =>
            {
                seeded.Add(most);
                return new T[most];
            });
        }

        seeded.Should().Equal(4, 15, 30);
    }

    [Fact]
    public void K_means_parallel_shares_nothing()
    {
        SharedStarts<T> starts = new(SeedingMethod.KMeansParallel, [3, 4, 5]);
        List<int> seeded = [];
        foreach (int k in new[] { 3, 4, 5 })
        {
            starts.Take(k, 1, 0, most =>
            {
                seeded.Add(most);
                return new T[most];
            });
        }

        seeded.Should().Equal(3, 4, 5);
    }

    private static T[] Seed(T[] points, int k, SeedingMethod method, T[]? weights, int seed = 3)
    {
        T[] centroids = new T[2 * k];
        KMeans.InitializeCentroids(points, 2, centroids, method, seed, weights);
        return centroids;
    }
}

public sealed class FloatSharedStartsTests : SharedStartsTests<float>;

public sealed class DoubleSharedStartsTests : SharedStartsTests<double>;
