using System.Globalization;

namespace KMeansClustering.Benchmarks.Memory;

/// <summary>A fit whose memory is measured, in a process that does nothing else.</summary>
/// <param name="Count">n.</param>
/// <param name="Dimensions">d.</param>
/// <param name="Clusters">k.</param>
/// <param name="Seeding">How the centroids start; null where they are given.</param>
/// <param name="Restarts">Fits of which the best is kept.</param>
/// <param name="Threads">Threads.</param>
internal sealed record MemoryCase(int Count, int Dimensions, int Clusters, SeedingMethod? Seeding, int Restarts, int Threads)
{
    /// <summary>What the child process is told to do.</summary>
    public const string Command = "memory-case";

    private const string Given = "given";
    private const int MaxIterations = 5;

    public static MemoryCase Parse(string[] arguments)
    {
        var numbers = Array.ConvertAll(arguments[..5], Arguments.Number);
        return new(numbers[0], numbers[1], numbers[2], string.Equals(arguments[5], Given, StringComparison.Ordinal) ? null : Enum.Parse<SeedingMethod>(arguments[5]), numbers[3], numbers[4]);
    }

    public string SeedingName => Seeding?.ToString() ?? Given;

    public IEnumerable<string> ToArguments() =>
    [
        Command,
        .. new[] { Count, Dimensions, Clusters, Restarts, Threads }.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        SeedingName,
    ];

    /// <summary>Fits, and prints the bytes that the fit needed beyond what was there before it, and those that it took from the garbage collector.</summary>
    public int RunHere()
    {
        var options = new KMeansOptions
        {
            Seeding = Seeding ?? SeedingMethod.KMeansPlusPlus,
            Restarts = Restarts,
            MaxIterations = MaxIterations,
            Tolerance = 0,
            MaxDegreeOfParallelism = Threads,
        };

        // A small fit first: what the runtime compiles and the threads' stacks are not the data's.
        Fit(Mixture.Points(100 * Clusters, Dimensions, Clusters), options);
        var points = Mixture.Points(Count, Dimensions, Clusters);
        var before = ProcessMemory.Settle();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var result = Fit(points, options);
        var peak = ProcessMemory.Peak - before;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        GC.KeepAlive(result);
        GC.KeepAlive(points);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peak} {allocated}"));
        return 0;
    }

    private KMeansResult<float> Fit(float[] points, KMeansOptions options) => Seeding is null
        ? KMeans.Fit(points, Dimensions, Mixture.Rows(points, Dimensions, Clusters), options)
        : KMeans.Fit(points, Dimensions, Clusters, options);
}
