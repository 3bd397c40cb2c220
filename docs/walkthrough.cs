#:project ../src/KMeansClustering
#:package CsvHelper
#:package Spectre.Console
#:property PublishAot=false

// k-means, step by step.
//
//   dotnet run docs/walkthrough.cs                  30 points, 2 clusters: each step as a table, and as a picture beside this file
//   dotnet run docs/walkthrough.cs -- FILE.csv K    the same for data of your own, in one call

using System.Globalization;
using System.Net;
using System.Numerics.Tensors;
using System.Text;
using CsvHelper;
using KMeansClustering;
using Spectre.Console;
using Point = (double X, double Y);
using Range = (double Low, double High);

if (args.Length > 0)
{
    return CsvCommand.Run(args);
}

// Thirty points on a grid, x and y in turn. Nobody has said which belong together, only that there are two groups.
const int Dimensions = 2;
const int Clusters = 2;
const int Seed = 46;
float[] points =
[
    10, 8,   4, 2,   13, 9,   7, 4,   19, 11,   1, 4,   6, 5,   12, 6,   5, 8,   10, 10,
    2, 2,   14, 8,   5, 5,   9, 8,   3, 3,   17, 10,   8, 3,   10, 6,   6, 3,   13, 11,
    4, 1,   11, 9,   6, 4,   17, 8,   3, 5,   12, 7,   5, 6,   9, 6,   7, 2,   13, 6,
];

// Start: two of the points, drawn at random, serve as the first centroids. No point has a cluster yet: −1.
float[] centroids = new float[Clusters * Dimensions];
KMeans.InitializeCentroids(points, Dimensions, centroids, SeedingMethod.Random, Seed);

int[] labels = new int[points.Length / Dimensions];
Array.Fill(labels, -1);

var story = new Story(points);
story.Tell("Start", "two of the points serve as centroids", centroids, labels);

while (true)
{
    // Assign: each point joins the centroid nearest to it.
    int changed = KMeans.AssignPoints(points, Dimensions, centroids, labels);
    string news = changed > 0 ? $"each point joins the nearest centroid: {changed} change" : "no point changes its cluster, so stop";
    story.Tell("Assign", news, centroids, labels);

    // The same clusters have the same means, which lead to the same clusters: nothing will ever change again.
    if (changed == 0)
    {
        break;
    }

    // Recalculate: each centroid moves to the mean of its points. Some points may now lie nearer to the other one.
    KMeans.RecalculateCentroids(points, Dimensions, labels, centroids);
    story.Tell("Recalculate", "each centroid moves to the mean of its points", centroids, labels);
}

// All of this is one call. (Its tolerance lets it stop early, once the centroids hardly move; 0 turns that off.)
var options = new KMeansOptions { Seeding = SeedingMethod.Random, Seed = Seed, Tolerance = 0 };
KMeansResult<float> result = KMeans.Fit(points, Dimensions, Clusters, options);

bool same = result.Model.Centroids.SequenceEqual(centroids) && result.Labels.SequenceEqual(labels);
story.Tell("Done", $"KMeans.Fit gives {(same ? "the same" : "OTHER")} centroids and labels", result.Model.Centroids, result.Labels);
story.Finish();
return same ? 0 : 1;

/// <summary>Tells each step as a table, and as a picture in the folder of this file.</summary>
internal sealed class Story(float[] points)
{
    private readonly Point[] _points = Pairs(points);
    private readonly List<Point[]> _path = [];
    private readonly List<Plot> _plots = [];
    private int[] _labelsBefore = [];

