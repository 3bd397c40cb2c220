using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>Two squared distances of each point, the <see cref="Judge{T}"/>'s: from its own centroid, and the least from another. Shared by the threads, each with a <see cref="Worker"/> of its own.</summary>
internal abstract unsafe class TwoDistances<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most values that are written past those of a block.</summary>
    public const int Padding = LaneDistances.Lanes;

    private readonly AlignedBuffer<T> _centroids;

    /// <summary>Takes some centroids, in the order of clusters.</summary>
    protected TwoDistances(PointView<T> centroids, int[] rows)
    {
        Dimensions = centroids.Dimensions;
        Clusters = rows.Length;
        _centroids = new AlignedBuffer<T>((long)Clusters * Dimensions);
        for (var c = 0; c < Clusters; c++)
        {
            centroids.RowSpan(rows[c]).CopyTo(new Span<T>(Centroids + ((nint)c * Dimensions), Dimensions));
        }
    }

    /// <summary>The most points that a <see cref="Worker"/> takes at once.</summary>
    public abstract int BlockSize { get; }

    /// <summary>d.</summary>
    public int Dimensions { get; }

    /// <summary>How many centroids there are.</summary>
    public int Clusters { get; }

    /// <summary>Clusters × d.</summary>
    protected T* Centroids => _centroids.Pointer;

    /// <summary>For the vectors of this machine: by lanes in few dimensions, where each distance is measured; by a tile in more, which leaves few to measure.</summary>
    /// <param name="centroids">Centroids.</param>
    /// <param name="rows">Which of them clusters have: two or more.</param>
    /// <param name="crew">The threads.</param>
    public static TwoDistances<T> Of(PointView<T> centroids, int[] rows, Crew crew)
    {
        if (centroids.Dimensions <= LaneTwoDistances<T>.MaxDimensions)
        {
            return new LaneTwoDistances<T>(centroids, rows);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            return new TileTwoDistances<T, Vector512<T>, Simd512<T>>(centroids, rows, crew);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new TileTwoDistances<T, Vector256<T>, Simd256<T>>(centroids, rows, crew);
        }

        return Vector128.IsHardwareAccelerated
            ? new TileTwoDistances<T, Vector128<T>, Simd128<T>>(centroids, rows, crew)
            : new TileTwoDistances<T, T, SimdScalar<T>>(centroids, rows, crew);
    }

    public abstract Worker CreateWorker();

    public virtual void Dispose() => _centroids.Dispose();

    /// <summary>The judge's squared distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected double Distance(T* point, int cluster) => Judge<T>.DistanceSquared(point, Centroids + ((nint)cluster * Dimensions), Dimensions);

    /// <summary>One thread's scratch memory.</summary>
    internal abstract class Worker : IDisposable
    {
        /// <summary>Measures points first … first + count − 1, at most <see cref="BlockSize"/>.</summary>
        /// <param name="points">All points.</param>
        /// <param name="first">The first of the block.</param>
        /// <param name="count">How many.</param>
        /// <param name="upcoming">How many points behind these the same thread will take next.</param>
        /// <param name="clusters">The cluster of each of them; −1 for none, and then the distances mean nothing.</param>
        /// <param name="own">Receives the squared distances from their own centroids, and room for <see cref="Padding"/> more.</param>
        /// <param name="other">Receives the least from another, and room for as many.</param>
        public abstract void Measure(in PointView<T> points, int first, int count, int upcoming, int* clusters, double* own, double* other);

        public abstract void Dispose();
    }
}
