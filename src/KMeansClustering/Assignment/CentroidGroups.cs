using System.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// Centroids in groups of neighbours, each group filling whole vectors: the groups for which a point keeps a lower bound each, and the order in which centroids are packed.
/// </summary>
/// <remarks>How they are grouped decides only how tight the bounds are: any order is right.</remarks>
internal sealed class CentroidGroups
{
    private CentroidGroups(int clusters, int lanes, int[] firstVectors)
    {
        Lanes = lanes;
        FirstVectors = firstVectors;
        Order = new int[firstVectors[^1] * lanes];
        Array.Fill(Order, -1);
        Positions = new int[clusters];
        GroupOf = new int[clusters];
    }

    /// <summary>Centroids side by side in a vector.</summary>
    public int Lanes { get; }

    /// <summary>t.</summary>
    public int Count => FirstVectors.Length - 1;

    /// <summary>The vector at which each group begins; then the number of vectors.</summary>
    public int[] FirstVectors { get; }

    /// <summary>The centroid at each place, or −1 for none.</summary>
    public int[] Order { get; }

    /// <summary>The place of each centroid.</summary>
    public int[] Positions { get; }

    /// <summary>The group of each centroid.</summary>
    public int[] GroupOf { get; }

    /// <summary>All centroids in one group, in their order.</summary>
    public static CentroidGroups One(int clusters, int lanes)
    {
        var groups = new CentroidGroups(clusters, lanes, [0, (clusters + lanes - 1) / lanes]);
        groups.Place(0, [.. Enumerable.Range(0, clusters)]);
        return groups;
    }

    /// <summary>At most so many groups, each of centroids near each other: the set is cut in two along the line between two far ones, again and again.</summary>
    public static unsafe CentroidGroups Of<T>(T* centroids, int clusters, int dimensions, int lanes, int atMost)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var vectors = (clusters + lanes - 1) / lanes;
        var count = Math.Min(vectors, atMost);
        var groups = new CentroidGroups(clusters, lanes, [.. Enumerable.Range(0, count + 1).Select(g => (int)((long)g * vectors / count))]);
        groups.Split(centroids, dimensions, [.. Enumerable.Range(0, clusters)], 0, count);
        return groups;
    }

    private unsafe void Split<T>(T* centroids, int dimensions, int[] members, int firstGroup, int lastGroup)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (lastGroup - firstGroup == 1)
        {
            Place(firstGroup, members);
            return;
        }

        double[] DistancesFrom(int centroid) => Array.ConvertAll(members, j =>
            Judge<T>.DistanceSquared(centroids + ((nint)j * dimensions), centroids + ((nint)centroid * dimensions), dimensions));
        int Farthest(double[] distances) => members[Array.IndexOf(distances, distances.Max())];
        var start = Farthest(DistancesFrom(members[0]));
        var fromStart = DistancesFrom(start);
        var fromEnd = DistancesFrom(Farthest(fromStart));
        var along = fromStart.Zip(fromEnd, (near, far) => near - far).ToArray();
        Array.Sort(along, members);

        // Each part gets its share of the members, and no more than its vectors hold.
        var middle = (firstGroup + lastGroup) / 2;
        var leftRoom = (FirstVectors[middle] - FirstVectors[firstGroup]) * Lanes;
        var rightRoom = (FirstVectors[lastGroup] - FirstVectors[middle]) * Lanes;
        var left = (int)((long)members.Length * leftRoom / (leftRoom + rightRoom));
        left = Math.Clamp(left, members.Length - rightRoom, leftRoom);
        Split(centroids, dimensions, members[..left], firstGroup, middle);
        Split(centroids, dimensions, members[left..], middle, lastGroup);
    }

    private void Place(int group, int[] members)
    {
        var place = FirstVectors[group] * Lanes;
        foreach (var centroid in members)
        {
            Positions[centroid] = place;
            GroupOf[centroid] = group;
            Order[place++] = centroid;
        }
    }
}
