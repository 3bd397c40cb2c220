using System.Numerics;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests.Oracle;

/// <summary>Bisecting k-means as it is defined: a list of clusters, each a list of points; the largest is split by the plain k-means of two clusters, from plain seeding, until there are enough.</summary>
internal sealed class PlainBisecting<T>(Problem<T> problem, BisectingKMeansOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>In the order in which they are made.</summary>
    public List<PlainNode<T>> Nodes { get; } = [];

    /// <summary>With 1, 2, … clusters.</summary>
    public List<double> Inertias { get; } = [];

    public PlainNode<T>[] Leaves => [.. LeavesBelow(Nodes[0])];

    public int[] Labels => [.. Enumerable.Range(0, problem.Count).Select(i => Array.FindIndex(Leaves, leaf => leaf.Members.Contains(i)))];

    public PlainBisecting<T> Run(int clusters)
    {
        int[] all = [.. Enumerable.Range(0, problem.Count)];
        PlainKMeans<T> whole = new SteppedKMeans<T>(problem with { Start = problem.Points[..problem.Dimensions] }).Run(options.Split with { Tolerance = 0 });
        Nodes.Add(new PlainNode<T>(problem, null, all, whole.Centroids));
        Inertias.Add(TotalInertia());
        HashSet<PlainNode<T>> unsplittable = [];
        while (Leaves.Length < clusters && Leaves.Except(unsplittable).Where(leaf => leaf.Inertia > 0).OrderByDescending(Size).ThenBy(Nodes.IndexOf).FirstOrDefault() is { } largest)
        {
            if (!TrySplit(largest))
            {
                unsplittable.Add(largest);
            }
        }

        return this;
    }

    private double Size(PlainNode<T> node) => options.Strategy == BisectingStrategy.LargestInertia ? node.Inertia : node.Weight;

    private bool TrySplit(PlainNode<T> node)
    {
        Problem<T> part = node.Part;
        int seed = unchecked(options.Split.Seed + Leaves.Length - 1);
        PlainKMeans<T>? best = null;
        for (int restart = 0; restart < options.Split.Restarts; restart++)
        {
            Xoshiro256 random = new(seed, restart);
            int[] rows = new PlainSeeding<T>(part.Points, part.Dimensions, part.Weights).KMeansPlusPlus(2, random);
            PlainKMeans<T> fit = new SteppedKMeans<T>(part with { Start = TestData.Rows(part.Points, part.Dimensions, rows) }).Run(options.Split);
            best = best is null || fit.Inertia < best.Inertia ? fit : best;
        }

        if (best!.Counts.Contains(0))
        {
            return false;
        }

        PlainNode<T> Child(int side) => new(
            problem, node, [.. node.Members.Where((_, i) => best.Labels[i] == side)], best.Centroids[(side * part.Dimensions)..((side + 1) * part.Dimensions)]);
        (node.Left, node.Right) = (Child(0), Child(1));
        Nodes.AddRange([node.Left, node.Right]);
        Inertias.Add(TotalInertia());
        return true;
    }

    private double TotalInertia()
    {
        T[] centroids = [.. Leaves.SelectMany(leaf => leaf.Centroid)];
        return Steps.Inertia<T>(problem.Points, problem.Dimensions, Labels, centroids, problem.Weights);
    }

    private static IEnumerable<PlainNode<T>> LeavesBelow(PlainNode<T> node) => node.Left is null ? [node] : LeavesBelow(node.Left).Concat(LeavesBelow(node.Right!));
}

internal sealed class PlainNode<T>(Problem<T> problem, PlainNode<T>? parent, int[] members, T[] centroid)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public PlainNode<T>? Parent => parent;

    public PlainNode<T>? Left { get; set; }

    public PlainNode<T>? Right { get; set; }

    /// <summary>Its points, in their order.</summary>
    public int[] Members => members;

    public T[] Centroid => centroid;

    public Problem<T> Part { get; } = problem with
    {
        Points = TestData.Rows(problem.Points, problem.Dimensions, members),
        Weights = problem.Weights is null ? null : [.. members.Select(i => problem.Weights[i])],
    };

    public double Inertia => Steps.Inertia<T>(Part.Points, Part.Dimensions, new int[members.Length], centroid, Part.Weights);

    public double Weight => Steps.ClusterWeights(new int[members.Length], 1, Part.Weights)[0];
}
