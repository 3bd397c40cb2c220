namespace KMeansClustering.Storage;

/// <summary>
/// Writes a file whole or not at all. It is written under another name in the same folder, flushed to the disk and renamed: whoever opens
/// the path finds the old file or the new one, also after a crash; and after a failure the old one, with nothing beside it.
/// </summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var target = Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(target) ?? target, $".{Path.GetRandomFileName()}.tmp");
        var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None });
        try
        {
            using (stream)
            {
                KeepPermissions(stream, target);
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>Gives the new file, while it is empty, the permissions of the one that it will replace.</summary>
    private static void KeepPermissions(FileStream stream, string target)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
        }
    }

    /// <summary>As far as possible: the caller is to learn of the first failure, not of this one.</summary>
    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
