#:project ../src/KMeansClustering
#:property PublishAot=false

// How many clusters? Five data sets, of which it is known how many groups they have, and what each criterion says.
//
//   dotnet run docs/choosing-k.cs     a table of each, and a picture beside this file; docs/choosing-k.md tells what to see in them

using System.Text;
using KMeansClustering;

// Each group: how many points, where, and how wide in x and y.
DataSet[] sets =
[
    new("groups", "Five round groups", 5, Groups(1, (80, 2, 2, 0.55, 0.55), (80, 8, 2.5, 0.55, 0.55), (80, 5, 5, 0.55, 0.55), (80, 2.5, 8, 0.55, 0.55), (80, 8, 8, 0.55, 0.55))),
    new("pairs", "Two pairs of groups", 4, Groups(2, (100, 1.6, 3.4, 0.5, 0.5), (100, 3.4, 1.6, 0.5, 0.5), (100, 6.6, 8.4, 0.5, 0.5), (100, 8.4, 6.6, 0.5, 0.5))),
    new("long", "Three long groups", 3, Groups(3, (130, 5, 2.6, 1.6, 0.25), (130, 5, 5, 1.6, 0.25), (130, 5, 7.4, 1.6, 0.25))),
    new("sizes", "A large group and two small ones", 3, Groups(4, (360, 3.6, 5, 1.2, 1.2), (20, 8.4, 7.4, 0.3, 0.3), (20, 8.4, 2.6, 0.3, 0.3))),
    new("noise", "No groups", 1, Noise(5, 400)),
];

var options = new KMeansSweepOptions
{
    Fit = new() { Restarts = 5 },
    Criteria = SweepCriteria.All,
    ReferenceSets = 20,
};

foreach (DataSet set in sets)
{
    // One call: k from 1 to 10, each fit the best of five, judged by everything there is.
    KMeansSweep<float> sweep = KMeans.Sweep(set.Points, dimensions: 2, minClusters: 1, maxClusters: 10, options);

    Console.WriteLine($"{set.Title}: k = {set.Known}");
    Console.WriteLine(sweep);
    Console.WriteLine();
    Picture.Save(set, sweep);
}

// The sum of twelve uniform numbers less 6 is normal enough, and the same on every machine.
static float[] Groups(int seed, params (int Count, double X, double Y, double WidthX, double WidthY)[] groups)
{
    var random = new Random(seed);
    double Normal() => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
    return [.. groups.SelectMany(g => Enumerable.Range(0, g.Count).SelectMany(_ => new[] { (float)(g.X + (g.WidthX * Normal())), (float)(g.Y + (g.WidthY * Normal())) }))];
}

static float[] Noise(int seed, int count)
{
    var random = new Random(seed);
    return [.. Enumerable.Range(0, 2 * count).Select(_ => (float)(1 + (8 * random.NextDouble())))];
}

/// <summary>Points of two values, and how many groups they were drawn from.</summary>
internal sealed record DataSet(string Name, string Title, int Known, float[] Points);

/// <summary>One data set: its points with the clusters of the known k, and each criterion against k.</summary>
internal static class Picture
{
    private const string Ink = "#1f2328";
    private const string Faint = "#6e7781";
    private const string Known = "#e69f00";
    private const int Side = 380;
    private const int Width = 250;
    private const int Height = 200;

    // Okabe and Ito's colours, which the colour-blind can tell apart.
    private static readonly string[] _colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9"];

    public static void Save(DataSet set, KMeansSweep<float> sweep)
    {
        var svg = new StringBuilder();
        DrawPoints(svg, set, sweep.Rows.Single(row => row.Clusters == set.Known).Model);
        (string Title, KMeansSweepRow<float>? Suggested, Func<KMeansSweepRow<float>, double?>[] Curves, Func<KMeansSweepRow<float>, double?>? Error)[] panels =
        [
            ("inertia: the knee", sweep.ByKnee, [row => row.Inertia], null),
            ("silhouette; simplified, dotted", sweep.BySilhouette, [row => row.Silhouette, row => row.SimplifiedSilhouette], null),
            ("Davies–Bouldin: the least", sweep.ByDaviesBouldin, [row => row.DaviesBouldin], null),
            ("Caliński–Harabasz", sweep.ByCalinskiHarabasz, [row => row.CalinskiHarabasz], null),
            ("BIC", sweep.ByBic, [row => row.Bic], null),
            ("gap ± s", sweep.ByGap, [row => row.Gap], row => row.GapError),
        ];
        for (int i = 0; i < panels.Length; i++)
        {
            svg.Append($"<g transform='translate({Side + (i % 3 * Width)} {36 + (i / 3 * Height)})'>\n");
            DrawPanel(svg, panels[i].Title, sweep.Rows, panels[i].Curves, panels[i].Error, panels[i].Suggested, set.Known);
            svg.Append("</g>\n");
        }

        (int width, int height) = (Side + (3 * Width), 36 + (2 * Height) + 8);
        File.WriteAllText(InThisFolder($"choosing-k-{set.Name}.svg"), $"""
            <svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}'
              font-family='system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif' font-size='12'>
            <rect width='{width}' height='{height}' rx='10' fill='#fff'/>
            <text x='16' y='27' font-size='18' font-weight='600' fill='{Ink}'>{set.Title}</text>
            {svg}</svg>

            """);
    }

