using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>
/// The centroids of a stream: running means in double, each with the weight of the rows that it has taken, and the same rounded to T, which rows are compared with. A batch moves them (Sculley 2010) by
///
///     W ← W + Σ w_i        c ← c + (Σ w_i·(x_i − c)) / W
///
/// over a cluster's rows i, in double, one rounding for each operation, coordinate by coordinate, rows in their order.
/// </summary>
/// <remarks>The weights of a cluster's rows, and W with them, are divided by the power of two at or below the greatest of them, so that no product leaves the range of double.</remarks>
internal abstract unsafe class RunningCentroids<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Coordinates that one thread takes at once of one cluster.
    private const int BlockDimensions = 128;
    private const int BlockValues = 1 << 13;

    // A coordinate of a row takes about as long as this many multiplications and additions.
    private const int WorkPerValue = 4;

    private readonly AlignedBuffer<double> _means;
    private readonly AlignedBuffer<T> _rounded;
    private readonly double[] _divisors;
    private AlignedBuffer<double> _shares = new(0);

    protected RunningCentroids(int clusters, int dimensions)
    {
        Clusters = clusters;
        Dimensions = dimensions;
        Weights = new double[clusters];
        _divisors = new double[clusters];
        _means = new AlignedBuffer<double>((long)clusters * dimensions);
        _rounded = new AlignedBuffer<T>((long)clusters * dimensions);
    }

    /// <summary>k.</summary>
    public int Clusters { get; }

    /// <summary>d.</summary>
    public int Dimensions { get; }

    /// <summary>W of each centroid.</summary>
    public double[] Weights { get; }

    /// <summary>The centroids rounded to T, k × d.</summary>
    public T* Rounded => _rounded.Pointer;

    /// <summary>For the vectors of this machine.</summary>
    public static RunningCentroids<T> Create(int clusters, int dimensions)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new VectorRunningCentroids<T, Vector512<double>, Simd512<double>>(clusters, dimensions);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new VectorRunningCentroids<T, Vector256<double>, Simd256<double>>(clusters, dimensions);
        }

        return Vector128.IsHardwareAccelerated
            ? new VectorRunningCentroids<T, Vector128<double>, Simd128<double>>(clusters, dimensions)
            : new VectorRunningCentroids<T, double, SimdScalar<double>>(clusters, dimensions);
    }

    /// <summary>Puts a centroid on a row, with a weight.</summary>
    public void Set(int cluster, PointView<T> rows, int row, double weight) => Set(cluster, rows.Row(row), weight);

    /// <summary>Puts a centroid somewhere, with a weight.</summary>
    public void Set(int cluster, T* centroid, double weight)
    {
        for (var p = 0; p < Dimensions; p++)
        {
            var place = ((nint)cluster * Dimensions) + p;

            // A negative zero is the same place.
            _rounded.Pointer[place] = centroid[p] + T.Zero;
            _means.Pointer[place] = double.CreateTruncating(_rounded.Pointer[place]);
        }

        Weights[cluster] = weight;
    }

    /// <summary>Moves the centroids towards the rows of a batch.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="weights">Their weights, above 0; null for 1 each.</param>
    /// <param name="groups">Whose they are.</param>
    /// <param name="crew">The threads.</param>
    public void Include(PointView<T> rows, T* weights, ClusterRows groups, Crew crew)
    {
        ShareWeights(rows.Count, weights, groups);
        var blocks = (Dimensions + BlockDimensions - 1) / BlockDimensions;
        var values = (double)rows.Count * Dimensions / (groups.Touched * blocks);
        crew.Run(groups.Touched * blocks, Math.Max(1, (int)(BlockValues / values)), WorkPerValue * values, (_, first, count) =>
        {
            for (var item = first; item < first + count; item++)
            {
                var cluster = groups.Cluster(item / blocks);
                var from = item % blocks * BlockDimensions;
                var (begin, members) = groups.Rows(cluster);
                var place = ((nint)cluster * Dimensions) + from;
                Move(rows.Row(0) + from, rows.Stride, groups.Order + begin, _shares.Pointer + begin, members, Math.Min(BlockDimensions, Dimensions - from),
                    _divisors[cluster], _means.Pointer + place, _rounded.Pointer + place);
            }
        });
    }

    public void Dispose()
    {
        _means.Dispose();
        _rounded.Dispose();
        _shares.Dispose();
    }

    /// <summary>Moves some coordinates of one centroid.</summary>
    /// <param name="x">These coordinates of the batch's first row;</param>
    /// <param name="stride">from one row to the next.</param>
    /// <param name="order">The numbers of the cluster's rows,</param>
    /// <param name="shares">their weights and</param>
    /// <param name="count">how many.</param>
    /// <param name="length">Coordinates.</param>
    /// <param name="divisor">W.</param>
    /// <param name="means">In and out.</param>
    /// <param name="rounded">Out.</param>
    protected abstract void Move(T* x, nint stride, int* order, double* shares, int count, int length, double divisor, double* means, T* rounded);

    // Adds the rows' weights to the clusters'; sets what goes into the means.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ShareWeights(int count, T* weights, ClusterRows groups)
    {
        if (_shares.Length < count)
        {
            _shares.Dispose();
            _shares = new AlignedBuffer<double>(count);
        }

        for (var touched = 0; touched < groups.Touched; touched++)
        {
            var cluster = groups.Cluster(touched);
            var (first, members) = groups.Rows(cluster);
            var (sum, greatest) = (0.0, 0.0);
            for (var i = first; i < first + members; i++)
            {
                var weight = weights == null ? 1 : double.CreateTruncating(weights[groups.Order[i]]);
                _shares.Pointer[i] = weight;
                sum += weight;
                greatest = Math.Max(greatest, weight);
            }

            Weights[cluster] += sum;
            var exponent = -Math.ILogB(greatest);
            _divisors[cluster] = Math.ScaleB(Weights[cluster], exponent);
            for (var i = first; exponent != 0 && i < first + members; i++)
            {
                _shares.Pointer[i] = Math.ScaleB(_shares.Pointer[i], exponent);
            }
        }
    }
}
