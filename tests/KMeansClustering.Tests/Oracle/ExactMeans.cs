using System.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>
/// The clusters' weighted means as exact fractions, and the values that the library may round them to: its sums may be off by a
/// stated share of the coordinate's largest magnitude M (float 2⁻⁴⁰·M; double 2⁻⁵²·M, weighted 2⁻⁵¹·M) before the one rounding to T.
/// </summary>
internal sealed class ExactMeans<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _dimensions;
    private readonly ExactNumber[] _sums;
    private readonly ExactNumber[] _weights;
    private readonly ExactNumber[] _errors;

    public ExactMeans(ReadOnlySpan<T> points, int dimensions, ReadOnlySpan<int> labels, int clusters, ReadOnlySpan<T> weights)
    {
        _dimensions = dimensions;
        _sums = new ExactNumber[clusters * dimensions];
        _weights = new ExactNumber[clusters];
        _errors = new ExactNumber[dimensions];
        Counts = new int[clusters];

        T[] largest = new T[dimensions];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<T> point = points.Slice(i * dimensions, dimensions);
            for (int p = 0; p < dimensions; p++)
            {
                largest[p] = T.Max(largest[p], T.Abs(point[p]));
            }

            T weight = weights.IsEmpty ? T.One : weights[i];
            if (weight == T.Zero)
            {
                continue;
            }

            int j = labels[i];
            Counts[j]++;
            _weights[j] += ExactNumber.From(weight);
            for (int p = 0; p < dimensions; p++)
            {
                ExactNumber x = ExactNumber.From(point[p]);
                _sums[(j * dimensions) + p] += weight == T.One ? x : x * ExactNumber.From(weight);
            }
        }

        int errorBits = typeof(T) == typeof(float) ? -40 : weights.IsEmpty ? -52 : -51;
        for (int p = 0; p < dimensions; p++)
        {
            _errors[p] = ExactNumber.From(largest[p]).Scale(errorBits);
        }
    }

    /// <summary>How many points of positive weight each cluster has.</summary>
    public int[] Counts { get; }

    /// <summary>The mean, rounded once.</summary>
    public T Rounded(int cluster, int coordinate) => Round(cluster, coordinate, ExactNumber.Zero);

    public (T Lowest, T Highest) Allowed(int cluster, int coordinate) =>
        (Round(cluster, coordinate, -_errors[coordinate]), Round(cluster, coordinate, _errors[coordinate]));

    private T Round(int cluster, int coordinate, ExactNumber error) =>
        ExactNumber.Divide<T>(_sums[(cluster * _dimensions) + coordinate] + (error * _weights[cluster]), _weights[cluster]);
}
