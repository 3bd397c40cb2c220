using System.Numerics;

namespace KMeansClustering.Storage;

/// <summary>Refuses what is no stored model. Whatever a file says, this is the only kind of exception it leads to.</summary>
internal static class Invalid
{
    private const int LongestQuote = 40;

    public static InvalidDataException Data(FormattableString text, Exception? inner = null) => new(FormattableString.Invariant(text), inner);

    /// <summary>A file whose values are not of type T.</summary>
    public static InvalidDataException Type<T>(string found) => found switch
    {
        "float32" => Data($"The file holds float32 values, not {StoredType.Name<T>()}: read it as float."),
        "float64" => Data($"The file holds float64 values, not {StoredType.Name<T>()}: read it as double."),
        _ => Data($"The type of the values is {Quote(found)}; it must be {StoredType.Name<T>()}."),
    };

    /// <summary>Refuses centroids with a value that is not finite, and names it.</summary>
    public static void NotFinite<T>(ReadOnlySpan<T> centroids, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < centroids.Length; i++)
        {
            if (!T.IsFinite(centroids[i]))
            {
                throw NotFinite(i / dimensions, i % dimensions);
            }
        }
    }

    public static InvalidDataException NotFinite(int cluster, int column) => Data($"The value of centroid {cluster}, column {column} is not a finite number of this type.");

    /// <summary>Text from a file, cut where it is too long for a message.</summary>
    public static string Quote(string text) => text.Length <= LongestQuote ? $"'{text}'" : $"'{text[..LongestQuote]}…'";
}
