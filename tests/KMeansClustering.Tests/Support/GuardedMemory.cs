using System.Numerics;
using System.Runtime.InteropServices;

namespace KMeansClustering.Tests.Support;

/// <summary>Memory between two pages that nobody may touch (Linux): who reads a byte beside it ends the process.</summary>
internal sealed unsafe partial class GuardedMemory<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _start;
    private readonly nuint _length;

    /// <summary>A copy of some values, which begins where the memory begins or ends where it ends.</summary>
    public GuardedMemory(ReadOnlySpan<T> values, bool atEnd)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint bytes = (nuint)values.Length * (nuint)sizeof(T);
        nuint room = (bytes + page - 1) / page * page;
        _length = room + (2 * page);
        _start = (byte*)Native.Map(0, _length, 0, PrivateAnonymous, -1, 0);
        ((nint)_start).Should().NotBe(-1);
        Native.Protect((nint)(_start + page), room, ReadWrite).Should().Be(0);
        Values = (T*)(_start + page + (atEnd ? room - bytes : 0));
        values.CopyTo(new Span<T>(Values, values.Length));
    }

    public T* Values { get; }

    public void Dispose() => _ = Native.Unmap((nint)_start, _length);
}

internal static partial class Native
{
    [LibraryImport("libc", EntryPoint = "mmap")]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(nint address, nuint length);
}
