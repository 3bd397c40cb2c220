using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// Finds each point's nearest centroid as the <see cref="Judge{T}"/> would, but faster: a filter discards the centroids that provably cannot win.
/// Shared by the threads of a pass, each with a <see cref="Worker"/> of its own.
/// </summary>
internal abstract unsafe class NearestSearch<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most points a <see cref="Worker"/> takes at once: about a millisecond of work, and little enough to stay in the cache.</summary>
    public abstract int BlockSize { get; }

    /// <summary>The plain search for k centroids of d dimensions, with the vectors of this machine.</summary>
    public static NearestSearch<T> Create(int clusters, int dimensions)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Create<Vector512<T>, Simd512<T>>(clusters, dimensions);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return Create<Vector256<T>, Simd256<T>>(clusters, dimensions);
        }

        return Vector128.IsHardwareAccelerated
            ? Create<Vector128<T>, Simd128<T>>(clusters, dimensions)
            : Create<T, SimdScalar<T>>(clusters, dimensions);
    }

    /// <summary>Takes the centroids of the next pass: k × d, to stay where they are until it ends.</summary>
    public abstract void Prepare(T* centroids, Crew crew);

    /// <summary>A point's label was changed from outside: whatever is remembered of it holds no longer.</summary>
    public virtual void Forget(int point)
    {
    }

    public abstract Worker CreateWorker();

    public abstract void Dispose();

    /// <summary>The plain search for k centroids over the points' short rows.</summary>
    public static NearestSearch<T> Short(ShortRows<T> rows, int clusters)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new ShortSearch<T, Vector512<float>, Simd512<float>>(rows, clusters);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new ShortSearch<T, Vector256<float>, Simd256<float>>(rows, clusters);
        }

        return Vector128.IsHardwareAccelerated
            ? new ShortSearch<T, Vector128<float>, Simd128<float>>(rows, clusters)
            : new ShortSearch<T, float, SimdScalar<float>>(rows, clusters);
    }

    /// <summary>The search that remembers, for k centroids over the points' short rows, with at most so many groups.</summary>
    public static NearestSearch<T> Remembering(ShortRows<T> rows, int clusters, int groups)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new BoundedSearch<T, Vector512<float>, Simd512<float>>(rows, clusters, groups);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new BoundedSearch<T, Vector256<float>, Simd256<float>>(rows, clusters, groups);
        }

        return Vector128.IsHardwareAccelerated
            ? new BoundedSearch<T, Vector128<float>, Simd128<float>>(rows, clusters, groups)
            : new BoundedSearch<T, float, SimdScalar<float>>(rows, clusters, groups);
    }

    /// <summary>The search between two centroids, for n points of d values.</summary>
    public static NearestSearch<T> Pair(int count, int dimensions)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new PairSearch<T, Vector512<T>, Simd512<T>>(count, dimensions);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new PairSearch<T, Vector256<T>, Simd256<T>>(count, dimensions);
        }

        return Vector128.IsHardwareAccelerated
            ? new PairSearch<T, Vector128<T>, Simd128<T>>(count, dimensions)
            : new PairSearch<T, T, SimdScalar<T>>(count, dimensions);
    }

    private static NearestSearch<T> Create<TVector, TSimd>(int clusters, int dimensions)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, T> => dimensions <= LaneSearch<T, TVector, TSimd>.MaxDimensions
            ? new LaneSearch<T, TVector, TSimd>(clusters, dimensions)
            : new TileSearch<T, TVector, TSimd>(clusters, dimensions);

    /// <summary>One thread's scratch memory and counters.</summary>
    internal abstract class Worker : IDisposable
    {
        /// <summary>What was done since it was last cleared.</summary>
#pragma warning disable CA1051, SA1401 // A property would hand out a copy.
        public PassWork Work;
#pragma warning restore CA1051, SA1401

        /// <summary>nearest[i] = the label of point first + i, for at most <see cref="BlockSize"/> points.</summary>
        /// <param name="points">All points.</param>
        /// <param name="first">The first of the block.</param>
        /// <param name="count">How many.</param>
        /// <param name="upcoming">How many points behind these the same thread will take next: they may be fetched from memory meanwhile.</param>
        /// <param name="nearest">The labels of the last pass, −1 for none; receives the new ones.</param>
        public abstract void FindNearest(in PointView<T> points, int first, int count, int upcoming, int* nearest);

        public abstract void Dispose();

        /// <summary>Lets the judge compare a centroid that was not discarded with the nearest so far. The lowest wins a tie, in whatever order they come.</summary>
        protected void Compare(T* x, T* centroids, int dimensions, int candidate, ref int nearest, ref double least)
        {
            var distance = Judge<T>.DistanceSquared(x, centroids + ((nint)candidate * dimensions), dimensions);
            Work.ExactDistances++;
            if (distance < least || (distance == least && candidate < nearest))
            {
                least = distance;
                nearest = candidate;
            }
        }
    }
}
