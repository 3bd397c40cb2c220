using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KMeansClustering.Tests.Support;

/// <summary>
/// A program around the class of docs/checkpoint.md. It says where its fit stands, line by line, and after each line waits for one from here, as long as there may be one: so it can be
/// killed where it stands, or let go and killed somewhere behind. At last it prints a hash of the result.
/// </summary>
public sealed class CheckpointProgram : IDisposable
{
    private const string Main = """
        using System.Globalization;
        using System.Runtime.InteropServices;
        using System.Security.Cryptography;
        using KMeansClustering;

        float[] points = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(args[0])).ToArray();
        KMeansOptions options = new()
        {
            Tolerance = double.Parse(args[4], CultureInfo.InvariantCulture),
            MaxIterations = int.Parse(args[5]),
            Seed = int.Parse(args[6]),
        };
        int dimensions = int.Parse(args[2]);
        CheckpointedFit<float> checkpoint = new(args[1], next: new StepByStep());
        KMeansResult<float> fit = checkpoint.Run(options, (start, rest, progress) => start is null
            ? KMeans.Fit(points, dimensions, int.Parse(args[3]), rest, progress: progress)
            : KMeans.Fit(points, dimensions, start, rest, progress: progress));
        Console.WriteLine("end " + Convert.ToHexString(SHA256.HashData(
        [
            .. MemoryMarshal.AsBytes(fit.Labels), .. MemoryMarshal.AsBytes(fit.Model.Centroids),
            .. BitConverter.GetBytes(fit.Inertia), .. BitConverter.GetBytes(checkpoint.Done + fit.Iterations), .. BitConverter.GetBytes((int)fit.StopReason),
        ])));

        sealed class StepByStep : IProgress<KMeansProgress>
        {
            public void Report(KMeansProgress value)
            {
                Console.WriteLine(
                    value.StopReason is not null ? "last iteration" : value.Iteration > 0 ? $"iteration {value.Iteration}" : $"seeded {value.CentroidsSeeded}");
                Console.ReadLine();
            }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly string _program;

    public CheckpointProgram()
    {
        Example example = Example.Of("docs/checkpoint.md")[0];
        CompilationUnitSyntax document = SyntaxFactory.ParseCompilationUnit(example.Code, options: SourceCode.Language);
        string types = string.Concat(document.Usings.Select(line => line.ToFullString()).Concat(document.Members.OfType<TypeDeclarationSyntax>().Select(type => type.ToFullString())));

        // Beside it, all that it runs with: the library as it is tested here.
        _program = Path.Combine(_folder, "checkpoint.dll");
        File.WriteAllBytes(_program, SourceCode.Compile("checkpoint", example.Place, [types, Main]));
        foreach (string library in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Where(file => Path.GetFileName(file) is "KMeansClustering.dll" or "System.Numerics.Tensors.dll"))
        {
            File.Copy(library, Path.Combine(_folder, Path.GetFileName(library)));
        }

        File.Copy(Path.ChangeExtension(typeof(CheckpointProgram).Assembly.Location, ".runtimeconfig.json"), Path.ChangeExtension(_program, ".runtimeconfig.json"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs it until it has printed a line, and kills it (SIGKILL) there; or lets it go on, spins, and then kills it.</summary>
    /// <returns>The hash that it ended with, or null if it was killed before.</returns>
    internal string? Run(string checkpoints, float[] points, int dimensions, int clusters, KMeansOptions options, string? killAt, int? spins)
    {
        string data = Path.Combine(_folder, "points");
        File.WriteAllBytes(data, MemoryMarshal.AsBytes<float>(points));
        ProcessStartInfo start = new(Dotnet) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (object argument in new object[] { "exec", _program, data, checkpoints, dimensions, clusters, options.Tolerance, options.MaxIterations, options.Seed })
        {
            start.ArgumentList.Add(Convert.ToString(argument, CultureInfo.InvariantCulture)!);
        }

        using Process process = Process.Start(start)!;
        try
        {
            string? hash = null;
            bool free = false;
            bool killed = false;
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith("end ", StringComparison.Ordinal))
                {
                    hash = line["end ".Length..];
                }
                else if (line.Equals(killAt, StringComparison.Ordinal) && !free)
                {
                    if (spins is { } some)
                    {
                        free = true;
                        process.StandardInput.Close();
                        Thread.SpinWait(some);
                    }

                    process.Kill();
                    killed = true;
                }
                else if (!free)
                {
                    process.StandardInput.WriteLine();
                }
            }

            process.WaitForExit();
            return killed || hash is not null ? hash : throw new InvalidOperationException($"The program ended by itself, with {process.ExitCode}.");
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>The host that the tests run on, be it started as dotnet or by another name.</summary>
    private static string Dotnet => Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
}
