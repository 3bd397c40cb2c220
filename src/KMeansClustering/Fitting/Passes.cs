using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Trees;

namespace KMeansClustering.Fitting;

/// <summary>The assignment pass of each <see cref="KMeansAlgorithm"/>.</summary>
internal static unsafe class Passes
{
    private const int Groups = 32;

    /// <summary>Rows, their steps and norms, and bounds stay within so many bytes a point.</summary>
    public const int BytesPerPoint = (4 * (SketchBasis<float>.MaxWidth + 1)) + 32;

    public static AssignmentPass<T> Create<T>(KMeansAlgorithm algorithm, FitData<T> data, int clusters, ClusterTotals<T> totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SearchPass<T> Over(NearestSearch<T> search) => new(data.Points, data.Weights, clusters, totals, data.Crew, search, algorithm);
        SearchPass<T> Remembering(int groups) => Over(NearestSearch<T>.Remembering(data.Filters.Rows!, clusters, Math.Min(groups, MostGroups(data.Filters.Rows!))));
        return algorithm switch
        {
            // A process may have no points: then there is nothing to skip.
            _ when data.Points.Count == 0 => new SearchPass<T>(data.Points, data.Weights, clusters, totals, data.Crew),
            KMeansAlgorithm.Auto => new AutoPass<T>(data, clusters, totals),
            KMeansAlgorithm.Hamerly when clusters == 1 => Over(NearestSearch<T>.Create(clusters, data.Points.Dimensions)),
            KMeansAlgorithm.Hamerly when clusters == 2 => Over(NearestSearch<T>.Pair(data.Points.Count, data.Points.Dimensions)),
            KMeansAlgorithm.Hamerly => Remembering(1),
            KMeansAlgorithm.Yinyang or KMeansAlgorithm.Sketch => Remembering(Groups),
            KMeansAlgorithm.KdTree => new TreePass<T>(data.Filters.Tree!, data.Points, data.Weights, clusters, totals, data.Crew),
            _ when data.Filters.Rows is { Form.IsSketch: false } rows => Over(NearestSearch<T>.Short(rows, clusters)),
            _ => new SearchPass<T>(data.Points, data.Weights, clusters, totals, data.Crew),
        };
    }

    /// <summary>What the bounds of <see cref="KMeansAlgorithm.Yinyang"/> take.</summary>
    public static double BytesOfBounds<T>(ShortRows<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (double)rows.Count * sizeof(float) * (Math.Min(Groups, MostGroups(rows)) + 1);

    private static int MostGroups<T>(ShortRows<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Math.Max(1, ((BytesPerPoint - (2 * rows.Form.Stride) - (2 * sizeof(float))) / sizeof(float)) - 1);
}
