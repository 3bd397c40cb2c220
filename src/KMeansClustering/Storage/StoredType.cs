using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeansClustering.Storage;

/// <summary>How files name the type of the values, and how values lie in them: little endian, whatever the machine.</summary>
internal static class StoredType
{
    /// <summary>As JSON files name it.</summary>
    public static string Name<T>() => typeof(T) == typeof(float) ? "float32" : "float64";

    /// <summary>As NumPy names it.</summary>
    public static string Numpy<T>() => typeof(T) == typeof(float) ? "<f4" : "<f8";

    /// <summary>The bytes of these values as files hold them.</summary>
    public static ReadOnlySpan<byte> Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian)
        {
            return MemoryMarshal.AsBytes(values);
        }

        Span<T> copy = values.ToArray();
        FromFile(copy);
        return MemoryMarshal.AsBytes(copy);
    }

    /// <summary>Makes values of this machine from values as they were read.</summary>
    public static void FromFile<T>(Span<T> values)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian)
        {
            return;
        }

        for (var bytes = MemoryMarshal.AsBytes(values); !bytes.IsEmpty; bytes = bytes[Unsafe.SizeOf<T>()..])
        {
            bytes[..Unsafe.SizeOf<T>()].Reverse();
        }
    }
}
