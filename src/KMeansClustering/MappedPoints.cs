using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Fitting;
using KMeansClustering.Storage;

namespace KMeansClustering;

/// <summary>
/// Opens files of points so that <see cref="KMeans"/> can work on more of them than memory holds (docs/files.md): the system brings their pages from the disk as they are read. Files
/// are checked in full, but for their values, which a fit checks; they may come from anywhere.
/// </summary>
/// <remarks>
/// A fit holds beyond the file, for each point: 4 bytes for its label; while it seeds 12 more with <see cref="SeedingMethod.KMeansPlusPlus"/>, 8 more with <see cref="SeedingMethod.KMeansParallel"/>, and none with
/// <see cref="SeedingMethod.Random"/> or from given centroids; and what it makes of the points to be faster. That much is made only where it fits into three quarters of the memory that the process may still have (<see cref="GCMemoryInfo.TotalAvailableMemoryBytes"/>,
/// which follows limits of containers and of the garbage collector's heap); otherwise the fit does without and is slower, with the same result to the last bit. An algorithm that was
/// asked for by name takes what it needs, and <see cref="KMeansMetric.Cosine"/> a copy of points that do not have length 1. Seeding and every iteration may read the whole file: of the seedings
/// k-means‖ reads it about a dozen times, greedy k-means++ up to 2k times.
/// </remarks>
public static class MappedPoints
{
    /// <summary>Opens a .npy file, as <c>numpy.save</c> writes it: versions 1.0 to 3.0, shape (n, d), C order, little endian, float32 for <see cref="float"/> and float64 for <see cref="double"/>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>; <see cref="ElementType"/> says which a file has.</typeparam>
    /// <param name="path">The file. It must not be changed or cut while it is open.</param>
    /// <returns>Its points, to be disposed.</returns>
    /// <exception cref="InvalidDataException">It is no such file, has values of another type, order or shape than this, or fewer or more bytes than its shape asks for.</exception>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be read, does not exist, or there are not enough addresses for it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>, or the machine is big-endian.</exception>
    public static MappedPoints<T> Open<T>(string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Supported<T>();
        return Map<T>(path, stream =>
        {
            var header = NpyHeader.Read(stream);
            header.Require<T>();
            return (stream.Position, header.Rows, header.Columns);
        });
    }

    /// <summary>Opens a file that holds nothing but values, row by row in little endian, as <c>ndarray.tofile</c> writes it, or that from some byte on.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>: what the bytes mean.</typeparam>
    /// <param name="path">The file. It must not be changed or cut while it is open.</param>
    /// <param name="dimensions">How many values a point has, d: at least 1. What follows the offset must be whole points, at least one.</param>
    /// <param name="offset">Where the values begin, in bytes: a multiple of a value's size.</param>
    /// <returns>Its points, to be disposed.</returns>
    /// <exception cref="InvalidDataException">What follows the offset is not one or more whole points.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dimensions are below 1, or the offset is negative or no multiple of a value's size.</exception>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be read, does not exist, or there are not enough addresses for it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>, or the machine is big-endian.</exception>
    public static MappedPoints<T> OpenRaw<T>(string path, int dimensions, long offset = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Supported<T>();
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (offset < 0 || offset % Unsafe.SizeOf<T>() != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, FormattableString.Invariant($"The offset must be at least 0 and a multiple of the {Unsafe.SizeOf<T>()} bytes of a value."));
        }

