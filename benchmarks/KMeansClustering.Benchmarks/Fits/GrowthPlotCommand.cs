using System.Globalization;
using KMeansClustering.Benchmarks.Scale;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>Draws what <see cref="GrowthCommand"/> measured.</summary>
internal static class GrowthPlotCommand
{
    private const int Width = 1100;
    private const int Height = 500;
    private const int Left = 76;
    private const int Top = 176;
    private const int ColumnWidth = 356;
    private const int PanelWidth = 240;
    private const int PanelHeight = 270;
    private const double LabelGap = 34;

    /// <summary>Writes benchmarks-growth.svg into a folder.</summary>
    public static int Run(string file, string folder)
    {
        var path = Path.Combine(folder, "benchmarks-growth.svg");
        File.WriteAllText(path, Draw(ReportFile.Read<GrowthReport>(file)));
        Console.WriteLine(path);
        return 0;
    }

    private static string Draw(GrowthReport report)
    {
        var machine = report.Machine;
        var svg = new Svg(Width, Height, "The time of whole fits against points, clusters and dimensions, by Auto and by Lloyd", Theme.Background, Theme.Font);
        svg.Text(28, 46, "Whole fits: time against points, clusters and dimensions", 21, Theme.Ink, bold: true);
        svg.Text(
            28,
            70,
            FormattableString.Invariant($"float32, greedy k-means++ and at most 20 iterations, normal mixtures of 200 clusters. {machine.Cpu}, {machine.Cores} cores, {machine.VectorBits}-bit vectors, {machine.Runtime}, {machine.Time:yyyy-MM-dd}."),
            13,
            Theme.Faint);
        svg.Text(28, 90, "At the points: how many times Auto is faster than Lloyd. Dotted: the part of Auto's time that chooses the starting centroids.", 13, Theme.Faint);
        for (var i = 0; i < report.Series.Count; i++)
        {
            DrawPanel(svg, report.Series[i], Left + (i * ColumnWidth));
        }

        return svg.ToString();
    }

    private static void DrawPanel(Svg svg, GrowthSeries series, double left)
    {
        var points = series.Points;
        var auto = points.Select(point => Seconds(point.Auto.MedianMs)).ToList();
        var lloyd = points.Select(point => Seconds(point.Lloyd.MedianMs)).ToList();
        var seeding = points.Select(point => Seconds(point.Auto.SeedingMs)).ToList();
        List<double> places = [.. points.Select(point => point.Along(series.Axis))];
        var panel = new LogPanel(svg, left, Top, PanelWidth, PanelHeight, places, [.. auto, .. lloyd, .. seeding.Select(time => time / 1.5)]);
        var (title, fixedSizes) = Titles(series);
        panel.DrawTitles(title, fixedSizes);
        panel.DrawGrid("s");
        panel.DrawLine(seeding, "seeding", Theme.Faint, 1.75, "2 5");
        panel.DrawLine(lloyd, "Lloyd", Theme.Lloyd, 2.5);
        panel.DrawLine(auto, "Auto", Theme.Auto, 2.5);
        var free = double.PositiveInfinity;
        for (var i = places.Count - 1; i >= 0; i--)
        {
            var x = panel.X.Place(places[i]);
            svg.Dot(x, panel.Y.Place(lloyd[i]), 3.5, Theme.Lloyd, Theme.Background);
            svg.Dot(x, panel.Y.Place(auto[i]), 3.5, Theme.Auto, Theme.Background);
            if (x <= free)
            {
                svg.Text(x + 2, panel.Y.Place(Math.Max(lloyd[i], auto[i])) - 9, Times(lloyd[i] / auto[i]), 11, Theme.Ink, Anchor.End, halo: Theme.Background);
                free = x - LabelGap;
            }
        }

        panel.DrawEndLabels();
    }

    private static double Seconds(double ms) => Math.Max(ms, 1e-3) / 1000;

    private static string Times(double ratio) => ratio.ToString(ratio < 9.95 ? "0.0 ×" : "0 ×", CultureInfo.InvariantCulture);

    private static (string Title, string FixedSizes) Titles(GrowthSeries series)
    {
        var (first, last) = (series.Points[0], series.Points[^1]);
        return series.Axis switch
        {
            "n" => ("Points, n", FormattableString.Invariant($"d = {first.D}, k = {first.K}")),
            "k" => ("Clusters, k", FormattableString.Invariant($"n = {first.N:N0}, d = {first.D}")),
            _ => ("Dimensions, d", FormattableString.Invariant($"n = {first.N:N0} to {last.N:N0}, k = {first.K}")),
        };
    }
}
