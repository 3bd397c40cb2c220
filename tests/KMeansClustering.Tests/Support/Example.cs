using System.Text.RegularExpressions;

namespace KMeansClustering.Tests.Support;

/// <summary>A ```csharp block of a document, and what the document says that it prints, if it says so.</summary>
internal sealed partial record Example(string Document, int Line, string Code, string? Prints)
{
    public string Place => $"line {Line} of {Document}";

    /// <summary>All examples of a document of this repository.</summary>
    public static Example[] Of(string document) => [.. Read(document, File.ReadAllText(Repository.Find(document)))];

    /// <summary>What is printed stands in "// prints: …" lines at the block's end or in a ```text block right after it.</summary>
    public static IEnumerable<Example> Read(string document, string markdown)
    {
        markdown = markdown.ReplaceLineEndings("\n");
        Match[] blocks = [.. Fence().Matches(markdown).Cast<Match>()];
        for (int i = 0; i < blocks.Length; i++)
        {
            if (blocks[i].Groups["language"].Value is not "csharp")
            {
                continue;
            }

            string code = blocks[i].Groups["body"].Value;
            string[] promised = [.. Promise().Matches(code).Cast<Match>().Select(match => match.Groups["line"].Value)];
            string? prints = promised.Length > 0 ? string.Join('\n', promised)
                : i + 1 < blocks.Length && blocks[i + 1].Groups["language"].Value is "text" ? blocks[i + 1].Groups["body"].Value
                : null;
            yield return new Example(document, markdown[..blocks[i].Index].Count(character => character == '\n') + 1, code, prints);
        }
    }

    [GeneratedRegex(@"^```(?<language>\S*)[^\n]*\n(?<body>.*?)^```[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^// prints: ?(?<line>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Promise();
}
