using System.Globalization;
using System.Text;

namespace KMeansClustering.Storage;

/// <summary>Takes the parts of a .npy header, the literal of a Python dictionary, off its front, and spaces before each. Nothing is evaluated.</summary>
internal ref struct NpyLiteral(ReadOnlySpan<byte> text)
{
    // A long holds all numbers of so many digits.
    private const int MostDigits = 18;

    private readonly int _length = text.Length;
    private ReadOnlySpan<byte> _rest = text;

    public bool Take(char character)
    {
        _rest = _rest.TrimStart(" \n"u8);
        if (_rest.IsEmpty || _rest[0] != character)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    public void Expect(char character)
    {
        if (!Take(character))
        {
            throw Unexpected($"a '{character}'");
        }
    }

    public void End()
    {
        if (!_rest.TrimStart(" \n"u8).IsEmpty)
        {
            throw Unexpected("the end");
        }
    }

    /// <summary>A string of printable ASCII, without escapes.</summary>
    public string Quoted()
    {
        var quote = Take('\'') ? (byte)'\'' : Take('"') ? (byte)'"' : throw Unexpected("a string");
        var length = _rest.IndexOf(quote);
        if (length < 0 || _rest[..length].ContainsAnyExceptInRange((byte)' ', (byte)'~') || _rest[..length].Contains((byte)'\\'))
        {
            throw Unexpected("a string of plain characters");
        }

        var value = Encoding.ASCII.GetString(_rest[..length]);
        _rest = _rest[(length + 1)..];
        return value;
    }

    public bool Boolean() => Word("True"u8) || (Word("False"u8) ? false : throw Unexpected("True or False"));

    /// <summary>A shape of two dimensions.</summary>
    public (long Rows, long Columns) Pair()
    {
        Expect('(');
        var rows = Number();
        Expect(',');
        var columns = Number();
        Take(',');
        Expect(')');
        return (rows, columns);
    }

    private bool Word(ReadOnlySpan<byte> word)
    {
        _rest = _rest.TrimStart(" \n"u8);
        if (!_rest.StartsWith(word))
        {
            return false;
        }

        _rest = _rest[word.Length..];
        return true;
    }

    private long Number()
    {
        _rest = _rest.TrimStart(" \n"u8);
        var length = _rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length is < 1 or > MostDigits)
        {
            throw Unexpected("the number of rows or columns (the array must have two dimensions)");
        }

        var value = long.Parse(_rest[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        _rest = _rest[length..];
        return value;
    }

    private readonly InvalidDataException Unexpected(string expected) =>
        Invalid.Data($"The header of the .npy file is not understood: at its byte {_length - _rest.Length} there must be {expected}.");
}
