using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;
using KMeansClustering.Seeding;
using KMeansClustering.Trees;

namespace KMeansClustering;

/// <content>The three steps, and what they are made of.</content>
public static unsafe partial class KMeans
{
    /// <summary>Step 1: chooses starting centroids, each a point of the data, as a fit with the same seed does.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="centroids">Receives k × d values; its length says how many centroids.</param>
    /// <param name="seeding">How.</param>
    /// <param name="seed">The seed of the draws; equal seeds give equal centroids, on every machine.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <exception cref="ArgumentException">A value is not finite, a length does not fit, a weight is negative, or all are 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are more centroids than points, or there is no such method.</exception>
    public static void InitializeCentroids<T>(
        ReadOnlySpan<T> points,
        int dimensions,
        Span<T> centroids,
        SeedingMethod seeding = SeedingMethod.KMeansPlusPlus,
        int seed = 0,
        ReadOnlySpan<T> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        var clusters = Check.Rows<T>(centroids, dimensions, nameof(centroids));
        Check.Clusters(clusters, count, nameof(centroids));
        Check.Seeding(seeding, nameof(seeding));
        var (_, greatestWeight) = Check.Weights(weights, count);
        fixed (T* data = points, destination = centroids, weight = weights)
        {
            var view = new PointView<T>(data, count, dimensions);
            using var crew = new Crew();
            Check.Distances(Survey<T>.Of(view, crew, nameof(points)), default, greatestWeight, nameof(points));
            using var labels = new AlignedBuffer<int>(count);
            using var seedingData = new SeedingData<T>(view, weight, crew, labels.Pointer, MemoryBudget.OfProcess);
            Seeder.Choose(seeding, seedingData, destination, clusters, seed, restart: 0, _ => { });
        }
    }

    /// <summary>Step 2: gives each point the label of its nearest centroid, the lowest winning a tie.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="centroids">k × d finite values, row-major.</param>
    /// <param name="labels">n labels, in and out: what they were decides how many changed. Begin with −1 for none.</param>
    /// <returns>How many labels changed: 0 means that the loop has converged.</returns>
    /// <exception cref="ArgumentException">A value is not finite, or a length does not fit.</exception>
    public static int AssignPoints<T>(ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<T> centroids, Span<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        Check.Length(labels.Length, count, "a label for each point", nameof(labels));
        var clusters = Check.Rows(centroids, dimensions);
        Check.Finite(centroids, dimensions);
        using var crew = new Crew();
        fixed (T* data = points)
        {
            return CheckAndAssign(new PointView<T>(data, count, dimensions), centroids, clusters, labels, crew);
        }
    }

    /// <summary>Step 3: moves each centroid to the mean of its points. A cluster without points (or with points of weight 0 only) keeps its centroid.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">n × d finite values, row-major.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="labels">n labels from 0 to k − 1.</param>
    /// <param name="centroids">k × d values, in and out.</param>
    /// <param name="weights">A weight for each point, finite and at least 0, not all 0; or none, for 1 each.</param>
    /// <exception cref="ArgumentException">A value is not finite, a length does not fit, a label is not one of a centroid, a weight is negative, or all are 0.</exception>
    public static void RecalculateCentroids<T>(
        ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<int> labels, Span<T> centroids, ReadOnlySpan<T> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        var count = Check.Rows(points, dimensions);
        Check.Length(labels.Length, count, "a label for each point", nameof(labels));
        var clusters = Check.Rows<T>(centroids, dimensions, nameof(centroids));
        Check.Finite<T>(centroids, dimensions, nameof(centroids));
        Check.Labels(labels, clusters);
        var (leastWeight, greatestWeight) = Check.Weights(weights, count);
        var weighted = !weights.IsEmpty;
        using var crew = new Crew();
        fixed (T* data = points, destination = centroids, weight = weights)
        fixed (int* label = labels)
        {
            var view = new PointView<T>(data, count, dimensions);
            var survey = Survey<T>.Of(view, crew, nameof(points));
            var scale = SumScale.For<T>(survey.Magnitudes, weighted, leastWeight, greatestWeight);
            using var totals = new ClusterTotals<T>(scale, clusters, weighted);
            totals.AddAll(view, weight, label, crew);
            using var update = new CentroidUpdate<T>(totals, clusters, dimensions, crew);
            update.Run(destination);
        }
    }

    internal static int CheckAndAssign<T>(
        PointView<T> points, ReadOnlySpan<T> centroids, int clusters, Span<int> labels, Crew crew, double greatestWeight = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Distances(Survey<T>.Of(points, crew, nameof(points)), centroids, greatestWeight, nameof(points));
        return Assign(points, centroids, clusters, labels, crew);
    }

    /// <summary>Labels points that have been checked.</summary>
    internal static int Assign<T>(PointView<T> points, ReadOnlySpan<T> centroids, int clusters, Span<int> labels, Crew crew, MemoryBudget? budget = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var filters = PointFilters<T>.ForOnePass(points, clusters, crew, budget ?? MemoryBudget.OfProcess);
        fixed (T* centroid = centroids)
        fixed (int* label = labels)
        {
            if (filters.Rows is { } rows)
            {
                return AssignBySketch(points, centroid, clusters, labels, crew, rows);
            }

            using AssignmentPass<T> pass = filters.Tree is null
                ? new SearchPass<T>(points, null, clusters, null, crew)
                : new TreePass<T>(filters.Tree, points, null, clusters, null, crew);
            return pass.Run(centroid, label, out _);
        }
    }

    // The labels that came are nobody's yet: they may be anything.
    private static int AssignBySketch<T>(PointView<T> points, T* centroids, int clusters, Span<int> labels, Crew crew, ShortRows<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var found = new AlignedBuffer<int>(points.Count);
        var nearest = new Span<int>(found.Pointer, points.Count);
        nearest.Fill(-1);
        using var search = new SearchPass<T>(points, null, clusters, null, crew, NearestSearch<T>.Remembering(rows, clusters, 1), KMeansAlgorithm.Sketch);
        search.Run(centroids, found.Pointer, out _);
        var changed = TensorPrimitives.HammingDistance<int>(labels, nearest);
        nearest.CopyTo(labels);
        return changed;
    }
}
