namespace KMeansClustering.Storage;

/// <summary>
/// A file that is written whole or not at all. It is written under another name in the same folder, flushed to the disk and renamed: whoever opens
/// the path finds the old file or the new one, also after a crash; and after a failure the old one, with nothing beside it.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _target;
    private readonly string _temporary;
    private bool _committed;

    /// <summary>Begins a file that <see cref="Commit"/> will put in place; without it, nothing is left of it.</summary>
    public AtomicFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _target = Path.GetFullPath(path);
        _temporary = Path.Combine(Path.GetDirectoryName(_target) ?? _target, $".{Path.GetRandomFileName()}.tmp");
        Stream = new FileStream(_temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None });
        try
        {
            KeepPermissions();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public FileStream Stream { get; }

    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Ends the file and puts it in place.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _target, overwrite: true);
        _committed = true;
    }

    /// <summary>As far as possible: the caller is to learn of the first failure, not of one here.</summary>
    public void Dispose()
    {
        if (_committed)
        {
            return;
        }

        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What the buffer still held is not wanted.
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Gives the new file, while it is empty, the permissions of the one that it will replace.</summary>
    private void KeepPermissions()
    {
        if (!OperatingSystem.IsWindows() && File.Exists(_target))
        {
            File.SetUnixFileMode(Stream.SafeFileHandle, File.GetUnixFileMode(_target));
        }
    }
}
