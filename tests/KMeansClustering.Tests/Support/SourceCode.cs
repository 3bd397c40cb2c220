using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KMeansClustering.Tests.Support;

/// <summary>C# compiled in memory, against the library and all that the tests refer to.</summary>
internal static class SourceCode
{
    // C# 14, the language of .NET 10, is a preview for this version of the compiler package.
    public static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>A program as `dotnet new console` would compile it, or a library.</summary>
    /// <param name="name">The assembly's name.</param>
    /// <param name="place">Where the code stands, for the message of an error.</param>
    /// <param name="code">One source or several.</param>
    /// <param name="kind">A program or a library.</param>
    public static byte[] Compile(string name, string place, string[] code, OutputKind kind = OutputKind.ConsoleApplication)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            name,
            [.. code.Prepend(ImplicitUsings).Select(text => CSharpSyntaxTree.ParseText(text, Language))],
            References.Value,
            new CSharpCompilationOptions(kind, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

        using MemoryStream assembly = new();
        string[] errors = [.. compilation.Emit(assembly).Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString())];
        return errors.Length == 0 ? assembly.ToArray()
            : throw new InvalidOperationException($"The code in {place}: {string.Join(Environment.NewLine, errors)}");
    }

    /// <summary>Runs a program here, and gives what it printed.</summary>
    public static string Run(byte[] program)
    {
        AssemblyLoadContext context = new("source code", isCollectible: true);
        TextWriter console = Console.Out;
        using StringWriter printed = new();
        try
        {
            Console.SetOut(printed);
            MethodInfo main = context.LoadFromStream(new MemoryStream(program)).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
            context.Unload();
        }

        return printed.ToString();
    }
}
