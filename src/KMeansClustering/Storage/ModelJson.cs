using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace KMeansClustering.Storage;

/// <summary>A model as JSON, version 1 (docs/saving.md). Numbers are the shortest that read back as the same bits.</summary>
/// <remarks>
/// Read token by token. Memory grows with the numbers that were found, not with what the counts claim. All members must be there once, in
/// any order, and no other: a form that needs more gets a new version. Only the metric may be missing, for Euclidean.
/// </remarks>
internal static class ModelJson
{
    private const string Cosine = "cosine";
    private const string Euclidean = "euclidean";
    private const string Format = "KMeansClustering.Model";
    private const int Version = 1;
    private const int FlushBytes = 1 << 16;

    private static readonly string[] Members = ["format", "version", "type", "dimensions", "clusters", "centroids"];

    public static void Write<T>(Stream stream, ReadOnlySpan<T> centroids, int dimensions, KMeansMetric metric)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("format"u8, Format);
        writer.WriteNumber("version"u8, Version);
        writer.WriteString("type"u8, StoredType.Name<T>());
        if (metric == KMeansMetric.Cosine)
        {
            writer.WriteString("metric"u8, Cosine);
        }

        writer.WriteNumber("dimensions"u8, dimensions);
        writer.WriteNumber("clusters"u8, centroids.Length / dimensions);
        writer.WriteStartArray("centroids"u8);
        for (var rest = centroids; !rest.IsEmpty; rest = rest[dimensions..])
        {
            writer.WriteStartArray();
            foreach (var value in rest[..dimensions])
            {
                WriteNumber(writer, value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static (T[] Centroids, int Dimensions, KMeansMetric Metric) Read<T>(Stream stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tokens = new JsonTokens(stream);
        tokens.Expect(JsonTokenType.StartObject, "an object at the start");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (centroids, clusters, dimensions) = (Array.Empty<T>(), 0, 0);
        var (rows, columns, metric) = (0, 0, KMeansMetric.Euclidean);
        while (tokens.Next() == JsonTokenType.PropertyName)
        {
            var member = tokens.Text;
            if (!seen.Add(member))
            {
                throw Invalid.Data($"The member '{member}' is there twice.");
            }

            switch (member)
            {
                case "format":
                    ReadFormat(tokens);
                    break;
                case "version":
                    ReadVersion(tokens);
                    break;
                case "type":
                    ReadType<T>(tokens);
                    break;
                case "metric":
                    metric = ReadMetric(tokens);
                    break;
                case "dimensions":
                    dimensions = ReadCount(tokens, member);
                    break;
                case "clusters":
                    clusters = ReadCount(tokens, member);
                    break;
                case "centroids":
                    (centroids, rows, columns) = ReadRows<T>(tokens);
                    break;
                default:
                    throw Invalid.Data($"Version {Version} has no member {Invalid.Quote(member)}.");
            }
        }

        if (Array.Find(Members, member => !seen.Contains(member)) is { } missing)
        {
            throw Invalid.Data($"The member '{missing}' is missing.");
        }

        // What follows the object is an error of JSON, a second one too.
        tokens.Next();
        return rows == clusters && columns == dimensions
            ? (centroids, dimensions, metric)
            : throw Invalid.Data($"There are {rows} centroids of {columns} values; clusters is {clusters} and dimensions {dimensions}.");
    }

    private static void WriteNumber<T>(Utf8JsonWriter writer, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            writer.WriteNumberValue(float.CreateTruncating(value));
        }
        else
        {
            writer.WriteNumberValue(double.CreateTruncating(value));
        }

        if (writer.BytesPending > FlushBytes)
        {
            writer.Flush();
        }
    }

    private static void ReadFormat(JsonTokens tokens)
    {
        tokens.Expect(JsonTokenType.String, "a string for format");
        if (!string.Equals(tokens.Text, Format, StringComparison.Ordinal))
        {
            throw Invalid.Data($"The format is {Invalid.Quote(tokens.Text)}; it must be '{Format}'.");
        }
    }

    private static void ReadVersion(JsonTokens tokens)
    {
        var version = ReadCount(tokens, "version");
        if (version != Version)
        {
            throw Invalid.Data($"The version is {version}; this library reads version {Version}.");
        }
    }

    private static void ReadType<T>(JsonTokens tokens)
    {
        tokens.Expect(JsonTokenType.String, "a string for type");
        if (!string.Equals(tokens.Text, StoredType.Name<T>(), StringComparison.Ordinal))
        {
            throw Invalid.Type<T>(tokens.Text);
        }
    }

    private static KMeansMetric ReadMetric(JsonTokens tokens)
    {
        tokens.Expect(JsonTokenType.String, "a string for metric");
        return tokens.Text switch
        {
            Cosine => KMeansMetric.Cosine,
            Euclidean => KMeansMetric.Euclidean,
            var other => throw Invalid.Data($"The metric is {Invalid.Quote(other)}; it must be '{Cosine}' or '{Euclidean}'."),
        };
    }

    private static int ReadCount(JsonTokens tokens, string member)
    {
        tokens.Expect(JsonTokenType.Number, $"a number for {member}");
        return int.TryParse(tokens.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1
            ? count
            : throw Invalid.Data($"The member '{member}' is {Invalid.Quote(tokens.Text)}; it must be a whole number from 1 to {int.MaxValue}.");
    }

    private static (T[] Values, int Rows, int Columns) ReadRows<T>(JsonTokens tokens)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        tokens.Expect(JsonTokenType.StartArray, "an array for centroids");
        T[] values = [];
        var (count, rows, columns) = (0, 0, 0);
        for (; tokens.Next() == JsonTokenType.StartArray; rows++)
        {
            var first = count;
            for (; tokens.Next() == JsonTokenType.Number; count++)
            {
                if (count == values.Length)
                {
                    Grow(ref values);
                }

                if (!T.TryParse(tokens.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out values[count]) || !T.IsFinite(values[count]))
                {
                    throw Invalid.NotFinite(rows, count - first);
                }
            }

            columns = rows == 0 ? count : columns;
            if (tokens.Type != JsonTokenType.EndArray || count - first != columns || columns == 0)
            {
                throw Invalid.Data($"Centroid {rows} must be an array of numbers, at least one and as many as in the others.");
            }
        }

        if (tokens.Type != JsonTokenType.EndArray)
        {
            throw Invalid.Data($"Centroid {rows} must be an array.");
        }

        Array.Resize(ref values, count);
        return (values, rows, columns);
    }

    private static void Grow<T>(ref T[] values)
    {
        if (values.Length == Array.MaxLength)
        {
            throw Invalid.Data($"There are more than {Array.MaxLength} values.");
        }

        Array.Resize(ref values, (int)Math.Clamp(2L * values.Length, 16, Array.MaxLength));
    }
}
