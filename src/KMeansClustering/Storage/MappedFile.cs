using System.IO.MemoryMappedFiles;

namespace KMeansClustering.Storage;

/// <summary>The bytes of a file as memory that is only read; the system brings them from the disk when they are looked at, and drops them when it needs the room.</summary>
/// <remarks>It has no finalizer, and its pointer keeps the view from being finalized: who loses it without Dispose loses address space, and never the ground under a span.</remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _bytes;

    /// <summary>Maps all of a file that is not empty, and takes over the stream.</summary>
    public MappedFile(FileStream stream)
    {
        _file = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        try
        {
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);
        }
        catch
        {
            _view?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file's first byte; null once this is disposed.</summary>
    public byte* Bytes => _bytes;

    public void Dispose()
    {
        if (_bytes != null)
        {
            _bytes = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