    private static void DrawPoints(StringBuilder svg, DataSet set, KMeansModel<float> model)
    {
        int[] labels = new int[set.Points.Length / 2];
        model.Predict(set.Points, labels);
        double scale = (Side - 32) / 10.0;
        svg.Append($"<g transform='translate(16 44)'>\n<rect width='{Side - 32}' height='{Side - 32}' fill='none' stroke='#e3e7eb'/>\n");
        for (int j = 0; j < model.Clusters; j++)
        {
            var circles = Enumerable.Range(0, labels.Length).Where(i => labels[i] == j)
                .Select(i => $"<circle cx='{scale * set.Points[2 * i]:0.#}' cy='{scale * (10 - set.Points[(2 * i) + 1]):0.#}' r='2.6'/>");
            svg.Append($"<g fill='{_colours[j]}'>{string.Concat(circles)}</g>\n");
        }

        svg.Append($"<text x='0' y='{Side - 12}' fill='{Faint}'>as k-means has them with k = {set.Known}</text>\n</g>\n");
    }

    private static void DrawPanel(
        StringBuilder svg,
        string title,
        IReadOnlyList<KMeansSweepRow<float>> rows,
        Func<KMeansSweepRow<float>, double?>[] curves,
        Func<KMeansSweepRow<float>, double?>? error,
        KMeansSweepRow<float>? suggested,
        int known)
    {
        double Error(KMeansSweepRow<float> row) => error?.Invoke(row) ?? 0;
        var all = curves.SelectMany(curve => rows.Where(row => curve(row) is not null).SelectMany(row => new[] { curve(row)!.Value - Error(row), curve(row)!.Value + Error(row) })).ToList();
        (double low, double high) = (all.Min(), all.Max());
        (double left, double top, double width, double height) = (16, 26, Width - 32, Height - 62);
        double X(int k) => left + ((k - rows[0].Clusters) * width / (rows[^1].Clusters - rows[0].Clusters));
        double Y(double value) => top + ((high - value) * height / (high - low));

        svg.Append($"<text x='{left}' y='16' font-size='13' font-weight='600' fill='{Ink}'>{title}</text>\n");
        svg.Append($"<path d='M{X(known):0.#},{top}v{height}' stroke='{Known}' stroke-width='8' stroke-opacity='0.35'/>\n");
        svg.Append($"<path d='M{left},{top + height}h{width}' stroke='{Faint}'/>\n");
        foreach (KMeansSweepRow<float> row in rows)
        {
            svg.Append($"<text x='{X(row.Clusters):0.#}' y='{top + height + 16}' text-anchor='middle' fill='{Faint}'>{row.Clusters}</text>\n");
        }

        for (int c = 0; c < curves.Length; c++)
        {
            var points = rows.Where(row => curves[c](row) is not null).Select(row => (row, X: X(row.Clusters), Y: Y(curves[c](row)!.Value))).ToList();
            svg.Append($"<polyline points='{string.Join(' ', points.Select(p => $"{p.X:0.#},{p.Y:0.#}"))}' fill='none' stroke='{_colours[0]}' stroke-width='2'{(c > 0 ? " stroke-dasharray='2 3'" : "")}/>\n");
            foreach ((KMeansSweepRow<float> row, double x, double y) in points.Where(_ => c == 0))
            {
                svg.Append(error is null ? "" : $"<path d='M{x:0.#},{Y(curves[c](row)!.Value - Error(row)):0.#}V{Y(curves[c](row)!.Value + Error(row)):0.#}' stroke='{_colours[0]}'/>\n");
                svg.Append(row == suggested
                    ? $"<circle cx='{x:0.#}' cy='{y:0.#}' r='6' fill='{_colours[0]}'/>\n"
                    : $"<circle cx='{x:0.#}' cy='{y:0.#}' r='2.5' fill='#fff' stroke='{_colours[0]}' stroke-width='1.5'/>\n");
            }
        }
    }

    // `dotnet run FILE.cs` tells where the file is.
    private static string InThisFolder(string file) => Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, file);
}