    public void Tell(string step, string caption, ReadOnlySpan<float> centroidValues, ReadOnlySpan<int> labelValues)
    {
        Point[] centroids = Pairs(centroidValues.ToArray());
        int[] labels = labelValues.ToArray();
        _path.Add(centroids);

        string title = $"{_plots.Count}. {step}";
        var table = new Table().Border(TableBorder.Simple).AddColumns("cluster", "centroid", "points", "sum of squared distances");
        var plot = new Plot(500, 364, title, caption, (0, 20), (0, 12));
        if (step is "Assign" or "Done")
        {
            DrawBorder(plot, centroids[0], centroids[1]);
        }

        plot.Circles(_points, radius: 6, $"fill='{Plot.Faint}'");
        for (int j = 0; j < centroids.Length; j++)
        {
            (double x, double y) = centroids[j];
            Point[] members = [.. _points.Where((_, i) => labels[i] == j)];
            double squares = members.Sum(p => ((p.X - x) * (p.X - x)) + ((p.Y - y) * (p.Y - y)));
            table.AddRow($"{j}", $"({x:0.00}, {y:0.00})", $"{members.Length}", $"{squares:0.00}");

            // A mean, drawn: the spokes' pulls cancel out in the hub.
            foreach (Point member in members.Where(_ => step is "Recalculate"))
            {
                plot.Line([member, centroids[j]], $"stroke='{Plot.Colour(j)}' stroke-opacity='0.6'");
            }

            plot.Circles(members, radius: 6, $"fill='{Plot.Colour(j)}'");
        }

        bool HasChanged(int i) => step is "Assign" && _labelsBefore[i] >= 0 && labels[i] != _labelsBefore[i];
        plot.Circles(_points.Where((_, i) => HasChanged(i)), radius: 10, $"stroke='{Plot.Ink}' stroke-width='1.5'");
        for (int j = 0; j < centroids.Length; j++)
        {
            Point[] stops = [.. _path.Select(positions => positions[j]).Distinct()];
            plot.Line(stops, $"stroke='{Plot.Ink}' stroke-width='2'");
            plot.Circles(stops, radius: 3.5, $"fill='#fff' stroke='{Plot.Ink}' stroke-width='2'");
            plot.Cross(centroids[j], j);
        }

        Console.WriteLine($"{title}: {caption}");
        AnsiConsole.Write(table);
        Plot.Save(InThisFolder($"walkthrough-{_plots.Count}-{step.ToLowerInvariant()}.svg"), [plot], columns: 1);
        _plots.Add(plot);
        _labelsBefore = labels;
    }

    public void Finish()
    {
        Plot.Save(InThisFolder("walkthrough.svg"), _plots, columns: 3);
        Console.WriteLine($"Pictures: {InThisFolder("walkthrough.svg")}, and one of each step beside it");
    }

    // The border runs half-way between the centroids, at a right angle to the line that joins them.
    private static void DrawBorder(Plot plot, Point a, Point b)
    {
        double stretch = 40 / Math.Sqrt(((b.X - a.X) * (b.X - a.X)) + ((b.Y - a.Y) * (b.Y - a.Y)));
        (double x, double y) = (stretch * (b.X - a.X), stretch * (b.Y - a.Y));
        Point start = (((a.X + b.X) / 2) - y, ((a.Y + b.Y) / 2) + x);
        Point end = (((a.X + b.X) / 2) + y, ((a.Y + b.Y) / 2) - x);
        plot.Line([start, end, (end.X - x, end.Y - y), (start.X - x, start.Y - y)], $"fill='{Plot.Colour(0)}' fill-opacity='0.1'");
        plot.Line([start, end, (end.X + x, end.Y + y), (start.X + x, start.Y + y)], $"fill='{Plot.Colour(1)}' fill-opacity='0.1'");
        plot.Line([start, end], $"stroke='{Plot.Faint}' stroke-width='1.5' stroke-dasharray='6 5'");
    }

    private static Point[] Pairs(float[] values) => [.. values.Chunk(2).Select(pair => ((double)pair[0], (double)pair[1]))];

    // `dotnet run FILE.cs` tells where the file is.
    private static string InThisFolder(string file) => Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, file);
}

/// <summary>Clusters the rows of a CSV file.</summary>
internal static class CsvCommand
{
    private const int MostPointsDrawn = 3000;
    private const int MostColumnsPrinted = 5;

