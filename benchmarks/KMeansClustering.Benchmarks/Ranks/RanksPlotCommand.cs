using System.Globalization;
using KMeansClustering.Benchmarks.Scale;

namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>Fits a model of the time to what <see cref="RanksCommand"/> measured, checks it, and draws it to 10,000 processes.</summary>
internal static class RanksPlotCommand
{
    private const int Width = 1100;
    private const int Height = 860;
    private const int Left = 92;
    private const int Top = 176;
    private const int ColumnWidth = 544;
    private const int RowHeight = 366;
    private const int PanelWidth = 330;
    private const int PanelHeight = 250;

    // The example that is drawn: word vectors, a thousand clusters.
    private const double Dimensions = 100;

    private static readonly int[] _ranks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
    private static readonly (double N, string Label)[] _sizes = [(1e6, "10⁶ points"), (1e8, "10⁸"), (1e10, "10¹⁰"), (1e12, "10¹²")];

    /// <summary>Prints the model's numbers, and writes scale-model.svg into a folder.</summary>
    public static int Run(string file, string folder)
    {
        var report = ReportFile.Read<RanksReport>(file);
        var cores = report.Machine.Cores;
        var reduces = report.Reductions.Select(job => job.Library).Distinct(StringComparer.Ordinal).ToDictionary(
            library => library,
            library => ReduceModel.Fit(report.Reductions
                .Where(job => IsOf(job.Library, library) && job.Ranks > 1 && job.Ranks <= cores)
                .SelectMany(job => job.Sums.Select(sum => (job.Ranks, (double)sum.Bytes, sum.MedianMs / 1000)))),
            StringComparer.Ordinal);
        var models = reduces.ToDictionary(pair => pair.Key, pair => Model(report, pair.Key, pair.Value), StringComparer.Ordinal);
        Tell(report, models);
        var path = Path.Combine(folder, "scale-model.svg");
        File.WriteAllText(path, Draw(report, models));
        Console.WriteLine(path);
        return 0;
    }

    // C from the longest passes of one rank, F from the shortest of two.
    private static IterationModel Model(RanksReport report, string library, ReduceModel reduce)
    {
        var plain = Plain(report, library).ToList();
        var longest = plain.Where(fit => fit.Ranks == 1).MaxBy(fit => fit.IterationMs)!;
        var shortest = plain.Where(fit => fit.Ranks == 2).MinBy(fit => fit.N)!;
        var model = new IterationModel(longest.IterationMs / 1000 / Work(longest), 0, reduce);
        var rest = (shortest.IterationMs / 1000) - model.Seconds(shortest.N, shortest.D, shortest.K, 2, Math.Min(2, report.Machine.Cores));
        return model with { ValueSeconds = Math.Max(0, rest) / shortest.K / shortest.D };
    }

    private static void Tell(RanksReport report, Dictionary<string, IterationModel> models)
    {
        Console.WriteLine("| library | L, a step | 1/B | C | F |\n|---|---:|---:|---:|---:|");
        foreach (var (library, model) in models)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {library} | {model.Reduce.StepSeconds * 1e6:G3} µs | {1e-9 / model.Reduce.ByteSeconds:G3} GB/s | {model.PairSeconds * 1e12:G3} ps | {model.ValueSeconds * 1e9:G3} ns |"));
        }

        Console.WriteLine("\n| library | n × d, k | ranks | measured ms | by the model | of it exchanges |\n|---|---|---:|---:|---:|---:|");
        foreach (var (library, model) in models)
        {
            foreach (var fit in Plain(report, library))
            {
                var own = Own(model, report, fit);
                var working = Math.Min(fit.Ranks, report.Machine.Cores);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {library} | {fit.N:N0} × {fit.D}, {fit.K:N0} | {fit.Ranks} | {fit.IterationMs:G4} | {1000 * own.Seconds(fit.N, fit.D, fit.K, fit.Ranks, working):G4} | {1000 * own.ExchangeSeconds(fit.D, fit.K, fit.Ranks):G3} |"));
            }
        }

