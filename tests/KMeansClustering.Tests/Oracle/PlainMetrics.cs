using System.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>The metrics of points as their definitions say, with plain loops in double.</summary>
internal static class PlainMetrics
{
    public static double[] Silhouettes<T>(T[] points, int d, int[] labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] samples = new double[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            double MeanTo(int label) => Enumerable.Range(0, labels.Length).Where(j => labels[j] == label && j != i).Average(j => Distance(points, i, points, j, d));
            if (labels.Count(label => label == labels[i]) > 1)
            {
                samples[i] = Ratio(MeanTo(labels[i]), labels.Distinct().Where(label => label != labels[i]).Min(MeanTo));
            }
        }

        return samples;
    }

    public static double SimplifiedSilhouette<T>(T[] points, int d, int[] labels, T[] centroids)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Enumerable.Range(0, labels.Length).Average(i => labels.Count(label => label == labels[i]) == 1 ? 0 : Ratio(
            Distance(points, i, centroids, labels[i], d),
            labels.Distinct().Where(label => label != labels[i]).Min(label => Distance(points, i, centroids, label, d))));

    public static double DaviesBouldin<T>(T[] points, int d, int[] labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] clusters = [.. labels.Distinct().Order()];
        double[] means = Means(points, d, labels, clusters);
        double[] wide = [.. points.Select(double.CreateChecked)];
        double[] spreads = [.. clusters.Select((label, c) => Enumerable.Range(0, labels.Length).Where(i => labels[i] == label).Average(i => Distance(wide, i, means, c, d)))];
        return Enumerable.Range(0, clusters.Length).Average(a => Enumerable.Range(0, clusters.Length)
            .Where(b => Distance(means, a, means, b, d) > 0).Select(b => (spreads[a] + spreads[b]) / Distance(means, a, means, b, d)).DefaultIfEmpty(0).Max());
    }

    public static double CalinskiHarabasz<T>(T[] points, int d, int[] labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] clusters = [.. labels.Distinct().Order()];
        double[] means = Means(points, d, labels, clusters);
        double[] middle = Means(points, d, new int[labels.Length], [0]);
        double[] wide = [.. points.Select(double.CreateChecked)];
        double Square(double x) => x * x;
        double within = Enumerable.Range(0, labels.Length).Sum(i => Square(Distance(wide, i, means, Array.IndexOf(clusters, labels[i]), d)));
        double between = Enumerable.Range(0, labels.Length).Sum(i => Square(Distance(means, Array.IndexOf(clusters, labels[i]), middle, 0, d)));
        return between / (clusters.Length - 1) / (within / (labels.Length - clusters.Length));
    }

    /// <summary>Σ ln of each point's density under a normal distribution around its cluster's mean and of its cluster's share, less p/2·ln n.</summary>
    public static double Bic<T>(T[] points, int d, int[] labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = labels.Length;
        int[] clusters = [.. labels.Distinct().Order()];
        double[] means = Means(points, d, labels, clusters);
        double[] wide = [.. points.Select(double.CreateChecked)];
        double[] squares = [.. Enumerable.Range(0, n).Select(i => Math.Pow(Distance(wide, i, means, Array.IndexOf(clusters, labels[i]), d), 2))];
        double variance = squares.Sum() / (d * (n - clusters.Length));
        double Density(int i) => (-squares[i] / (2 * variance)) - (d * Math.Log(2 * Math.PI * variance) / 2);
        double likelihood = Enumerable.Range(0, n).Sum(i => Density(i) + Math.Log((double)labels.Count(label => label == labels[i]) / n));
        int parameters = clusters.Length - 1 + (clusters.Length * d) + 1;
        return likelihood - (parameters / 2.0 * Math.Log(n));
    }

    private static double[] Means<T>(T[] points, int d, int[] labels, int[] clusters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. clusters.SelectMany(label => Enumerable.Range(0, d).Select(p =>
            Enumerable.Range(0, labels.Length).Where(i => labels[i] == label).Average(i => double.CreateChecked(points[(i * d) + p]))))];

    private static double Distance<T>(T[] points, int i, T[] others, int j, int d)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int p = 0; p < d; p++)
        {
            double difference = double.CreateChecked(points[(i * d) + p]) - double.CreateChecked(others[(j * d) + p]);
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }

    private static double Ratio(double a, double b) => Math.Max(a, b) > 0 ? (b - a) / Math.Max(a, b) : 0;
}
