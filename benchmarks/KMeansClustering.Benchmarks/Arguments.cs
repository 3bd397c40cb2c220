using System.Globalization;

namespace KMeansClustering.Benchmarks;

/// <summary>Reads what follows a command: numbers, and options that begin with two dashes.</summary>
internal static class Arguments
{
    public static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    public static int Number(string[] arguments, string name, int otherwise) =>
        Text(arguments, name) is { } text ? Number(text) : otherwise;

    public static double Real(string[] arguments, string name, double otherwise) =>
        Text(arguments, name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public static TChoice Choice<TChoice>(string[] arguments, string name, TChoice otherwise)
        where TChoice : struct, Enum =>
        Text(arguments, name) is { } text ? Enum.Parse<TChoice>(text, ignoreCase: true) : otherwise;

    public static string? Text(string[] arguments, string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
