using System.Numerics;
using KMeansClustering.Storage;

namespace KMeansClustering;

/// <summary>
/// A .npy file in the making, begun by <see cref="MappedPoints.Create"/>: points are appended to another file in the same folder (<c>.xxxxxxxx.xxx.tmp</c>), which <see cref="Complete"/> gives its name. A file that was not completed
/// never stands under its path, and is deleted by <see cref="Dispose"/>. For one thread.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MappedPointsWriter<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AtomicFile _file;
    private bool _ended;

    internal MappedPointsWriter(string path, int dimensions)
    {
        Dimensions = dimensions;
        _file = new AtomicFile(path);
        NpyHeader.Write<T>(_file.Stream, 0, dimensions);
    }

    /// <summary>The number of points so far.</summary>
    public long Count { get; private set; }

    /// <summary>The number of values in a point, d.</summary>
    public int Dimensions { get; }

    /// <summary>Appends one point or more.</summary>
    /// <param name="points">n × d values, row-major. They may be any values; a fit will refuse those that are not finite.</param>
    /// <exception cref="ArgumentException">The length is no multiple of d.</exception>
    /// <exception cref="IOException">The file cannot be written: the disk is full. It cannot be completed then.</exception>
    /// <exception cref="ObjectDisposedException">The file is complete, given up, or failed to be written.</exception>
    public void Append(ReadOnlySpan<T> points)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (points.Length % Dimensions != 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"The length {points.Length} is not a multiple of the {Dimensions} dimensions."), nameof(points));
        }

        // Until all of them are written the file is not one that may be completed.
        _ended = true;
        NpyFile.WriteValues(_file.Stream, points);
        Count += points.Length / Dimensions;
        _ended = false;
    }

    /// <summary>Ends the file, flushes it to the disk and puts it in place of whatever stands under its path.</summary>
    /// <exception cref="InvalidOperationException">There is no point in it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">What stands under the path may not be replaced, or is a folder.</exception>
    /// <exception cref="ObjectDisposedException">The file is complete already, given up, or failed to be written.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (Count == 0)
        {
            throw new InvalidOperationException("No point has been appended.");
        }

        _ended = true;
        _file.Stream.Position = 0;
        NpyHeader.Write<T>(_file.Stream, Count, Dimensions);
        _file.Commit();
    }

    /// <summary>Gives the file up, and deletes what there is of it, unless it is complete.</summary>
    public void Dispose()
    {
        _ended = true;
        _file.Dispose();
    }
}
