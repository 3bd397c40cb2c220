using System.Reflection;
using KMeansClustering.Tests.Support;
using Microsoft.CodeAnalysis;

namespace KMeansClustering.Tests;

/// <summary>Every change of what a library shows is a change of a file here, so that nobody makes it unseen.</summary>
public sealed class PublicApiTests
{
    private const string Accept = "ACCEPT_PUBLIC_API";

    [Theory]
    [InlineData("KMeansClustering", "PublicApi.txt")]
    [InlineData("KMeansClustering.Mpi", "PublicApi.Mpi.txt")]
    public void It_is_the_accepted_one(string assembly, string file)
    {
        string path = Repository.Find("tests/KMeansClustering.Tests/" + file);
        string found = PublicApi.Print(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable(Accept) is "1")
        {
            File.WriteAllText(path, found);
        }

        string accepted = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (!found.Equals(accepted, StringComparison.Ordinal))
        {
            string[] before = accepted.Split('\n');
            string[] after = found.Split('\n');
            Assert.Fail(string.Join('\n', [
                $"The public API of {assembly} is not the one in {path}.",
                .. before.Except(after, StringComparer.Ordinal).Select(line => "- " + line),
                .. after.Except(before, StringComparer.Ordinal).Select(line => "+ " + line),
                $"If that is meant: {Accept}=1 dotnet test --filter PublicApi, and say it in CHANGELOG.md."]));
        }
    }

    [Fact]
    public void Declarations_are_printed_as_they_were_written()
    {
        const string Source = """
            using System;
            using System.Diagnostics.CodeAnalysis;
            using System.Runtime.CompilerServices;

            public delegate TResult? Handler<in T, out TResult>(T value, ref int count) where T : notnull where TResult : class;
            public abstract class Base<T> : IDisposable where T : class, IComparable<T>, new()
            {
                protected Base(T first, params int[] rest) { }
                public const string Name = "base";
                protected static readonly (int, string?)[]? Pairs;
                internal int Hidden;
                public abstract ref readonly int this[int index] { get; }
                public virtual string? Text { get; protected set; }
                public event EventHandler<EventArgs>? Changed;
                public static Base<T>? operator +(Base<T> left, Base<T>? right) => null;
                public void Dispose() { }
                protected internal abstract bool Try(string? name, out T? value);
                private void Nothing() { }
                public sealed class Inner<TItem> { }
                private protected class Unseen { }
            }
            [Flags]
            public enum Colours : byte
            {
                None = 0,
                Red = 1,
                [Obsolete("use Red")] Rot = 2,
            }
            public interface IShape : IDisposable
            {
                double Area { get; }
                static abstract IShape Make(Colours colours = Colours.Red);
            }
            public sealed record Point(int X)
            {
                public required string Label { get; init; }
            }
            public ref struct Reader
            {
                public ReadOnlySpan<byte> Rest;
                public readonly int Length() => 0;
                public void Read(scoped ReadOnlySpan<char> text, double scale = 0.5, char mark = ',', string? name = null, long? limit = 3, Guid id = default) { }
            }
            public static class Tools
            {
                public static unsafe T[,] Take<T>(this Span<T> span, in int from, ref readonly long to, void* raw) where T : unmanaged => null!;
                public static void All<T>(T item, params ReadOnlySpan<int> items) where T : allows ref struct { }
                [Experimental("X1"), Obsolete("no", true)] public static dynamic? Old<T>(T? value) where T : struct => null;
            }
            internal class Internal { public int Field; }
            """;
        const string Expected = """
            public abstract class Base<T> : IDisposable where T : class, IComparable<T>, new()
                protected Base(T first, params int[] rest)
                public event EventHandler<EventArgs>? Changed
                public void Dispose()
                public abstract ref readonly int this[int index] { get; }
                public const string Name = "base"
                protected static readonly ValueTuple<int, string?>[]? Pairs
                public virtual string? Text { get; protected set; }
                protected internal abstract bool Try(string? name, out T? value)
                public static Base<T>? op_Addition(Base<T> left, Base<T>? right)

            public sealed class Base<T>.Inner<TItem> where T : class, IComparable<T>, new()
                public Inner()

            [Flags] public enum Colours : byte
                None = 0
                Red = 1
                [Obsolete("use Red", false)] Rot = 2

            public delegate TResult? Handler<in T, out TResult>(T value, ref int count) where T : notnull where TResult : class

            public interface IShape : IDisposable
                double Area { get; }
                static abstract IShape Make(Colours colours = Colours.Red)

            public sealed record Point : IEquatable<Point>
                public Point(int X)
                public required string Label { get; init; }
                public int X { get; init; }

            public ref struct Reader
                public readonly int Length()
                public void Read(scoped ReadOnlySpan<char> text, double scale = 0.5, char mark = ',', string? name = null, long? limit = 3, Guid id = default)
                public ReadOnlySpan<byte> Rest

            public static class Tools
                public static void All<T>(T item, params ReadOnlySpan<int> items) where T : allows ref struct
                [Experimental("X1")] [Obsolete("no", true)] public static object? Old<T>(T? value) where T : struct
                public static T[,] Take<T>(this Span<T> span, in int from, ref readonly long to, void* raw) where T : unmanaged

            """;

        string[] expected = Expected.ReplaceLineEndings("\n").Split('\n');
        string[] printed = Print(Source).Split('\n');
        for (int i = 0; i < expected.Length; i++)
        {
            Same.Value(expected[i], printed.ElementAtOrDefault(i), $"line {i}");
        }

        Same.Value(expected.Length, printed.Length, "lines");
    }

    [Theory]
    [InlineData("void M(int a) { }", "void M(int b) { }")]
    [InlineData("void M(int a = 1) { }", "void M(int a = 2) { }")]
    [InlineData("void M(int a = 1) { }", "void M(int a) { }")]
    [InlineData("void M(string a) { }", "void M(string? a) { }")]
    [InlineData("void M(System.Collections.Generic.List<string> a) { }", "void M(System.Collections.Generic.List<string?> a) { }")]
    [InlineData("string M() => null!;", "string? M() => null!;")]
    [InlineData("void M(in int a) { }", "void M(ref int a) { }")]
    [InlineData("void M(params int[] a) { }", "void M(int[] a) { }")]
    [InlineData("void M<T>() where T : struct { }", "void M<T>() where T : unmanaged { }")]
    [InlineData("void M<T>() { }", "void M<T>() where T : notnull { }")]
    [InlineData("int P { get; set; }", "int P { get; init; }")]
    [InlineData("int P { get; init; }", "required int P { get; init; }")]
    [InlineData("int P { get; set; }", "int P { get; }")]
    [InlineData("const int C = 1;", "const int C = 2;")]
    [InlineData("readonly int F;", "int F;")]
    [InlineData("void M() { }", "virtual void M() { }")]
    public void A_change_is_seen(string before, string after)
    {
        static string Of(string member) => Print($"public class A {{ public {member} }}");

        Of(after).Should().NotBe(Of(before));
    }

    [Fact]
    public void The_order_in_the_source_does_not_matter()
    {
        Print("public class A { public void M() { } public void N(int a) { } public void N() { } } public enum B { }")
            .Should().Be(Print("public enum B { } public class A { public void N() { } public void N(int a) { } public void M() { } }"));
    }

    private static string Print(string source) =>
        PublicApi.Print(Assembly.Load(SourceCode.Compile($"api-{Guid.NewGuid():N}", "a test", [source], OutputKind.DynamicallyLinkedLibrary)));
}
