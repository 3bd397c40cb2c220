using System.Text;
using System.Text.Json;

namespace KMeansClustering.Storage;

/// <summary>The tokens of a JSON text, one by one, from a stream of any length through one buffer.</summary>
/// <remarks>Strings are as they stand in the text: an escaped one equals none that a model has.</remarks>
internal sealed class JsonTokens(Stream stream)
{
    // An object of an array of arrays, no deeper.
    private const int Depth = 3;

    private readonly byte[] _buffer = new byte[1 << 16];

    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = Depth });
    private int _start;
    private int _end;
    private bool _ended;
    private int _valueStart;
    private int _valueLength;

    /// <summary>What the last call of <see cref="Next"/> found.</summary>
    public JsonTokenType Type { get; private set; }

    /// <summary>The text of that token, without quotes; until the next call.</summary>
    public ReadOnlySpan<byte> Value => _buffer.AsSpan(_valueStart, _valueLength);

    public string Text => Encoding.UTF8.GetString(Value);

    /// <summary>Goes to the next token. <see cref="JsonTokenType.None"/> at the end of the text, which is that of the stream.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON.</exception>
    public JsonTokenType Next()
    {
        while (!Read())
        {
            if (_ended)
            {
                return Type = JsonTokenType.None;
            }

            Fill();
        }

        return Type;
    }

    /// <summary>Goes to the next token, which must be of this type.</summary>
    public void Expect(JsonTokenType type, string what)
    {
        if (Next() != type)
        {
            throw Invalid.Data($"There must be {what}.");
        }
    }

    /// <summary>One step over what is in the buffer; false if that is not a whole token.</summary>
    private bool Read()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start.._end), _ended, _state);
        bool found;
        try
        {
            found = reader.Read();
        }
        catch (JsonException failure)
        {
            throw Invalid.Data($"The file is not valid JSON: {failure.Message}", failure);
        }

        if (found)
        {
            Type = reader.TokenType;
            _valueLength = reader.ValueSpan.Length;
            _buffer.AsSpan().Overlaps(reader.ValueSpan, out _valueStart);
        }

        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return found;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            throw Invalid.Data($"A number, a string or a gap is longer than {_buffer.Length} bytes.");
        }

        var count = stream.Read(_buffer.AsSpan(_end));
        _end += count;
        _ended = count == 0;
    }
}
