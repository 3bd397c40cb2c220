using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>
/// How far centroids move: from one pass to the next, and from where they stood at the last walk down the tree, when each was allowed some way. As long as none has gone farther than that,
/// what the walk found still holds.
/// </summary>
/// <param name="clusters">k.</param>
/// <param name="dimensions">d.</param>
/// <param name="extent">How large leaves are: what is allowed is measured by it.</param>
/// <remarks>Invariant: ways are not below the real ones, and padded by more than the judge's error.</remarks>
internal sealed unsafe class CentroidMoves(int clusters, int dimensions, double extent) : IDisposable
{
    // A centroid is allowed so many times its last way, or the mean of all; and in any case a way that adds little to the lists.
    private const double Patience = 6;
    private const double LeastAllowed = 0.1;

    // Beyond, the candidates of a leaf would be too many.
    private const double MostAllowed = 0.3;

    private readonly double _widen = 1 + (64 * (dimensions + 8) * Math.ScaleB(1, -53));
    private readonly AlignedBuffer<double> _now = new((long)clusters * dimensions);
    private readonly AlignedBuffer<double> _walked = new((long)clusters * dimensions);
    private readonly AlignedBuffer<double> _last = new(clusters);
    private readonly AlignedBuffer<double> _allowed = new(clusters);
    private double _extent = extent;
    private bool _isKnown;
    private bool _holds;

    /// <summary>The centroids, k × d.</summary>
    public double* Centroids => _now.Pointer;

    /// <summary>How far each centroid moved before this pass.</summary>
    public double* Last => _last.Pointer;

    /// <summary>How far each centroid may go from where it stood at the last walk.</summary>
    public double* Allowed => _allowed.Pointer;

    /// <summary>Whether, at the last walk, it seemed worth while to remember what it finds.</summary>
    public bool MoveLittle { get; private set; }

    /// <summary>Takes the centroids of the next pass; gives whether all are within what they were allowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public bool Follow(ReadOnlySpan<double> centroids)
    {
        var within = _isKnown && _holds;
        for (var j = 0; j < clusters; j++)
        {
            var row = centroids.Slice(j * dimensions, dimensions);
            fixed (double* place = row)
            {
                _last.Pointer[j] = Way(_now.Pointer + ((nint)j * dimensions), place);
                within = within && Way(_walked.Pointer + ((nint)j * dimensions), place) <= _allowed.Pointer[j];
            }

            row.CopyTo(new Span<double>(_now.Pointer + ((nint)j * dimensions), dimensions));
        }

        return within;
    }

    /// <summary>A walk begins: centroids that move are allowed some times their last way, or what all moved in the mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Walk()
    {
        new ReadOnlySpan<double>(_now.Pointer, clusters * dimensions).CopyTo(new Span<double>(_walked.Pointer, clusters * dimensions));
        var mean = 0.0;
        for (var j = 0; j < clusters; j++)
        {
            mean += _last.Pointer[j] / clusters;
        }

        MoveLittle = _isKnown && Patience * mean <= MostAllowed * _extent;
        for (var j = 0; j < clusters; j++)
        {
            _allowed.Pointer[j] = MoveLittle ? Math.Max(Patience * Math.Max(_last.Pointer[j], mean), LeastAllowed * _extent) : 0;
        }

        (_isKnown, _holds) = (true, true);
    }

    /// <summary>The lists of candidates became too long: the next pass walks, and from now on leaves count as half as large.</summary>
    public void AllowLess()
    {
        _extent /= 2;
        _holds = false;
    }

    /// <summary>The next pass walks, and remembers nothing.</summary>
    public void Forget() => _isKnown = false;

    public void Dispose()
    {
        _now.Dispose();
        _walked.Dispose();
        _last.Dispose();
        _allowed.Dispose();
    }

    private double Way(double* from, double* to) => new ReadOnlySpan<double>(from, dimensions).SequenceEqual(new ReadOnlySpan<double>(to, dimensions))
        ? 0
        : (Math.Sqrt(Judge<double>.DistanceSquared(from, to, dimensions)) * _widen) + LeafBounds.Tiny;
}
