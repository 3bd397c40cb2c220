using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests.Oracle;

/// <summary>
/// k-means as it is defined, in plain loops, but for the means, which the library's own step makes (<see cref="RecalculateCentroidsTests{T}"/> has that). So there is no rounding that a fit
/// may do otherwise, and every bit of it must be the same.
/// </summary>
internal sealed class SteppedKMeans<T> : PlainKMeans<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Problem<T> _problem;

    /// <summary>A zero that was given as −0 is the same place.</summary>
    public SteppedKMeans(Problem<T> problem)
        : base(problem with { Start = Array.ConvertAll(problem.Start, x => x + T.Zero) })
    {
        _problem = problem;
    }

    protected override T[] Means()
    {
        T[] centroids = [.. Centroids];
        KMeans.RecalculateCentroids(_problem.Points, _problem.Dimensions, Labels, centroids, _problem.Weights);
        return centroids;
    }
}
