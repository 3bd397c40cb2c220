using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>Tries a tree before it is used: how many centroids would remain at a leaf, with points spread over the tree in the centroids' place.</summary>
internal static unsafe class TreeProbe
{
    private const int Leaves = 64;

    /// <summary>The mean over some leaves of the number of candidates left; 0 where one takes the leaf whole.</summary>
    public static double Remaining<T>(PointTree<T> tree, int clusters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var centroids = new AlignedBuffer<double>((long)clusters * tree.Dimensions);
        var leaves = LeavesAt(tree, clusters);
        for (var j = 0; j < clusters; j++)
        {
            var leaf = tree.Nodes[leaves[j]];
            var place = Place(tree, j, clusters) - leaf.Begin;
            for (var p = 0; p < tree.Dimensions; p++)
            {
                centroids.Pointer[(j * tree.Dimensions) + p] = double.CreateTruncating(tree.LeafValues(leaf)[(p * leaf.Count) + place]);
            }
        }

        using var allowed = new AlignedBuffer<double>(clusters);
        using var lists = new CandidateLists<double, SimdScalar<double>>(tree.Dimensions);
        int[] all = [.. Enumerable.Range(0, clusters)];
        var total = 0.0;
        for (var i = 0; i < Leaves; i++)
        {
            var (node, list) = (0, lists.Set(all, centroids.Pointer, allowed.Pointer));
            var place = Place(tree, i, Leaves);
            while (true)
            {
                list = list.Count > 1 ? lists.Prune(list, tree, node) : list;
                if (list.Count == 1 || tree.Nodes[node].IsLeaf)
                {
                    break;
                }

                node = Child(tree, node, place);
            }

            total += list.Count == 1 ? 0 : list.Count;
        }

        return total / Leaves;
    }

    // The leaves of k places at equal distances.
    private static int[] LeavesAt<T>(PointTree<T> tree, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var leaves = new int[count];
        for (var i = 0; i < count; i++)
        {
            while (!tree.Nodes[leaves[i]].IsLeaf)
            {
                leaves[i] = Child(tree, leaves[i], Place(tree, i, count));
            }
        }

        return leaves;
    }

    private static int Place<T>(PointTree<T> tree, int i, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (int)(((2L * i) + 1) * tree.Count / (2L * count));

    private static int Child<T>(PointTree<T> tree, int node, int place)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var right = tree.Nodes[node].Left + 1;
        return place < tree.Nodes[right].Begin ? right - 1 : right;
    }
}
