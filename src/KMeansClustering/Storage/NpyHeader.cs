using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace KMeansClustering.Storage;

/// <summary>
/// What stands before the values of a .npy file: eight bytes that say what it is and which version, the header's length, and the header, the literal of a Python
/// dictionary, of which exactly this much is understood: <c>{'descr': '…', 'fortran_order': True or False, 'shape': (rows, columns)}</c>,
/// each key once, in any order, with single or double quotes and spaces in between. Read in versions 1.0, 2.0 and 3.0; written byte for byte as numpy.save does (1.24).
/// </summary>
internal readonly record struct NpyHeader(string Type, bool FortranOrder, long Rows, long Columns)
{
    private const int Alignment = 64;

    // NumPy leaves room for the number of rows to grow to as many digits: a header's length does not depend on it.
    private const int LengthDigits = 21;

    // As much as numpy.load takes.
    private const int LongestHeader = 10_000;

    // After one byte 0x93, which is no character of UTF-8.
    private static ReadOnlySpan<byte> Magic => "NUMPY"u8;

    /// <summary>The element type, as JSON files name it where this library has one of that name: float32 or float64, in little endian.</summary>
    public string TypeName => Type switch { "<f4" => "float32", "<f8" => "float64", var other => other };

    /// <summary>Reads up to where the values begin.</summary>
    /// <exception cref="InvalidDataException">There is anything else.</exception>
    public static NpyHeader Read(Stream stream)
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
        return Parse(header);
    }

    /// <summary>Writes all that stands before the values.</summary>
    public static void Write<T>(Stream stream, long rows, int columns)
    {
        var header = FormattableString.Invariant($"{{'descr': '{StoredType.Numpy<T>()}', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
        header += new string(' ', LengthDigits - FormattableString.Invariant($"{rows}").Length);
        var unpadded = Magic.Length + 1 + 4 + header.Length + 1;
        header = header.PadRight(header.Length + (Alignment - (unpadded % Alignment))) + '\n';

        stream.Write([0x93, .. Magic, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
    }

    /// <summary>Refuses values of another type than T, or in another order than row by row.</summary>
    public void Require<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!string.Equals(Type, StoredType.Numpy<T>(), StringComparison.Ordinal))
        {
            throw Invalid.Type<T>(TypeName);
        }

        if (FortranOrder)
        {
            throw Invalid.Data($"The values are in Fortran order; save numpy.ascontiguousarray(…) of the array.");
        }
    }

    /// <summary>Reads all of some bytes.</summary>
    public static void Fill(Stream stream, Span<byte> bytes, string what)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Invalid.Data($"The file ends before {what}.");
        }
    }

    private static NpyHeader Parse(ReadOnlySpan<byte> header)
    {
        var text = new NpyLiteral(header);
        string? type = null;
        bool? fortranOrder = null;
        (long Rows, long Columns)? shape = null;
        text.Expect('{');
        while (!text.Take('}'))
        {
            var key = text.Quoted();
            text.Expect(':');
            switch (key)
            {
                case "descr" when type is null:
                    type = text.Quoted();
                    break;
                case "fortran_order" when fortranOrder is null:
                    fortranOrder = text.Boolean();
                    break;
                case "shape" when shape is null:
                    shape = text.Pair();
                    break;
                default:
                    throw Invalid.Data($"The header has the key {Invalid.Quote(key)}, which is there twice or unknown.");
            }

            if (!text.Take(','))
            {
                text.Expect('}');
                break;
            }
        }

        text.End();
        return type is not null && fortranOrder is { } order && shape is { } pair
            ? new NpyHeader(type, order, pair.Rows, pair.Columns)
            : throw Invalid.Data($"The header must have the keys 'descr', 'fortran_order' and 'shape'.");
    }
}