    public static int Run(string[] args)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };

        try
        {
            int clusters = 0;
            bool valid = args.Length == 2 && int.TryParse(args[1], NumberStyles.None, null, out clusters) && clusters > 0;
            Require(valid, "Usage: dotnet run docs/walkthrough.cs -- FILE.csv K (K is the number of clusters, a whole number from 1)");
            (CsvTable table, KMeansResult<double> result) = WithBar(report => Cluster(args[0], clusters, report, stop.Token));
            Print(table, result);

            // Below a header if the file has one, so that the labels can be pasted beside it.
            string labelsPath = Path.ChangeExtension(args[0], ".labels.csv");
            string[] header = table.HasHeader ? ["cluster"] : [];
            File.WriteAllLines(labelsPath, [.. header, .. result.Labels.ToArray().Select(label => $"{label}")]);
            Console.WriteLine($"Labels: {labelsPath}");

            string picturePath = Path.ChangeExtension(args[0], ".svg");
            string title = $"{Path.GetFileName(args[0])}: {table.Rows} rows, {clusters} clusters";
            Plot.Save(picturePath, [Draw(table, result, title)], columns: 1);
            string sampled = table.Rows > MostPointsDrawn ? $" ({MostPointsDrawn} of the rows, evenly sampled)" : "";
            Console.WriteLine($"Picture: {picturePath}{sampled}");
            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or CsvFormatException or ArgumentException or IOException
            or UnauthorizedAccessException or OperationCanceledException)
        {
            Console.Error.WriteLine(CsvTable.OneLine(e is CsvFormatException ? $"{args[0]}: {e.Message}" : e.Message, most: 300));
            return 1;
        }
    }

    public static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private static (CsvTable Table, KMeansResult<double> Result) Cluster(string path, int clusters, Action<string, double> report, CancellationToken stop)
    {
        CsvTable table = CsvTable.Read(path, report, stop);
        Require(clusters <= table.Rows, $"{path}: {clusters} clusters need at least as many rows, but there are {table.Rows}.");

        // A fit ends in one of several answers, depending on where it starts: the best of ten is kept.
        var options = new KMeansOptions { Restarts = 10 };
        var progress = new Progress(p =>
        {
            bool starting = p.Iteration == 0;
            string what = starting ? $"starting centroid {p.CentroidsSeeded}" : $"iteration {p.Iteration}, {p.LabelsChanged} rows change";
            double share = starting ? (double)p.CentroidsSeeded / clusters : (double)p.Iteration / options.MaxIterations;
            report($"Run {p.Restart + 1} of {options.Restarts}: {what}", share);
        });
        return (table, KMeans.Fit<double>(table.Values, table.Columns.Length, clusters, options, progress: progress, cancellationToken: stop));
    }

    private static void Print(CsvTable table, KMeansResult<double> result)
    {
        static string List(string[] names) => string.Join(", ", names.Take(MostColumnsPrinted))
            + (names.Length > MostColumnsPrinted ? $" and {names.Length - MostColumnsPrinted} more" : "");
        Console.WriteLine($"{table.Rows} rows, {(table.HasHeader ? "with" : "without")} a header. Clustered by: {List(table.Columns)}");
        if (table.Ignored.Length > 0)
        {
            Console.WriteLine($"Ignored, being text: {List(table.Ignored)}");
        }

        AnsiConsole.Profile.Width = Console.IsOutputRedirected ? 160 : AnsiConsole.Profile.Width;
        string[] heads = ["cluster", "rows", .. table.Columns.Take(MostColumnsPrinted)];
        var grid = new Table().Border(TableBorder.Simple).AddColumns([.. heads.Select(head => new TableColumn(Markup.Escape(head)).RightAligned())]);
        for (int j = 0; j < result.Model.Clusters; j++)
        {
            IEnumerable<string> centroid = result.Model.Centroid(j).ToArray().Take(MostColumnsPrinted).Select(value => $"{value:G5}");
            grid.AddRow([$"{j}", $"{result.ClusterWeights[j]}", .. centroid]);
        }

        AnsiConsole.Write(grid);
        string reason = result.StopReason == StopReason.LabelsUnchanged ? "no row changed its cluster"
            : result.Converged ? "the centroids hardly moved any more" : "no more were allowed";
        Console.WriteLine($"Inertia (sum of squared distances): {result.Inertia:G6}. Stopped after iteration {result.Iterations}: {reason}.");
    }

    private static Plot Draw(CsvTable table, KMeansResult<double> result, string title)
    {
        int d = table.Columns.Length;
        int drawn = Math.Min(table.Rows, MostPointsDrawn);
        int[] sample = [.. Enumerable.Range(0, drawn).Select(i => (int)((long)i * table.Rows / drawn))];
        double[][] rows = [.. sample.Select(row => table.Values[(row * d)..((row + 1) * d)]), .. result.Model.Centroids.ToArray().Chunk(d)];

        // One column alone is strewn over a height, in steps of the golden ratio, so that the points do not hide each other.
        (string caption, string nameX, string nameY) = d switch
        {
            1 => ("The height means nothing", table.Columns[0], ""),
            2 => ("", table.Columns[0], table.Columns[1]),
            _ => ($"{d} columns, seen along the two directions in which they spread most", "first principal axis", "second principal axis"),
        };
        Point[] places = d switch
        {
            1 => [.. rows.Select((row, i) => (row[0], i < drawn ? i * 0.618034 % 1 : 0.5))],
            2 => [.. rows.Select(row => (row[0], row[1]))],
            _ => ProjectOnPrincipalAxes(rows),
        };

        var plot = new Plot(800, d == 1 ? 320 : 600, title, caption, Around(places.Select(p => p.X)), Around(places.Select(p => p.Y)), nameX, nameY);
        foreach (IGrouping<int, int> cluster in Enumerable.Range(0, drawn).ToLookup(i => result.Labels[sample[i]]))
        {
            plot.Circles(cluster.Select(i => places[i]), radius: drawn > 500 ? 2.5 : 4.5, $"fill='{Plot.Colour(cluster.Key)}' fill-opacity='0.8'");
        }

        for (int j = 0; j < result.Model.Clusters; j++)
        {
            plot.Cross(places[drawn + j], j);
        }

        return plot;
    }

    private static Range Around(IEnumerable<double> values)
    {
        (double low, double high) = (values.Min(), values.Max());
        double margin = high > low ? (high - low) / 20 : (Math.Abs(low) / 20) + 1;
        return (low - margin, high + margin);
    }

    // Power iteration: multiplied by the covariance matrix again and again, any direction turns to the one in which the
    // points spread most; kept at a right angle to that one, to the next.
    private static Point[] ProjectOnPrincipalAxes(double[][] rows)
    {
        double[] mean = [.. rows[0].Select((_, p) => rows.Sum(row => row[p] / rows.Length))];
        double[][] centred = [.. rows.Select(row => row.Zip(mean, (value, m) => value - m).ToArray())];
        double[][] axes = [new double[mean.Length], new double[mean.Length]];
        double noise = 0;
        for (int a = 0; a < 2; a++)
        {
            double[] axis = [.. mean.Select((_, p) => 1 + (p * 0.618034 % 1))];
            for (int round = 0; round < 100; round++)
            {
                double[] turned = new double[axis.Length];
                foreach (double[] row in centred)
                {
                    TensorPrimitives.MultiplyAdd(row, TensorPrimitives.Dot<double>(row, axis), turned, turned);
                }

                TensorPrimitives.MultiplyAdd(axes[0], -TensorPrimitives.Dot<double>(axes[0], turned), turned, turned);
                double length = TensorPrimitives.Norm<double>(turned);
                TensorPrimitives.Divide(turned, length > noise ? length : double.PositiveInfinity, axis);
                noise = a == 0 ? 1e-12 * length : noise;
            }

            axes[a] = axis;
        }

        return [.. centred.Select(row => (TensorPrimitives.Dot<double>(row, axes[0]), TensorPrimitives.Dot<double>(row, axes[1])))];
    }

    // On stderr, so that stdout holds nothing but the result; and only where someone can see it.
    private static T WithBar<T>(Func<Action<string, double>, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work((_, _) => { });
        }

        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return terminal.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask bar = context.AddTask("Reading");
            return work((text, share) => bar.Description(Markup.Escape(text)).Value(100 * share));
        });
    }

    // Progress<T> would post the reports to the thread pool, to arrive late and in any order.
    private sealed class Progress(Action<KMeansProgress> report) : IProgress<KMeansProgress>
    {
        public void Report(KMeansProgress value) => report(value);
    }
}

