using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Trees;

namespace KMeansClustering.Fitting;

/// <summary>The assignment pass of each <see cref="KMeansAlgorithm"/>.</summary>
internal static unsafe class Passes
{
    public static AssignmentPass<T> Create<T>(KMeansAlgorithm algorithm, FitData<T> data, int clusters, ClusterTotals<T> totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SearchPass<T> Remembering(int groups, Sketch<T>? sketch) => new(
            data.Points, data.Weights, clusters, totals, data.Crew, NearestSearch<T>.Remembering(data.Points, clusters, groups, sketch), algorithm);
        switch (algorithm)
        {
            case KMeansAlgorithm.Hamerly: return Remembering(1, null);
            case KMeansAlgorithm.Yinyang: return Remembering(32, null);
            case KMeansAlgorithm.Sketch:
                return Remembering(4, data.Sketch);
            case KMeansAlgorithm.KdTree: return new TreePass<T>(data.Tree!, data.Points, data.Weights, clusters, totals, data.Crew);
            default: return new SearchPass<T>(data.Points, data.Weights, clusters, totals, data.Crew);
        }
    }
}