        var cluster = models.Values.First() with { Reduce = ReduceModel.Ethernet };
        Console.WriteLine("\n| k | MB of sums | n | an iteration at 10,000 | of it exchanges and what is not shared | processes at which that is half |\n|---:|---:|---:|---:|---:|---:|");
        foreach (var k in new[] { 1e3, 1e5, 1e6 })
        {
            foreach (var (n, _) in _sizes)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {k:N0} | {IterationModel.Bytes(Dimensions, k) / 1e6:N1} | {n:G1} | {cluster.Seconds(n, Dimensions, k, 10_000, 10_000):G3} s | {cluster.SharedSeconds(Dimensions, k, 10_000):G3} s | {cluster.MostRanks(n, Dimensions, k):G2} |"));
            }
        }
    }

    private static string Draw(RanksReport report, Dictionary<string, IterationModel> models)
    {
        var machine = report.Machine;
        var svg = new Svg(Width, Height, "The time of an iteration over processes: measured, and by a model to 10,000 processes", Theme.Background, Theme.Font);
        svg.Text(28, 46, "An iteration over processes: measured for 1 to 4, by a model to 10,000", 21, Theme.Ink, bold: true);
        svg.Text(28, 70, FormattableString.Invariant($"Plain passes, float32. {machine.Cpu}, {machine.Cores} cores, {machine.Runtime}, {string.Join(", ", models.Keys)}, {machine.Time:yyyy-MM-dd}. Points: measured. Lines: the model."), 13, Theme.Faint);
        svg.Text(28, 90, "C·n·k·d/p + F·k·d + exchanges; an all-reduce of m bytes: L·⌈log₂ p⌉ + 2·(p − 1)/p·m·B.", 13, Theme.Faint);
        DrawReductions(svg, report, models, Left, Top);
        DrawChecks(svg, report, models, Left + ColumnWidth, Top);
        DrawGrowth(svg, models.Values.First(), 1_000, "1,000 clusters", Left, Top + RowHeight);
        DrawGrowth(svg, models.Values.First(), 100_000, "100,000 clusters", Left + ColumnWidth, Top + RowHeight);
        return svg.ToString();
    }

    private static void DrawReductions(Svg svg, RanksReport report, Dictionary<string, IterationModel> models, double left, double top)
    {
        var jobs = report.Reductions.Where(job => job.Ranks == 2).ToList();
        List<double> places = [.. jobs[0].Sums.Select(sum => (double)sum.Bytes)];
        var panel = new LogPanel(svg, left, top, PanelWidth, PanelHeight, places, jobs.SelectMany(job => job.Sums).Select(sum => sum.MedianMs));
        panel.DrawTitles("An all-reduce", "bytes, 2 ranks in shared memory");
        panel.DrawGrid("ms");
        foreach (var (job, colour) in jobs.Zip(Colours()))
        {
            panel.DrawLine(places.Select(bytes => 1000 * models[job.Library].Reduce.Seconds(2, 1, bytes)), job.Library, colour, 1.75);
            foreach (var sum in job.Sums)
            {
                svg.Dot(panel.X.Place(sum.Bytes), panel.Y.Place(sum.MedianMs), 3.5, colour, Theme.Background);
            }
        }

        panel.DrawEndLabels();
    }

    private static void DrawChecks(Svg svg, RanksReport report, Dictionary<string, IterationModel> models, double left, double top)
    {
        var library = models.Keys.First();
        var fits = Plain(report, library).GroupBy(fit => (fit.N, fit.D, fit.K)).Select(group => group.OrderBy(fit => fit.Ranks).ToList()).ToList();
        List<double> places = [.. fits[0].Select(fit => (double)fit.Ranks)];
        var panel = new LogPanel(svg, left, top, PanelWidth, PanelHeight, places, fits.SelectMany(group => group).Select(fit => fit.IterationMs));
        panel.DrawTitles("An iteration here", FormattableString.Invariant($"ranks, {library}; more than {report.Machine.Cores} share the cores"));
        panel.DrawGrid("ms");
        foreach (var (group, colour) in fits.Zip(Colours()))
        {
            panel.DrawLine(
                group.Select(fit => 1000 * Own(models[library], report, fit).Seconds(fit.N, fit.D, fit.K, fit.Ranks, Math.Min(fit.Ranks, report.Machine.Cores))),
                FormattableString.Invariant($"{group[0].File.Split('-')[0]}, {group[0].N:N0}"),
                colour,
                1.75);
            foreach (var fit in group)
            {
                svg.Dot(panel.X.Place(fit.Ranks), panel.Y.Place(fit.IterationMs), 3.5, colour, Theme.Background);
            }
        }

        panel.DrawEndLabels();
    }

    private static void DrawGrowth(Svg svg, IterationModel here, double clusters, string title, double left, double top)
    {
        var cluster = here with { Reduce = ReduceModel.Ethernet };
        List<double> places = [.. _ranks.Select(ranks => (double)ranks)];
        var all = _sizes.SelectMany(size => _ranks.Select(ranks => cluster.Seconds(size.N, Dimensions, clusters, ranks, ranks)));
        var panel = new LogPanel(svg, left, top, PanelWidth, PanelHeight, places, all);
        panel.DrawTitles(title, "processes of one core, d = 100; 25 µs a step, 1 GB/s; dashed: work alone");
        panel.DrawGrid("s");
        foreach (var ((n, label), colour) in _sizes.Zip(Colours()))
        {
            panel.DrawLine(_ranks.Select(ranks => Math.Max(cluster.ComputeSeconds(n, Dimensions, clusters, ranks), panel.Y.Least)), "", colour, 1.25, "3 5");
            panel.DrawLine(_ranks.Select(ranks => cluster.Seconds(n, Dimensions, clusters, ranks, ranks)), label, colour, 2.5);
        }

        panel.DrawEndLabels();
    }

    private static IEnumerable<MeasuredFit> Plain(RanksReport report, string library) =>
        report.Fits.Where(fit => IsOf(fit.Algorithm, nameof(KMeansAlgorithm.Lloyd)) && IsOf(fit.Library, library));

    // A kernel's rate depends on the shape: C of the data's own one-rank pass.
    private static IterationModel Own(IterationModel model, RanksReport report, MeasuredFit fit)
    {
        var alone = Plain(report, fit.Library).First(one => one.Ranks == 1 && (one.N, one.D, one.K) == (fit.N, fit.D, fit.K));
        return model with { PairSeconds = Math.Max(0, (alone.IterationMs / 1000) - model.SharedSeconds(fit.D, fit.K, 1)) / Work(alone) };
    }

    private static bool IsOf(string name, string other) => string.Equals(name, other, StringComparison.Ordinal);

    private static double Work(MeasuredFit fit) => (double)fit.N * fit.K * fit.D;

    private static string[] Colours() => [Theme.Measured, Theme.Arithmetic, Theme.Memory, Theme.Judge];
}