/// <summary>The numbers of a CSV file, row by row.</summary>
internal sealed record CsvTable(double[] Values, string[] Columns, string[] Ignored, bool HasHeader)
{
    public int Rows => Values.Length / Columns.Length;

    public static CsvTable Read(string path, Action<string, double> report, CancellationToken stop)
    {
        CsvCommand.Require(!Directory.Exists(path), $"{path} is a directory, not a CSV file.");
        var rows = new List<(long Line, string[] Fields)>();
        var options = new CsvReaderOptions
        {
            HasHeader = false, Separator = Semicolon(path), TrimWhitespace = true, TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw, FieldCountMismatch = CsvFieldCountHandling.Throw,
        };
        using (CsvReader csv = CsvReader.FromFile(path, options))
        {
            double length = new FileInfo(path).Length;
            while (csv.Read())
            {
                rows.Add((csv.LineNumber, [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)]));
                if (rows.Count % 1000 == 0)
                {
                    stop.ThrowIfCancellationRequested();
                    report($"Reading line {csv.LineNumber}", csv.ByteOffset / length);
                }
            }
        }

        // A first row without a single number is a header.
        CsvCommand.Require(rows.Count > 0, $"{path} is empty.");
        bool hasHeader = !rows[0].Fields.Any(field => IsNumber(field, out _));
        string[] names = [.. rows[0].Fields.Select((field, c) => hasHeader && field.Length > 0 ? OneLine(field, most: 40) : $"column {c + 1}")];
        rows.RemoveRange(0, hasHeader ? 1 : 0);
        CsvCommand.Require(rows.Count > 0, $"{path} has no rows below its first line, which holds no number.");

