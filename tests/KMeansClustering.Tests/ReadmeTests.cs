using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Every ```csharp block of the README, and of the documents listed here, is a whole program: it compiles and runs as it stands, and prints what the document says.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] Documents = ["README.md", "docs/checkpoint.md"];

    private static readonly Example[] Examples = [.. Documents.SelectMany(Example.Of)];

    public static TheoryData<string> Places => [.. Examples.Select(example => example.Place)];

    [Fact]
    public void Each_document_has_examples_and_some_say_what_they_print()
    {
        Examples.Where(example => example.Prints is not null).Select(example => example.Document).ToHashSet(StringComparer.Ordinal).Should().BeEquivalentTo(Documents);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void An_example_compiles_and_runs_and_prints_what_the_document_says(string place)
    {
        Example example = Examples.Single(example => example.Place.Equals(place, StringComparison.Ordinal));

        string printed = Run(example);

        if (example.Prints is not null)
        {
            Lines(printed).Should().Equal(Lines(example.Prints), place);
        }
    }

    [Fact]
    public void A_block_is_found_with_what_it_prints_and_one_that_prints_another_thing_is_told()
    {
        Example[] examples = [.. Example.Read("A.md", """
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
        Lines(Run(examples[0])).Should().Equal(Lines(examples[0].Prints!)).And.Equal("2", "three");
        Lines(Run(examples[1])).Should().Equal(Lines(examples[1].Prints!)).And.Equal("here");
        examples[2].Prints.Should().BeNull();
        Action compile = () => Run(new Example("A.md", 1, "int two = \"2\";", null));
        compile.Should().Throw<InvalidOperationException>().WithMessage("*line 1 of A.md*CS0029*");
    }

    private static string Run(Example example) => SourceCode.Run(SourceCode.Compile($"line_{example.Line}", example.Place, [example.Code]));

    /// <summary>Without the white space at the ends of lines and the empty lines at the end of all.</summary>
    private static string[] Lines(string text) => [.. text.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd())];
}
