using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace KMeansClustering.Storage;

/// <summary>
/// Centroids as NumPy's .npy: eight bytes that say what it is and which version, the header's length, the header, the values. Written
/// byte for byte as numpy.save writes them (1.24); read in versions 1.0, 2.0 and 3.0.
/// </summary>
/// <remarks>
/// A shape that does not agree with what follows is refused before anything is allocated, where the stream knows its length; else memory
/// grows with the values that were found, to at most twice as much.
/// </remarks>
internal static class NpyFile
{
    private const int Alignment = 64;
    private const int BlockValues = 1 << 16;

    // NumPy leaves room for the first length to grow to as many digits.
    private const int LengthDigits = 21;

    // As much as numpy.load takes.
    private const int LongestHeader = 10_000;

    // After one byte 0x93, which is no character of UTF-8.
    private static ReadOnlySpan<byte> Magic => "NUMPY"u8;

    public static void Write<T>(Stream stream, ReadOnlySpan<T> centroids, int dimensions)
        where T : unmanaged
    {
        var clusters = centroids.Length / dimensions;
        var header = FormattableString.Invariant($"{{'descr': '{StoredType.Numpy<T>()}', 'fortran_order': False, 'shape': ({clusters}, {dimensions}), }}");
        header += new string(' ', LengthDigits - FormattableString.Invariant($"{clusters}").Length);
        var unpadded = Magic.Length + 1 + 4 + header.Length + 1;
        header = header.PadRight(header.Length + (Alignment - (unpadded % Alignment))) + '\n';

        stream.Write([0x93, .. Magic, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        for (var rest = centroids; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, BlockValues)..])
        {
            stream.Write(StoredType.Bytes(rest[..Math.Min(rest.Length, BlockValues)]));
        }

        stream.Flush();
    }

    public static (T[] Centroids, int Dimensions) Read<T>(Stream stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var header = NpyHeader.Parse(ReadHeader(stream));
        if (!string.Equals(header.Type, StoredType.Numpy<T>(), StringComparison.Ordinal))
        {
            throw Invalid.Type<T>(header.Type switch { "<f4" => "float32", "<f8" => "float64", var other => other });
        }

        if (header.FortranOrder)
        {
            throw Invalid.Data($"The values are in Fortran order; save numpy.ascontiguousarray(…) of the array.");
        }

        var (rows, columns) = (header.Rows, header.Columns);
        if (rows < 1 || columns < 1 || rows > Array.MaxLength / columns)
        {
            throw Invalid.Data($"The shape is ({rows}, {columns}); there must be at least one centroid of one value, and at most {Array.MaxLength} values.");
        }

        var centroids = ReadValues<T>(stream, (int)(rows * columns));
        Invalid.NotFinite<T>(centroids, (int)columns);
        return (centroids, (int)columns);
    }

    private static byte[] ReadHeader(Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        Fill(stream, start, "the first eight bytes");
        if (start[0] != 0x93 || !start[1..6].SequenceEqual(Magic))
        {
            throw Invalid.Data($"This is no .npy file: it does not begin with \\x93NUMPY.");
        }

        if (start[6] is < 1 or > 3 || start[7] != 0)
        {
            throw Invalid.Data($"The version of the .npy file is {start[6]}.{start[7]}; versions 1.0, 2.0 and 3.0 are read.");
        }

        Span<byte> length = stackalloc byte[4];
        length.Clear();
        Fill(stream, start[6] == 1 ? length[..2] : length, "the length of its header");
        var bytes = BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (bytes > LongestHeader)
        {
            throw Invalid.Data($"The header is said to have {bytes} bytes; more than {LongestHeader} are not read.");
        }

        var header = new byte[bytes];
        Fill(stream, header, "the header");
        return header;
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
            Fill(stream, MemoryMarshal.AsBytes(block), "the values that its shape asks for");
            found += block.Length;
        }

        if (stream.ReadByte() >= 0)
        {
            throw Invalid.Data($"More bytes follow the {count} values that the shape asks for.");
        }

        StoredType.FromFile<T>(values);
        return values;
    }

    private static void Fill(Stream stream, Span<byte> bytes, string what)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Invalid.Data($"The file ends before {what}.");
        }
    }
}
