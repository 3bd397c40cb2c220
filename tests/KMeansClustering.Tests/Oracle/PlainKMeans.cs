using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests.Oracle;

/// <summary>
/// k-means as it is defined, in plain loops: the judge's distances, exact sums, exactly rounded means.
/// <see cref="ExactKMeans{T}"/> differs in the distances only, which it does not round at all.
/// </summary>
internal class PlainKMeans<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Problem<T> _problem;
    private readonly double _movementOfARounding;

    public PlainKMeans(Problem<T> problem)
    {
        _problem = problem;
        Centroids = [.. problem.Start];
        double largest = problem.Points.Max(x => Math.Abs(double.CreateChecked(x)));
        _movementOfARounding = largest * (typeof(T) == typeof(float) ? 4.76837158203125e-07 : 1.7763568394002505e-15) * Math.Sqrt(problem.Dimensions);
    }

    public T[] Centroids { get; private set; }

    public int[] Labels { get; private set; } = [];

    public int[] Counts { get; private set; } = [];

    public int Iterations { get; private set; }

    public int Relocations { get; private set; }

    public StopReason StopReason { get; private set; } = StopReason.MaxIterations;

    public double Inertia { get; private set; }

    /// <summary>
    /// Whether no decision was so close that centroids off by a rounding, as the library's may be, could have turned it.
    /// Only then must a whole fit agree; else each of its steps must.
    /// </summary>
    public bool Stable { get; private set; } = true;

    public PlainKMeans<T> Run(KMeansOptions options)
    {
        int[]? before = null;
        double threshold = options.Tolerance == 0 ? 0 : options.Tolerance * Steps.MeanVariance(_problem.Points, _problem.Dimensions);
        while (Iterations < options.MaxIterations && StopReason == StopReason.MaxIterations)
        {
            Iterations++;
            Labels = Assign();
            int changed = Steps.CountChanged(before, Labels);
            int moved = 0;
            if (options.EmptyClusters == EmptyClusterPolicy.Relocate)
            {
                (moved, bool close) = Steps.Relocate(_problem.Points, _problem.Dimensions, Labels, Centroids, _problem.Weights);
                Relocations += moved;
                Stable &= !close;
            }

            T[] previous = Centroids;
            Centroids = Means();
            double shift = Steps.Shift<T>(previous, Centroids, _problem.Dimensions);
            if (changed + moved == 0)
            {
                StopReason = StopReason.LabelsUnchanged;
            }
            else if (options.Tolerance > 0)
            {
                Stable &= threshold == 0 || Math.Abs(shift - threshold) > 1e-3 * threshold;
                StopReason = shift <= threshold ? StopReason.CentroidsSettled : StopReason.MaxIterations;
            }

            before = Labels;
        }

        if (StopReason != StopReason.LabelsUnchanged)
        {
            Labels = Assign();
        }

        Counts = Steps.Counts(Labels, _problem.Clusters, _problem.Weights);
        Inertia = InertiaPerSquare * Steps.Inertia<T>(_problem.Points, _problem.Dimensions, Labels, Centroids, _problem.Weights);
        return this;
    }

    /// <summary>What a squared distance counts.</summary>
    protected virtual double InertiaPerSquare => 1;

    protected virtual int Nearest(ReadOnlySpan<T> point, ReadOnlySpan<T> centroids) => JudgeDistance.Nearest(point, centroids);

    /// <summary>The clusters' means; an empty cluster's centroid stays where it was.</summary>
    protected virtual T[] Means()
    {
        ExactMeans<T> means = new(_problem.Points, _problem.Dimensions, Labels, _problem.Clusters, _problem.Weights);
        T[] centroids = [.. Centroids];
        for (int c = 0; c < centroids.Length; c++)
        {
            if (means.Counts[c / _problem.Dimensions] > 0)
            {
                centroids[c] = means.Rounded(c / _problem.Dimensions, c % _problem.Dimensions) + T.Zero; // no negative zeros
            }
        }

        return centroids;
    }

    private int[] Assign()
    {
        int[] labels = new int[_problem.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = Nearest(_problem.Point(i), Centroids);
            Stable &= IsClear(_problem.Point(i), labels[i]);
        }

        return labels;
    }

    /// <summary>Whether a point's second nearest centroid is farther away than roundings reach.</summary>
    private bool IsClear(ReadOnlySpan<T> point, int label)
    {
        int d = point.Length;
        double nearest = Math.Sqrt(JudgeDistance.Squared(point, Centroids.AsSpan(label * d, d)));
        for (int j = 0; j < _problem.Clusters; j++)
        {
            if (j != label && Math.Sqrt(JudgeDistance.Squared(point, Centroids.AsSpan(j * d, d))) - nearest <= 4 * _movementOfARounding)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The same with exact distances: no rounding anywhere but in the centroids.</summary>
internal sealed class ExactKMeans<T>(Problem<T> problem) : PlainKMeans<T>(problem)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override int Nearest(ReadOnlySpan<T> point, ReadOnlySpan<T> centroids) => ExactDistance.Nearest(point, centroids);
}
