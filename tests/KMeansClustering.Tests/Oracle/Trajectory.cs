using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests.Oracle;

/// <summary>
/// Follows the library through a fit, one iteration more at a time, and checks every step it took from where it really stood. So
/// a mean that is off by the error that the sums are allowed does not end the comparison.
/// </summary>
internal sealed class Trajectory<T>(Problem<T> problem, KMeansOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Exact distances are slow: this many of their coordinates are looked at in a pass, spread over the points.</summary>
    private const int ExactCoordinatesAPass = 6_000;

    private readonly int _d = problem.Dimensions;

    public void Check()
    {
        T[] centroids = problem.Start;
        int[]? before = null;
        int relocations = 0;
        double threshold = options.Tolerance == 0 ? 0 : options.Tolerance * Steps.MeanVariance(problem.Points, _d);
        for (int iteration = 1; iteration <= options.MaxIterations; iteration++)
        {
            string where = $"{problem}, iteration {iteration}";
            int[] labels = JudgeDistance.NearestOfEach<T>(problem.Points, _d, centroids);
            CheckAgainstExactDistances(labels, centroids, where);
            int changed = Steps.CountChanged(before, labels);
            double inertia = Steps.Inertia<T>(problem.Points, _d, labels, centroids, problem.Weights);
            int relocated = options.EmptyClusters == EmptyClusterPolicy.Relocate
                ? Steps.Relocate(problem.Points, _d, labels, centroids, problem.Weights).Moved
                : 0;
            relocations += relocated;

            KMeansResult<T> result = problem.Fit(options with { MaxIterations = iteration });
            T[] moved = result.Model.Centroids.ToArray();
            CheckMeans(labels, centroids, moved, where);
            double shift = Steps.Shift<T>(centroids, moved, _d);
            Same.Value(iteration, result.Iterations, where + ": iterations");
            Same.Value(relocations, result.Relocations, where + ": relocations");
            Same.Value(iteration, result.History.Count, where + ": length of the history");
            Same.Value(changed, result.History[^1].LabelsChanged, where + ": labels changed");
            Same.Bits(shift, result.History[^1].CentroidShift, where + ": centroid shift");
            Same.Value(options.TrackInertia, result.History[^1].Inertia.HasValue, where + ": inertia tracked");
            Same.Bits(inertia, result.History[^1].Inertia ?? inertia, where + ": inertia of the iteration");

            StopReason stop = changed + relocated == 0 ? StopReason.LabelsUnchanged
                : options.Tolerance > 0 && shift <= threshold ? StopReason.CentroidsSettled
                : StopReason.MaxIterations;
            Same.Value(stop, result.StopReason, where + ": why it stopped");
            CheckResult(result, stop == StopReason.LabelsUnchanged ? labels : JudgeDistance.NearestOfEach<T>(problem.Points, _d, moved), where);
            if (stop != StopReason.MaxIterations)
            {
                return;
            }

            (before, centroids) = (labels, moved);
        }
    }

    private void CheckAgainstExactDistances(int[] labels, T[] centroids, string where)
    {
        int stride = (int)Math.Ceiling((double)problem.Count * centroids.Length / ExactCoordinatesAPass);
        for (int i = 0; i < labels.Length; i += stride)
        {
            if (!ExactDistance.IsNearest(labels[i], problem.Point(i), centroids))
            {
                Assert.Fail($"{where}: point {i} is not nearest to centroid {labels[i]}, by exact distances.");
            }
        }
    }

    private void CheckMeans(int[] labels, T[] before, T[] after, string where)
    {
        ExactMeans<T> means = new(problem.Points, _d, labels, problem.Clusters, problem.Weights);
        for (int c = 0; c < after.Length; c++)
        {
            (int j, int p) = (c / _d, c % _d);
            if (means.Counts[j] == 0)
            {
                Same.Bits(before[c], after[c], $"{where}: coordinate {p} of the empty cluster {j}");
                continue;
            }

            (T lowest, T highest) = means.Allowed(j, p);
            if (!(after[c] >= lowest && after[c] <= highest) || (after[c] == T.Zero && T.IsNegative(after[c])))
            {
                Assert.Fail($"{where}: coordinate {p} of centroid {j} is {after[c]:R}; the mean of its points is {means.Rounded(j, p):R}, "
                    + $"from {lowest:R} to {highest:R} being allowed.");
            }
        }
    }

    private void CheckResult(KMeansResult<T> result, int[] labels, string where)
    {
        Same.Values<int>(labels, result.Labels, where + ": labels");
        Same.Bits(Steps.ClusterWeights(labels, problem.Clusters, problem.Weights), result.ClusterWeights, where + ": cluster weights");
        int empty = Steps.Counts(labels, problem.Clusters, problem.Weights).Count(count => count == 0);
        Same.Value(empty, result.EmptyClusterCount, where + ": empty clusters");
        Same.Bits(Steps.Inertia<T>(problem.Points, _d, labels, result.Model.Centroids, problem.Weights), result.Inertia, where + ": inertia");
    }
}
