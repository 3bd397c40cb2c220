using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KMeansClustering.Tests;

/// <summary>
/// Every ```csharp block of README.md is a whole program: it compiles and runs as it stands, and prints what the README says, be it in
/// "// prints: …" lines at the block's end or in a ```text block right after it. Alone: what other tests print meanwhile (FsCheck does) would be taken for the example's.
/// </summary>
[Collection(nameof(Alone))]
public sealed partial class ReadmeTests
{
    // C# 14, the language of .NET 10, is a preview for this version of the compiler package.
    private static readonly CSharpParseOptions s_language = new(LanguageVersion.Preview);

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly Example[] Examples = [.. ReadExamples(File.ReadAllText(Find("README.md")))];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Examples.Length)];

    [Fact]
    public void There_are_examples_and_some_say_what_they_print()
    {
        Examples.Should().NotBeEmpty();
        Examples.Should().Contain(example => example.Prints != null);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_example_compiles_and_runs_and_prints_what_the_readme_says(int number)
    {
        Example example = Examples[number - 1];

        string printed = Run(Compile(example));

        if (example.Prints is not null)
        {
            Lines(printed).Should().Equal(Lines(example.Prints), $"example {number} starts in line {example.Line} of README.md");
        }
    }

    [Fact]
    public void A_block_is_found_with_what_it_prints_and_one_that_prints_another_thing_is_told()
    {
        Example[] examples = [.. ReadExamples("""
            # A readme
            ```csharp
            Console.WriteLine(1 + 1);
            Console.Write("three");
            // prints: 2
            // prints: three
            ```
            and
            ```csharp
            Console.WriteLine("here");
            ```
            which prints
            ```text
            here
            ```
            ```bash
            ls
            ```
            ```csharp
            Console.WriteLine();
            ```
            """)];

        examples.Select(example => example.Line).Should().Equal(2, 9, 19);
        Lines(Run(Compile(examples[0]))).Should().Equal(Lines(examples[0].Prints!)).And.Equal("2", "three");
        Lines(Run(Compile(examples[1]))).Should().Equal(Lines(examples[1].Prints!)).And.Equal("here");
        examples[2].Prints.Should().BeNull();
        Action compile = () => Compile(new Example(1, "int two = \"2\";", null));
        compile.Should().Throw<InvalidOperationException>().WithMessage("*CS0029*");
    }

    private static IEnumerable<Example> ReadExamples(string markdown)
    {
        Match[] blocks = [.. Fence().Matches(markdown.ReplaceLineEndings("\n")).Cast<Match>()];
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
            yield return new Example(markdown.ReplaceLineEndings("\n")[..blocks[i].Index].Count(character => character == '\n') + 1, code, prints);
        }
    }

    private static byte[] Compile(Example example)
    {
        string[] references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"readme_line_{example.Line}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, s_language), CSharpSyntaxTree.ParseText(example.Code, s_language)],
            references.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

        using MemoryStream assembly = new();
        string[] errors = [.. compilation.Emit(assembly).Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString())];
        return errors.Length == 0 ? assembly.ToArray()
            : throw new InvalidOperationException($"The example in line {example.Line} of README.md: {string.Join(Environment.NewLine, errors)}");
    }

    private static string Run(byte[] assembly)
    {
        AssemblyLoadContext context = new("readme", isCollectible: true);
        TextWriter console = Console.Out;
        using StringWriter printed = new();
        try
        {
            Console.SetOut(printed);
            MethodInfo main = context.LoadFromStream(new MemoryStream(assembly)).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
            context.Unload();
        }

        return printed.ToString();
    }

    /// <summary>Without the white space at the ends of lines and the empty lines at the end of all.</summary>
    private static string[] Lines(string text) => [.. text.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd())];

    /// <summary>The nearest file of that name, from the test's folder upwards.</summary>
    private static string Find(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, name);
            if (File.Exists(path) && File.Exists(Path.Combine(folder.FullName, "KMeans.sln")))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"No {name} beside KMeans.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^```(?<language>\S*)[^\n]*\n(?<body>.*?)^```[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^// prints: ?(?<line>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Promise();

    private sealed record Example(int Line, string Code, string? Prints);

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;
}
