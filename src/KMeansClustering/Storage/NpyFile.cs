using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeansClustering.Storage;

/// <summary>Centroids as NumPy's .npy: a <see cref="NpyHeader"/> and the values.</summary>
/// <remarks>
/// A shape that does not agree with what follows is refused before anything is allocated, where the stream knows its length; else memory
/// grows with the values that were found, to at most twice as much.
/// </remarks>
internal static class NpyFile
{
    private const int BlockValues = 1 << 16;

    public static void Write<T>(Stream stream, ReadOnlySpan<T> centroids, int dimensions)
        where T : unmanaged
    {
        NpyHeader.Write<T>(stream, centroids.Length / dimensions, dimensions);
        WriteValues(stream, centroids);
        stream.Flush();
    }

    /// <summary>Writes values as they follow a header.</summary>
    public static void WriteValues<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        for (var rest = values; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, BlockValues)..])
        {
            stream.Write(StoredType.Bytes(rest[..Math.Min(rest.Length, BlockValues)]));
        }
    }

    public static (T[] Centroids, int Dimensions) Read<T>(Stream stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var header = NpyHeader.Read(stream);
        header.Require<T>();
        var (rows, columns) = (header.Rows, header.Columns);
        if (rows < 1 || columns < 1 || rows > Array.MaxLength / columns)
        {
            throw Invalid.Data($"The shape is ({rows}, {columns}); there must be at least one centroid of one value, and at most {Array.MaxLength} values.");
        }

        var centroids = ReadValues<T>(stream, (int)(rows * columns));
        Invalid.NotFinite<T>(centroids, (int)columns);
        return (centroids, (int)columns);
    }

    private static T[] ReadValues<T>(Stream stream, int count)
        where T : unmanaged
    {
        if (stream.CanSeek && stream.Length - stream.Position is var left && left != (long)count * Unsafe.SizeOf<T>())
        {
            throw Invalid.Data($"The shape asks for {count} values of {Unsafe.SizeOf<T>()} bytes; {left} bytes follow the header.");
        }

        var values = new T[stream.CanSeek ? count : Math.Min(count, BlockValues)];
        for (var found = 0; found < count;)
        {
            if (found == values.Length)
            {
                Array.Resize(ref values, (int)Math.Min(count, 2L * found));
            }

            var block = values.AsSpan(found, Math.Min(BlockValues, values.Length - found));
            NpyHeader.Fill(stream, MemoryMarshal.AsBytes(block), "the values that its shape asks for");
            found += block.Length;
        }

        if (stream.ReadByte() >= 0)
        {
            throw Invalid.Data($"More bytes follow the {count} values that the shape asks for.");
        }

        StoredType.FromFile<T>(values);
        return values;
    }
}
