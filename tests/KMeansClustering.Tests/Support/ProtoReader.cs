using System.Text;

namespace KMeansClustering.Tests.Support;

/// <summary>A message in Protocol Buffers' wire format, read without knowing what it means: enough to look into an ONNX file.</summary>
internal sealed class ProtoReader
{
    private readonly List<(int Field, long Integer, byte[]? Bytes)> _fields = [];

    public ProtoReader(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong tag = Varint(message, ref at);
            long value = (long)Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add(((int)(tag >> 3), value, null));
                    break;
                case 2:
                    _fields.Add(((int)(tag >> 3), 0, message[at..checked(at + (int)value)]));
                    at += (int)value;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at byte {at}.");
            }
        }
    }

    public IEnumerable<int> FieldNumbers => _fields.Select(one => one.Field);

    public long Integer(int field) => Integers(field).Single();

    public long[] Integers(int field) => [.. _fields.Where(one => one.Field == field && one.Bytes is null).Select(one => one.Integer)];

    public byte[] Bytes(int field) => All(field).Single();

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public string[] Texts(int field) => [.. All(field).Select(Encoding.UTF8.GetString)];

    public ProtoReader Message(int field) => new(Bytes(field));

    public ProtoReader[] Messages(int field) => [.. All(field).Select(bytes => new ProtoReader(bytes))];

    private IEnumerable<byte[]> All(int field) => _fields.Where(one => one.Field == field && one.Bytes is not null).Select(one => one.Bytes!);

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
