using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>The mean over the coordinates of their variance (unweighted, of the population): the scale of <see cref="KMeansOptions.Tolerance"/>.</summary>
internal static class Variance
{
    /// <summary>In two passes, mean and then squares, both as order-free sums.</summary>
    public static double Mean<T>(PointView<T> points, Survey<T> survey, Crew crew, PointShare share)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var means = new ColumnMeans<T>(points, survey.Magnitudes, crew).Run(null, share);

        // (x − mean)² is below the square of the range, with room for the rounding of both.
        var squares = new double[points.Dimensions];
        for (var p = 0; p < squares.Length; p++)
        {
            var range = double.CreateTruncating(survey.Greatest[p]) - double.CreateTruncating(survey.Least[p]);
            squares[p] = 2 * range * range;
        }

        var variances = new ColumnMeans<T>(points, squares, crew).Run(means, share);
        var total = 0.0;
        foreach (var variance in variances)
        {
            total += variance;
        }

        return total / points.Dimensions;
    }
}
