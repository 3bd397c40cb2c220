using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Trees;

namespace KMeansClustering.Fitting;

/// <summary>The assignment pass of each <see cref="KMeansAlgorithm"/>.</summary>
internal static unsafe class Passes
{
    // With sketches most groups would be looked at anyway, and the sketches take the memory.
    private const int SketchGroups = 6;
    private const int YinyangGroups = 32;

    public static AssignmentPass<T> Create<T>(KMeansAlgorithm algorithm, FitData<T> data, int clusters, ClusterTotals<T> totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SearchPass<T> Remembering(int groups, Sketch<T>? sketch) => new(
            data.Points, data.Weights, clusters, totals, data.Crew, NearestSearch<T>.Remembering(data.Points, clusters, groups, sketch), algorithm);
        return algorithm switch
        {
            KMeansAlgorithm.Auto => new AutoPass<T>(data, clusters, totals),
            KMeansAlgorithm.Hamerly => Remembering(1, null),
            KMeansAlgorithm.Yinyang => Remembering(YinyangGroups, null),
            KMeansAlgorithm.Sketch => Remembering(SketchGroups, data.Filters.Sketch),
            KMeansAlgorithm.KdTree => new TreePass<T>(data.Filters.Tree!, data.Points, data.Weights, clusters, totals, data.Crew),
            _ => new SearchPass<T>(data.Points, data.Weights, clusters, totals, data.Crew),
        };
    }
}
