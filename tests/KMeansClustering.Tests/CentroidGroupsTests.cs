using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>However centroids are grouped, each has one place.</summary>
public abstract unsafe class CentroidGroupsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_centroid_has_one_place_and_every_group_whole_vectors(DataKind kind)
    {
        foreach (int clusters in new[] { 1, 2, 3, 8, 15, 16, 17, 33, 64, 100, 257 })
        {
            T[] values = TestData.Points<T>(kind, clusters, 3);
            fixed (T* centroids = values)
            {
                foreach (int lanes in new[] { 1, 2, 4, 8, 16 })
                {
                    Check(CentroidGroups.One(clusters, lanes), clusters, lanes, 1);
                    foreach (int most in new[] { 1, 2, 3, 4, 32, 64 })
                    {
                        Check(CentroidGroups.Of(centroids, clusters, 3, lanes, most), clusters, lanes, most);
                    }
                }
            }
        }
    }

    [Fact]
    public void All_in_one_group_keep_their_order()
    {
        CentroidGroups groups = CentroidGroups.One(21, 8);

        groups.Positions.Should().Equal(Enumerable.Range(0, 21));
        groups.Order.Should().Equal(Enumerable.Range(0, 21).Concat([-1, -1, -1]));
    }

    [Fact]
    public void Neighbours_are_grouped()
    {
        // Four far heaps of eight.
        T[] values = [.. Enumerable.Range(0, 32).SelectMany(j => new[] { T.CreateChecked((1000 * (j % 4)) + j), T.CreateChecked(j) })];
        fixed (T* centroids = values)
        {
            CentroidGroups groups = CentroidGroups.Of(centroids, 32, 2, 8, 4);

            Enumerable.Range(0, 32).GroupBy(j => groups.GroupOf[j]).Should().HaveCount(4).And.OnlyContain(group => group.Select(j => j % 4).Distinct().Count() == 1);
        }
    }

    private static void Check(CentroidGroups groups, int clusters, int lanes, int most)
    {
        string what = $"k = {clusters}, {lanes} lanes, at most {most} groups, {typeof(T).Name}";
        int vectors = (clusters + lanes - 1) / lanes;
        Same.Value(lanes, groups.Lanes, what + ": lanes");
        Same.Value(true, groups.Count >= 1 && groups.Count <= most, what + ": groups");
        Same.Value(groups.Count + 1, groups.FirstVectors.Length, what + ": first vectors");
        Same.Value(0, groups.FirstVectors[0], what + ": the first vector");
        Same.Value(vectors, groups.FirstVectors[^1], what + ": vectors");
        Same.Value(vectors * lanes, groups.Order.Length, what + ": places");
        Same.Values<int>([.. Enumerable.Range(0, clusters)], [.. groups.Order.Where(centroid => centroid >= 0).Order()], what + ": who has a place");
        for (int group = 0; group < groups.Count; group++)
        {
            Same.Value(true, groups.FirstVectors[group] < groups.FirstVectors[group + 1], what + ": an empty group");
        }

        for (int j = 0; j < clusters; j++)
        {
            int place = groups.Positions[j];
            int group = groups.GroupOf[j];
            Same.Value(j, groups.Order[place], what + ": order and positions");
            Same.Value(true, place / lanes >= groups.FirstVectors[group] && place / lanes < groups.FirstVectors[group + 1], what + ": a place in its group");
        }
    }
}

public sealed class FloatCentroidGroupsTests : CentroidGroupsTests<float>;

public sealed class DoubleCentroidGroupsTests : CentroidGroupsTests<double>;
