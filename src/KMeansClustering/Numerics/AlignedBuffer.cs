using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeansClustering.Numerics;

/// <summary>Memory for kernels: aligned to a cache line, not moved by the garbage collector, zero at first unless that is not asked for, freed by Dispose.</summary>
internal sealed unsafe class AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private T* _data;

    /// <summary>Takes memory. Where all of it is written anyway, clearing only makes one thread ask the system for every page.</summary>
    public AlignedBuffer(long length, bool clears = true)
    {
        Length = length;
        var bytes = checked((nuint)Math.Max(length, 1) * (nuint)sizeof(T));
        _data = (T*)NativeMemory.AlignedAlloc((bytes + Alignment - 1) / Alignment * Alignment, Alignment);
        MemoryBudget.Count(Bytes);
        if (clears)
        {
            Clear();
        }
    }

#pragma warning disable MA0055 // An exception between two allocations must not leak the first.
    ~AlignedBuffer() => Free();
#pragma warning restore MA0055

    public long Length { get; }

    public T* Pointer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _data;
    }

    private long Bytes => Length * sizeof(T);

    public void Clear() => NativeMemory.Clear(_data, (nuint)Length * (nuint)sizeof(T));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_data != null)
        {
            MemoryBudget.Count(-Bytes);
            NativeMemory.AlignedFree(_data);
            _data = null;
        }
    }
}
