namespace KMeansClustering.Tests.Support;

/// <summary>What may happen to a file.</summary>
internal static class Damage
{
    // What a damaged file may be pieced together from, beside its own bytes.
    private static readonly byte[][] Pieces =
    [
        [.. "{"u8], [.. "}"u8], [.. "["u8], [.. "]"u8], [.. ","u8], [.. ":"u8], [.. "\""u8], [.. "'"u8], [.. "("u8], [.. ")"u8], [.. "\\"u8], [.. "\\ud800"u8],
        [.. "-"u8], [.. "0"u8], [.. "9999999999"u8], [.. "1e999"u8], [.. "NaN"u8], [.. "null"u8], [.. "true"u8], [.. "True"u8], [.. " "u8], [.. "\n"u8],
        [.. "'shape': (1, 1), "u8], [.. "\"clusters\":2,"u8], [.. "[1,2,3],"u8], [.. "\"metric\":\"cosine\","u8], [.. "\"metric\":\"euclidean\","u8], [0x93, .. "NUMPY"u8], [0xff], [0x80], [0], [0xef, 0xbb, 0xbf],
    ];

    public static byte[] Once(byte[] bytes, Draw draw)
    {
        int at = draw.Below(bytes.Length + 1);
        int length = Math.Min(1 + draw.Below(8), bytes.Length - at);
        byte[] piece = Pieces[draw.Below(Pieces.Length)];
        int kind = draw.Below(8);
        if (kind < 3 && at < bytes.Length)
        {
            return Arrays.With(bytes, at, kind == 0 ? (byte)(bytes[at] ^ (1 << draw.Below(8))) : kind == 1 ? (byte)('0' + draw.Below(10)) : (byte)draw.Below(256));
        }

        return kind switch
        {
            4 => [.. bytes[..at], .. bytes[(at + length)..]],
            5 => [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]],
            6 => bytes[..at],
            7 => [.. bytes[..at], .. piece, .. bytes[(at + length)..]],
            _ => [.. bytes[..at], .. piece, .. bytes[at..]],
        };
    }
}
