using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>One thread of a <see cref="TreePass{T}"/>.</summary>
internal abstract unsafe class TreeWorker<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For the vectors of this machine.</summary>
    public static TreeWorker<T> Of(TreePass<T> pass)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new VectorTreeWorker<T, Vector512<double>, Simd512<double>>(pass);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new VectorTreeWorker<T, Vector256<double>, Simd256<double>>(pass);
        }

        return Vector128.IsHardwareAccelerated
            ? new VectorTreeWorker<T, Vector128<double>, Simd128<double>>(pass)
            : new VectorTreeWorker<T, double, SimdScalar<double>>(pass);
    }

    /// <summary>Walks the upper part of the tree.</summary>
    /// <param name="candidates">The centroids, ascending.</param>
    /// <param name="mostPoints">Nodes of at most so many points are left for later.</param>
    /// <param name="units">Receives them, and the centroids that may be nearest to some of their points.</param>
    public abstract void Walk(int[] candidates, int mostPoints, List<(int Node, int[] Candidates)> units);

    /// <summary>Walks a unit and labels its points.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="records">Whether it is to remember what is found.</param>
    public abstract void Walk(TreeUnit unit, bool records);

    /// <summary>Labels the points of a unit whose last walk still holds.</summary>
    public abstract void Revisit(TreeUnit unit);

    /// <summary>Gives how many labels changed, and what it took; the sums go to the totals.</summary>
    public abstract int HandIn(ref PassWork work);

    public abstract void Dispose();
}