        return Map<T>(path, stream =>
        {
            var row = (long)dimensions * Unsafe.SizeOf<T>();
            var bytes = stream.Length - offset;
            return bytes >= row && bytes % row == 0
                ? (offset, bytes / row, dimensions)
                : throw Invalid.Data($"The file has {stream.Length} bytes; from byte {offset} on there must be whole points of {row} bytes each, at least one.");
        });
    }

    /// <summary>Begins a .npy file that <see cref="Open"/> and <c>numpy.load</c> read. Under its path it appears when it is complete, and not before.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="path">The file to write or replace; its folder must exist. Nothing is added to its name.</param>
    /// <param name="dimensions">How many values a point has, d: at least 1.</param>
    /// <returns>What takes the points, as many as come; to be completed and disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The dimensions are below 1.</exception>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    public static MappedPointsWriter<T> Create<T>(string path, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        return new MappedPointsWriter<T>(path, dimensions);
    }

    /// <summary>The type of a .npy file's values, <see cref="float"/> or <see cref="double"/>, so that it can be opened as what it is.</summary>
    /// <param name="path">The file, of which only the header is read.</param>
    /// <exception cref="InvalidDataException">It is no such file, or of another type.</exception>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be read, or does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static Type ElementType(string path)
    {
        using var stream = OpenFile(path);
        return NpyHeader.Read(stream).TypeName switch
        {
            "float32" => typeof(float),
            "float64" => typeof(double),
            var other => throw Invalid.Data($"The type of the values is {Invalid.Quote(other)}; float32 and float64 in little endian are read."),
        };
    }

    private static MappedPoints<T> Map<T>(string path, Func<FileStream, (long Offset, long Rows, long Columns)> look)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var stream = OpenFile(path);
        try
        {
            var (offset, rows, columns) = look(stream);
            if (rows < 1 || columns is < 1 or > int.MaxValue)
            {
                throw Invalid.Data($"The shape is ({rows}, {columns}); there must be at least one point, of 1 to {int.MaxValue} values.");
            }

            if ((Int128)rows * columns * Unsafe.SizeOf<T>() != stream.Length - offset)
            {
                throw Invalid.Data($"The shape ({rows}, {columns}) asks for {(Int128)rows * columns} values of {Unsafe.SizeOf<T>()} bytes; {stream.Length - offset} bytes follow the header.");
            }

            return offset % Unsafe.SizeOf<T>() == 0
                ? new MappedPoints<T>(new MappedFile(stream), offset, rows, (int)columns)
                : throw Invalid.Data($"The values begin at byte {offset}, which is no multiple of the {Unsafe.SizeOf<T>()} bytes of a value, so they cannot be mapped.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static FileStream OpenFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stream = File.OpenRead(path);
        if (stream.CanSeek)
        {
            return stream;
        }

        stream.Dispose();
        throw Invalid.Data($"This is no file but a pipe or a device.");
    }

    private static void Supported<T>()
    {
        Check.Supported<T>();
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Files of points are little endian, and this machine is not: they cannot be mapped.");
        }
    }
}

/// <summary>The points of an open file, which <see cref="MappedPoints"/> has opened. Safe to read from many threads.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// The tensors are the file, not a copy of it. They must not be used after <see cref="Dispose"/>: a tensor that was handed out earlier knows nothing of it, and reading it ends the process. So does reading past what is
/// left of a file that was cut while it was open, and reading what the disk fails to give: the system knows no exception for that (SIGBUS, in-page error). Who writes files in place of others by renaming, as this library does,
/// leaves the open ones whole. A file that is forgotten without <see cref="Dispose"/> stays mapped until the process ends.
/// </remarks>
public sealed unsafe class MappedPoints<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MappedFile _file;
    private readonly long _offset;

    internal MappedPoints(MappedFile file, long offset, long count, int dimensions)
    {
        _file = file;
        _offset = offset;
        Count = count;
        Dimensions = dimensions;
    }

    /// <summary>The number of points, n. It may be more than one fit takes, which is 2,147,418,112.</summary>
    public long Count { get; }

    /// <summary>The number of values in a point, d.</summary>
    public int Dimensions { get; }

    /// <summary>All points: shape [n, d], dense.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public ReadOnlyTensorSpan<T> Points => Slice(0, Count);

    /// <summary>Some points that follow each other: shape [count, d], dense.</summary>
    /// <param name="first">The first, from 0.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public ReadOnlyTensorSpan<T> Slice(long first, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        ObjectDisposedException.ThrowIf(_file.Bytes == null, this);
        var values = (T*)(_file.Bytes + _offset) + (first * Dimensions);
        return new ReadOnlyTensorSpan<T>(values, (nint)(count * Dimensions), [(nint)count, Dimensions]);
    }

    /// <summary>Closes the file. No tensor of it may be in use, nor be used later.</summary>
    public void Dispose() => _file.Dispose();
}
