using System.Numerics;
using KMeansClustering.Centroids;
using KMeansClustering.Fitting;
using KMeansClustering.Metrics;
using KMeansClustering.Numerics;

namespace KMeansClustering;

/// <summary>
/// How good a clustering is: of points and their labels (<c>Silhouette</c>, <c>DaviesBouldin</c>, <c>CalinskiHarabasz</c>), or of two labelings of the same points
/// (<c>AdjustedRandIndex</c>, <c>AdjustedMutualInformation</c>, <c>VMeasure</c>).
/// </summary>
/// <remarks>
/// Each is a function of its arguments alone: the same bits on any number of threads and any CPU. Labels may be any integers; only which points share one matters. Values are those of scikit-learn's functions of the same
/// names, but for rounding. Distances are Euclidean: for a clustering by <see cref="KMeansMetric.Cosine"/> give the points divided by their lengths. Nothing is written to points or labels. Weights are multiplicities: a point of
/// weight 2 is the point twice (but for rounding), and one of weight 0 is none. Weights that are no counts should be scaled so that they sum to the number of observations.
/// </remarks>
public static unsafe partial class ClusteringMetrics
{
    /// <summary>
    /// The mean silhouette coefficient, exact: of all n points against all n points, Euclidean. Time O(n²·d), memory O(n); on large data <see cref="SimplifiedSilhouette"/> or
    /// <see cref="SampledSilhouette"/> tells much the same in less time. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", 1987.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels, 2 to n − 1 different ones.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <returns>From −1 (points are with the wrong cluster) to 1 (clusters are dense and far apart).</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, there is one label only or one for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double Silhouette<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> weights = default,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Of(points, dimensions, labels, default, weights, 2, maxDegreeOfParallelism, (clustering, _, crew) => SilhouettePass.Run([clustering], null, crew)[0], cancellationToken);

    /// <summary>
    /// The silhouette coefficient of each point, Euclidean: s = (b − a)/max(a, b), a the mean distance to the others of its cluster, b the least mean distance to the points of another cluster; 0 for a point
    /// that is alone in its cluster. Time O(n²·d), memory O(n).
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels, 2 to n − 1 different ones.</param>
    /// <param name="samples">Receives n coefficients, from −1 to 1.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, there is one label only or one for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; some coefficients may have been written.</exception>
    public static void SilhouetteSamples<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        Span<double> samples,
        ReadOnlySpan<T> weights = default,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = CheckShape(points, dimensions, labels, maxDegreeOfParallelism);
        Check.Length(samples.Length, count, "a coefficient for each point", nameof(samples));
        fixed (double* destination = samples)
        {
            var sample = destination;
            Of(points, dimensions, labels, default, weights, 2, maxDegreeOfParallelism, (clustering, _, crew) => SilhouettePass.Run([clustering], sample, crew)[0], cancellationToken);
        }
    }

    /// <summary>
    /// The mean silhouette coefficient of a random sample of the points among themselves, as scikit-learn's <c>sample_size</c> has it: time O(m²·d) for m points, whatever n. The points are drawn without
    /// replacement by this library's own generator, so a seed gives other points than in scikit-learn.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels; those of the sample must be 2 to m − 1 different ones.</param>
    /// <param name="sampleSize">How many points to draw, m: from 3 to n. With n it is <see cref="Silhouette"/>.</param>
    /// <param name="seed">The seed of the draw; equal seeds draw equal points, on every machine.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <returns>From −1 to 1.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, the sample has one label only or one for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double SampledSilhouette<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        int sampleSize,
        int seed = 0,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = CheckShape(points, dimensions, labels, maxDegreeOfParallelism);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleSize, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleSize, count);
        using (var crew = new Crew(maxDegreeOfParallelism, cancellationToken))
        {
            fixed (T* data = points)
            {
                Survey<T>.Of(new PointView<T>(data, count, dimensions), crew, nameof(points));
            }
        }

        var sample = Sample.Draw(count, sampleSize, seed);
        var values = new T[checked(sampleSize * dimensions)];
        var sampleLabels = new int[sampleSize];
        for (var i = 0; i < sampleSize; i++)
        {
            points.Slice(sample[i] * dimensions, dimensions).CopyTo(values.AsSpan(i * dimensions));
            sampleLabels[i] = labels[sample[i]];
        }

        return Silhouette<T>(values, dimensions, sampleLabels, default, maxDegreeOfParallelism, cancellationToken);
    }

    /// <summary>
    /// The mean simplified silhouette: a is the distance of a point to its own centroid, b the one to the nearest other, and s = (b − a)/max(a, b); 0 for a point that is alone in its cluster. Centroids that no label
    /// names are left out. Time O(n·k·d), memory O(n + k·d). Hruschka, de Castro and Campello, "Evolutionary algorithms for clustering gene-expression data", 2004.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels from 0 to k − 1, 2 to n − 1 different ones: rows of the centroids.</param>
    /// <param name="centroids">k × d finite values, row-major.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0: how many points stand in its place; or none, for 1 each.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 (the default) for all processors.</param>
    /// <param name="cancellationToken">Ends the computation within milliseconds.</param>
    /// <returns>From −1 to 1; not below 0 where each label is the nearest centroid's.</returns>
    /// <exception cref="ArgumentException">A value is not finite (the message names row and column), a length does not fit, a weight is negative, all weights are 0, a label is not one of a centroid, there is one label only or one for each point, or squared distances would overflow.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double SimplifiedSilhouette<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> centroids,
        ReadOnlySpan<T> weights = default,
        int maxDegreeOfParallelism = -1,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckShape(points, dimensions, labels, maxDegreeOfParallelism);
        var clusters = Check.Rows(centroids, dimensions);
        Check.Finite(centroids, dimensions);
        Check.Labels(labels, clusters);
        fixed (T* centroid = centroids)
        {
            var view = new PointView<T>(centroid, clusters, dimensions);
            return Of(points, dimensions, labels, centroids, weights, 2, maxDegreeOfParallelism, (clustering, _, crew) => SimplifiedPass<T>.Of(clustering, view, crew), cancellationToken);
        }
    }

    // Checks everything, then measures.
    private static double Of<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> centroids,
        ReadOnlySpan<T> weights,
        int leastClusters,
        int maxDegreeOfParallelism,
        Func<LabelledPoints<T>, SumScale, Crew, double> measure,
        CancellationToken cancellationToken)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = CheckShape(points, dimensions, labels, maxDegreeOfParallelism);
        var (leastWeight, greatestWeight) = Check.Weights(weights, count);
        using var crew = new Crew(maxDegreeOfParallelism, cancellationToken);
        fixed (T* data = points, weight = weights)
        {
            var view = new PointView<T>(data, count, dimensions);
            var clustering = new LabelledPoints<T>(view, weight, labels);
            Check.LabelCount(clustering.Count, leastClusters, clustering.EachAlone, clustering.Places, nameof(labels));
            var survey = Survey<T>.Of(view, crew, nameof(points));
            Check.Distances(survey, centroids, weights.IsEmpty ? 1 : count * greatestWeight, nameof(points));
            return measure(clustering, SumScale.For<T>(survey.Magnitudes, !weights.IsEmpty, leastWeight, greatestWeight), crew);
        }
    }

    private static int CheckShape<T>(ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<int> labels, int maxDegreeOfParallelism)
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        Check.Length(labels.Length, count, "a label for each point", nameof(labels));
        Check.Parallelism(maxDegreeOfParallelism);
        return count;
    }
}
