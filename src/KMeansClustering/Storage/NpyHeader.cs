using System.Globalization;
using System.Text;

namespace KMeansClustering.Storage;

/// <summary>
/// The header of a .npy file: the literal of a Python dictionary, of which exactly this much is understood, and nothing is evaluated:
/// <c>{'descr': '…', 'fortran_order': True or False, 'shape': (rows, columns)}</c>, each key once, in any order, with single or double
/// quotes and spaces in between.
/// </summary>
internal readonly record struct NpyHeader(string Type, bool FortranOrder, long Rows, long Columns)
{
    /// <summary>Reads a header, without the bytes before it.</summary>
    /// <exception cref="InvalidDataException">It says anything else.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> header)
    {
        var text = new Literal(header);
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

    /// <summary>Takes the parts of a literal off its front, and spaces before each.</summary>
    private ref struct Literal(ReadOnlySpan<byte> text)
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
}
