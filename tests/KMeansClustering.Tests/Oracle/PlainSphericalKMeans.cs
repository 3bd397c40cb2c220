using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests.Oracle;

/// <summary>
/// Spherical k-means as it is defined, in plain loops: the directions of points and starting centroids, the judge's distances, means in double, their directions. The means are the library's own
/// (<see cref="CentroidSumsTests{T}"/> has those), so that there is no rounding that a fit may do otherwise, and every bit of it must be the same.
/// </summary>
internal sealed class PlainSphericalKMeans<T> : PlainKMeans<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Problem<T> _problem;

    private PlainSphericalKMeans(Problem<T> directions)
        : base(directions) => _problem = directions;

    protected override double InertiaPerSquare => 0.5;

    /// <summary>From given centroids.</summary>
    public static PlainKMeans<T> Run(Problem<T> problem, KMeansOptions options) =>
        new PlainSphericalKMeans<T>(problem with
        {
            Points = PlainDirection.OfEach(problem.Points, problem.Dimensions),
            Start = PlainDirection.OfEach(problem.Start, problem.Dimensions),
        }).Run(options);

    /// <summary>From seedings, each a stream of its own: the lowest inertia, and of equal ones the first. Random seeding is the library's, and has no restarts here.</summary>
    public static PlainKMeans<T> RunSeeded(Problem<T> problem, KMeansOptions options)
    {
        T[] points = PlainDirection.OfEach(problem.Points, problem.Dimensions);
        return Enumerable.Range(0, options.Restarts)
            .Select(restart => new PlainSphericalKMeans<T>(problem with { Points = points, Start = Seed(problem with { Points = points }, options, restart) }).Run(options))
            .MinBy(fit => fit.Inertia)!;
    }

    protected override unsafe T[] Means()
    {
        int d = _problem.Dimensions;
        T[] centroids = [.. Centroids];
        using Crew crew = new(1);
        (double least, double greatest) = Check.Weights<T>(_problem.Weights, _problem.Count);
        fixed (T* points = _problem.Points, weights = _problem.Weights)
        fixed (int* labels = Labels)
        {
            PointView<T> view = new(points, _problem.Count, d);
            SumScale scale = SumScale.For<T>(Survey<T>.Of(view, crew, "points").Magnitudes, _problem.Weights is not null, least, greatest);
            using ClusterTotals<T> totals = new(scale, _problem.Clusters, _problem.Weights is not null);
            totals.AddAll(view, weights, labels, crew);
            double[] mean = new double[d];
            fixed (double* row = mean)
            {
                for (int j = 0; j < _problem.Clusters; j++)
                {
                    if (totals.TryMean(j, row) && PlainDirection.Of<T>(mean) is { } direction)
                    {
                        direction.CopyTo(centroids, j * d);
                    }
                }
            }
        }

        return centroids;
    }

    private static T[] Seed(Problem<T> directions, KMeansOptions options, int restart)
    {
        (T[] points, int d, int k) = (directions.Points, directions.Dimensions, directions.Clusters);
        PlainSeeding<T> plain = new(points, d, directions.Weights);
        T[] random = new T[k * d];
        switch (options.Seeding)
        {
            case SeedingMethod.KMeansPlusPlus:
                return TestData.Rows(points, d, plain.KMeansPlusPlus(k, new Xoshiro256(options.Seed, restart)));
            case SeedingMethod.KMeansParallel:
                return TestData.Rows(points, d, plain.KMeansParallel(k, new Xoshiro256(options.Seed, restart)));
            default:
                KMeans.InitializeCentroids(points, d, random, options.Seeding, options.Seed, directions.Weights);
                return random;
        }
    }
}
