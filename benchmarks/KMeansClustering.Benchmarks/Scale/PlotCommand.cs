namespace KMeansClustering.Benchmarks.Scale;

/// <summary>Draws what <see cref="ScaleCommand"/> measured.</summary>
internal static class PlotCommand
{
    private const int Width = 1100;
    private const int Height = 850;
    private const int Left = 84;
    private const int Top = 176;
    private const int ColumnWidth = 544;
    private const int RowHeight = 366;

    /// <summary>Writes benchmarks-scale.svg into a folder.</summary>
    public static int Run(string file, string folder)
    {
        var report = ReportFile.Read<ScaleReport>(file);
        var path = Path.Combine(folder, "benchmarks-scale.svg");
        File.WriteAllText(path, Draw(report));
        Console.WriteLine(path);
        return 0;
    }

    private static string Draw(ScaleReport report)
    {
        var machine = report.Machine;
        var svg = new Svg(Width, Height, "The time of one Lloyd pass against points, clusters, dimensions and threads", Theme.Background, Theme.Font);
        svg.Text(28, 46, "One Lloyd pass: time against points, clusters, dimensions and threads", 21, Theme.Ink, bold: true);
        svg.Text(
            28,
            70,
            FormattableString.Invariant($"float32, the exact sums and the judge inside; medians. {machine.Cpu}, {machine.Cores} cores, {machine.VectorBits}-bit vectors, {machine.Runtime}, {machine.Time:yyyy-MM-dd}."),
            13,
            Theme.Faint);
        svg.Text(
            28,
            90,
            FormattableString.Invariant($"Percentages: arithmetic floor / measured. The floors, measured in the same run: 2nkd operations at {machine.PeakGflops[^1]:0} GFLOP/s, 4nd bytes at {machine.ReadGigabytes[^1]:0.#} GB/s (all threads)."),
            13,
            Theme.Faint);
        for (var i = 0; i < report.Series.Count; i++)
        {
            var series = report.Series[i];
            var panel = new ScalePanel(svg, series, Left + (i % 2 * ColumnWidth), Top + (i / 2 * RowHeight));
            var (title, fixedSizes) = Titles(series);
            panel.Draw(title, fixedSizes);
        }

        return svg.ToString();
    }

    private static (string Title, string FixedSizes) Titles(ScaleSeries series)
    {
        var first = series.Points[0];
        var threads = first.Threads == 1 ? "1 thread" : FormattableString.Invariant($"{first.Threads} threads");
        return series.Axis switch
        {
            "n" => ("Points, n", FormattableString.Invariant($"d = {first.D}, k = {first.K}, {threads}")),
            "k" => ("Clusters, k", FormattableString.Invariant($"n = {first.N:N0}, d = {first.D}, {threads}")),
            "d" => ("Dimensions, d", FormattableString.Invariant($"n = {first.N:N0}, k = {first.K}, {threads}")),
            _ => ("Threads", FormattableString.Invariant($"n = {first.N:N0}, d = {first.D}, k = {first.K}")),
        };
    }
}