        // A column is numeric if at least half of what stands in it are numbers: a single "n/a" makes it faulty, not text.
        bool IsNumeric(int c)
        {
            int numbers = rows.Count(row => IsNumber(row.Fields[c], out _));
            return numbers > 0 && 2 * numbers >= rows.Count(row => row.Fields[c].Length > 0);
        }

        int[] numeric = [.. Enumerable.Range(0, names.Length).Where(IsNumeric)];
        CsvCommand.Require(numeric.Length > 0, $"{path} has no column of numbers (they are written like 1.5 or 1e-3).");

        double Parse(long line, int c, string text)
        {
            if (IsNumber(text, out double value))
            {
                return value;
            }

            string fault = text.Length > 0 ? $"'{OneLine(text, most: 40)}' is not a finite number" : "a number is missing";
            throw new InvalidDataException($"{path}, line {line}, column {c + 1} ({names[c]}): {fault}.");
        }

        double[] values = [.. rows.SelectMany(row => numeric.Select(c => Parse(row.Line, c, row.Fields[c])))];
        return new CsvTable(values, [.. numeric.Select(c => names[c])], [.. names.Where((_, c) => !numeric.Contains(c))], hasHeader);
    }

    public static string OneLine(string text, int most)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= most ? line : line[..most] + "…";
    }

    private static bool IsNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    // CsvHelper finds the separator by itself, but would cut 1,5;2,5 at the commas.
    private static char? Semicolon(string path)
    {
        string unquoted = string.Concat(File.ReadLines(path).FirstOrDefault("").Split('"').Where((_, i) => i % 2 == 0));
        return unquoted.Contains(';') && !unquoted.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) ? ';' : null;
    }
}

