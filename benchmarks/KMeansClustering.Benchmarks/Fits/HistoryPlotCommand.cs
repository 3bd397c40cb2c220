using KMeansClustering.Benchmarks.Scale;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>Draws what the iterations of several fits did, one chart for each file of <c>fit --history</c>.</summary>
internal static class HistoryPlotCommand
{
    private const int Width = 1100;
    private const int Left = 84;
    private const int Top = 190;
    private const int ColumnWidth = 544;
    private const int RowHeight = 256;
    private const int Columns = 2;

    public static int Run(string folder, string path)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        if (files.Length == 0)
        {
            Console.Error.WriteLine($"No .json in {folder}: run fit FILE K --history {Path.Combine(folder, "NAME.json")}");
            return 1;
        }

        var histories = files.Select(FitHistory.Read).OrderBy(history => history.Data, StringComparer.Ordinal).ThenBy(history => history.K).ToList();
        File.WriteAllText(path, Draw(histories));
        Console.WriteLine(path);
        return 0;
    }

    private static string Draw(List<FitHistory> histories)
    {
        var rows = (histories.Count + Columns - 1) / Columns;
        var svg = new Svg(Width, Top + (rows * RowHeight) - 46, "The share of point–centroid pairs that reached each filter, iteration by iteration", Theme.Background, Theme.Font);
        svg.Text(28, 46, "What is left to compare, iteration by iteration", 21, Theme.Ink, bold: true);
        svg.Text(28, 70, "The share of all n·k pairs of a point and a centroid that each filter compared (for the tree: pairs of a node and a centroid),", 13, Theme.Faint);
        svg.Text(28, 90, "and the share of the n points that bounds alone did not settle. Dashed upright lines: another algorithm took over.", 13, Theme.Faint);
        DrawLegend(svg, 28, 118);
        for (var i = 0; i < histories.Count; i++)
        {
            new HistoryPanel(svg, histories[i], Left + (i % Columns * ColumnWidth), Top + (i / Columns * RowHeight)).Draw();
        }

        return svg.ToString();
    }

    private static void DrawLegend(Svg svg, double x, double y)
    {
        const double Sample = 26;
        const double LetterWidth = 7.3;
        foreach (var line in HistoryPanel.Lines)
        {
            svg.Line(x, y - 4, x + Sample, y - 4, line.Colour, line.Width, line.Dashes);
            svg.Text(x + Sample + 8, y, line.Label, 12, line.Colour, bold: true);
            x += Sample + 36 + (LetterWidth * line.Label.Length);
        }
    }
}
