using System.Globalization;
using System.Text.Json;
using KMeansClustering.Benchmarks.Fits;
using KMeansClustering.Benchmarks.Scale;

namespace KMeansClustering.Benchmarks.Ranks;

/// <summary>Times all-reduces and fits over processes, by each MPI library that is installed: jobs of this program under <c>mpirun</c>.</summary>
internal static class RanksCommand
{
    private const int MostRanks = 4;
    private const string Words = "glove-341479x100.f32";

    // Files and clusters whose iterations by plain passes the model is checked on.
    // The last has so few points that what does not depend on them is left.
    private static readonly (string File, int Clusters, string[] More)[] _plain =
        [(Words, 1000, []), ("mnist-60000x784.f32", 100, []), ("sphere-135000x3.f32", 1000, []), (Words, 1000, ["--points", "2000"])];

    /// <summary>Prints tables, and writes the report where a path is given.</summary>
    /// <param name="data">The folder of benchmarks/peers/make_data.py.</param>
    /// <param name="path">The report.</param>
    /// <param name="rounds">How often each side of the comparison runs, in turns.</param>
    public static int Run(string data, string? path, int rounds)
    {
        if (RankJob.Launchers.Count == 0)
        {
            Console.Error.WriteLine("Neither mpirun.openmpi nor mpirun.mpich is installed.");
            return 1;
        }

        var machine = Machine.Here();
        Console.WriteLine($"{machine.Cpu}, {machine.Cores} cores, {machine.Runtime}");
        var reductions = Reductions();
        var fits = (List<MeasuredFit>)[.. Sides(Path.Combine(data, Words), rounds), .. Plain(data)];
        var traffic = Traffic(Path.Combine(data, Words));
        if (path is not null)
        {
            ReportFile.Write(path, new RanksReport(machine, reductions, fits, traffic));
        }

        return 0;
    }

    private static List<MeasuredReductions> Reductions()
    {
        Console.WriteLine("\nAll-reduces, ms:\n\n| library | ranks | 8 B | 64 B | 512 B | 4 KB | 32 KB | 256 KB | 2 MB | 16 MB |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        List<MeasuredReductions> found = [];
        foreach (var launcher in RankJob.Launchers)
        {
            for (var ranks = 1; ranks <= MostRanks; ranks++)
            {
                var line = Parse<MeasuredReductions>(RankJob.Run(launcher, ranks, byTcp: false, AllReduceRank.Command));
                found.Add(line);
                var cells = line.Sums.Select(sum => sum.MedianMs.ToString("G3", CultureInfo.InvariantCulture));
                Console.WriteLine($"| {line.Library} | {ranks} | {string.Join(" | ", cells)} |");
            }
        }

        return found;
    }

    // One process with two threads against two processes, in turns.
    private static List<MeasuredFit> Sides(string file, int rounds)
    {
        Console.WriteLine("\nWhole fits:\n");
        List<MeasuredFit> found = [];
        foreach (var seeding in new[] { SeedingMethod.KMeansPlusPlus, SeedingMethod.KMeansParallel })
        {
            (string? Launcher, int Ranks)[] sides = [(null, 1), .. RankJob.Launchers.Select(launcher => ((string?)launcher, 2))];
            var fits = Enumerable.Range(0, rounds)
                .SelectMany(_ => sides.Select(side => Fit(side.Launcher, side.Ranks, byTcp: false, file, 1000, ["--threads", $"{2 / side.Ranks}", "--seeding", $"{seeding}"])))
                .GroupBy(fit => fit.Library, (_, same) => Joined([.. same]), StringComparer.Ordinal)
                .ToList();
            var alone = TimedFit.Median(fits[0].Ms);
            foreach (var fit in fits)
            {
                Print(fit, FormattableString.Invariant($", {TimedFit.Median(fit.Ms) / alone:F3} of one process with two threads"));
            }

            found.AddRange(fits);
        }

        return found;
    }

    private static List<MeasuredFit> Plain(string data)
    {
        Console.WriteLine("\nPlain passes:\n");
        List<MeasuredFit> found = [];
        foreach (var (file, clusters, more) in _plain)
        {
            foreach (var launcher in RankJob.Launchers)
            {
                for (var ranks = 1; ranks <= MostRanks; ranks++)
                {
                    found.Add(Fit(launcher, ranks, byTcp: false, Path.Combine(data, file), clusters, ["--seeding", "Random", "--algorithm", "Lloyd", "--iterations", "6", "--tolerance", "0", "--repeats", "3", .. more]));
                    Print(found[^1], "");
                }
            }
        }

        return found;
    }

    private static List<MeasuredFit> Traffic(string file)
    {
        Console.WriteLine("\nBy TCP:\n");
        List<MeasuredFit> found = [];
        foreach (var launcher in RankJob.Launchers)
        {
            // MPICH waits busily: with more ranks than cores a fit by TCP does not end.
            var most = launcher.Contains("mpich", StringComparison.Ordinal) ? Math.Min(MostRanks, Environment.ProcessorCount) : MostRanks;
            for (var ranks = 2; ranks <= most; ranks += 2)
            {
                found.Add(Fit(launcher, ranks, byTcp: true, file, 1000, ["--seeding", "Random", "--algorithm", "Lloyd", "--iterations", "6", "--tolerance", "0"]));
                Print(found[^1], FormattableString.Invariant($", {found[^1].IterationSentBytes / ranks / 1e6:F3} MB sent by each in an iteration"));
            }
        }

        return found;
    }

    private static MeasuredFit Fit(string? launcher, int ranks, bool byTcp, string file, int clusters, string[] more) =>
        Parse<MeasuredFit>(RankJob.Run(launcher, ranks, byTcp, [FitRank.Command, file, $"{clusters}", .. more]));

    // Fits of the same kind, as one.
    private static MeasuredFit Joined(List<MeasuredFit> fits) => fits.Select(fit => fit.Hash).Distinct(StringComparer.Ordinal).Count() > 1
        ? throw new InvalidOperationException("The same fit came out differently.")
        : fits[0] with
        {
            Ms = [.. fits.SelectMany(fit => fit.Ms)],
            SeedingMs = TimedFit.Median(fits.Select(fit => fit.SeedingMs)),
            IterationMs = TimedFit.Median(fits.Select(fit => fit.IterationMs)),
        };

    private static void Print(MeasuredFit fit, string more) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{fit.Library}, {fit.Ranks} ranks × {fit.Threads} threads, {fit.N:N0} × {fit.D}, k = {fit.K:N0}, {fit.Seeding}, {fit.Algorithm}: {TimedFit.Median(fit.Ms):N0} ms, seeding {fit.SeedingMs:N0}, an iteration {fit.IterationMs:G4} (in exchanges {string.Join(", ", fit.WaitMs.Select(ms => ms.ToString("G3", CultureInfo.InvariantCulture)))}) with {fit.IterationExchanges:N1} exchanges of {fit.IterationBytes / 1e6:F3} MB{more}; {fit.Hash}"));

    private static T Parse<T>(string line) => JsonSerializer.Deserialize<T>(line, RanksReport.Line)!;
}