/// <summary>A picture: data coordinates in, SVG out.</summary>
internal sealed class Plot(
    int width, int height, string title, string caption, Range x, Range y, string nameX = "", string nameY = "")
{
    public const string Ink = "#1f2328";
    public const string Faint = "#6e7781";
    private const int Top = 66;

    // Okabe and Ito's colours, which the colour-blind can tell apart; after the last they begin again.
    private static readonly string[] _colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#6f5f90"];

    private readonly StringBuilder _marks = new();
    private readonly (int Width, int Height) _size = (width, height);
    private readonly int _left = nameX.Length > 0 ? 84 : 44;
    private readonly int _innerWidth = width - (nameX.Length > 0 ? 84 : 44) - 16;
    private readonly int _innerHeight = height - Top - (nameX.Length > 0 ? 60 : 34);

    public static string Colour(int cluster) => _colours[cluster % _colours.Length];

    /// <summary>Saves plots of one size, so many side by side.</summary>
    public static void Save(string path, IReadOnlyList<Plot> plots, int columns)
    {
        (int w, int h) = plots[0]._size;
        (int width, int height) = (columns * w, (plots.Count + columns - 1) / columns * h);
        var panels = plots.Select((plot, i) => $"<g transform='translate({i % columns * w} {i / columns * h})'>\n{plot.Svg()}</g>\n");
        File.WriteAllText(path, $"""
            <svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}'
              font-family='system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif' font-size='13'>
            <rect width='{width}' height='{height}' rx='10' fill='#fff'/>
            {string.Concat(panels)}</svg>

            """);
    }

    public void Circles(IEnumerable<Point> centres, double radius, string style) =>
        _marks.Append($"<g {style}>{string.Concat(centres.Select(p => $"<circle cx='{X(p.X)}' cy='{Y(p.Y)}' r='{radius}'/>"))}</g>\n");

    public void Line(IEnumerable<Point> through, string style) =>
        _marks.Append($"<polyline points='{string.Join(' ', through.Select(p => $"{X(p.X)},{Y(p.Y)}"))}' {style}/>\n");

    /// <summary>A centroid, with the number of its cluster.</summary>
    public void Cross(Point centre, int cluster) => _marks.Append($"""
        <g transform='translate({X(centre.X)} {Y(centre.Y)})' stroke-linecap='round'>
        <path d='M-7-7L7 7M-7 7L7-7' stroke='#fff' stroke-width='8'/>
        <path d='M-7-7L7 7M-7 7L7-7' stroke='{Ink}' stroke-width='4'/>
        <text x='12' y='-7' font-size='15' font-weight='700' fill='{Ink}' stroke='#fff' stroke-width='4' paint-order='stroke'>{cluster}</text>
        </g>

        """);

    private string Svg()
    {
        var svg = new StringBuilder();
        void Text(double left, double top, string style, string text) =>
            svg.Append($"<text x='{left:0.#}' y='{top:0.#}' {style}>{WebUtility.HtmlEncode(text)}</text>\n");

        Text(_left, 31, $"font-size='20' font-weight='600' fill='{Ink}'", title);
        Text(_left, 53, $"font-size='16' fill='{Faint}'", caption);
        Text(_left + (_innerWidth / 2), _size.Height - 14, $"font-size='15' text-anchor='middle' fill='{Ink}'", nameX);
        Text(0, 0, $"font-size='15' text-anchor='middle' fill='{Ink}' transform='translate(24 {Top + (_innerHeight / 2)}) rotate(-90)'", nameY);
        foreach (double tick in Ticks(x, _innerWidth / (nameX.Length > 0 ? 80 : 40)))
        {
            svg.Append($"<path d='M{_left + X(tick):0.#},{Top}v{_innerHeight}' stroke='#e3e7eb'/>\n");
            Text(_left + X(tick), Top + _innerHeight + 19, $"text-anchor='middle' fill='{Faint}'", $"{tick:G6}");
        }

        foreach (double tick in Ticks(y, _innerHeight / 40).Where(_ => nameX.Length == 0 || nameY.Length > 0))
        {
            svg.Append($"<path d='M{_left},{Top + Y(tick):0.#}h{_innerWidth}' stroke='#e3e7eb'/>\n");
            Text(_left - 7, Top + Y(tick) + 4.5, $"text-anchor='end' fill='{Faint}'", $"{tick:G6}");
        }

        // A picture inside the picture cuts off what would stick out.
        return svg.Append($"<svg x='{_left}' y='{Top}' width='{_innerWidth}' height='{_innerHeight}' fill='none'>\n{_marks}</svg>\n").ToString();
    }

    private static IEnumerable<double> Ticks(Range range, int most)
    {
        double least = (range.High - range.Low) / most;
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double step = power * (least <= power ? 1 : least <= 2 * power ? 2 : least <= 5 * power ? 5 : 10);
        double first = Math.Ceiling(range.Low / step) * step;
        return Enumerable.Range(0, most + 1).Select(i => first + (i * step)).Where(tick => tick <= range.High);
    }

    private double X(double value) => Math.Round((value - x.Low) / (x.High - x.Low) * _innerWidth, 1);

    private double Y(double value) => Math.Round((y.High - value) / (y.High - y.Low) * _innerHeight, 1);
}
