using System.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// One pass over the points, again and again for the centroids of each iteration: each point gets the label of its nearest centroid, and where that is a new one, the clusters' sums follow. However
/// it is done, the labels are the <see cref="Judge{T}"/>'s.
/// </summary>
internal abstract unsafe class AssignmentPass<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What it does.</summary>
    public abstract KMeansAlgorithm Algorithm { get; }

    /// <summary>Labels every point anew; gives how many labels changed. A label of −1 is none yet.</summary>
    /// <param name="centroids">k × d.</param>
    /// <param name="labels">n labels, in and out: those of the last pass, but for the points that were forgotten since.</param>
    /// <param name="work">What it took.</param>
    public abstract int Run(T* centroids, int* labels, out PassWork work);

    /// <summary>A point's label was changed from outside.</summary>
    public virtual void Forget(int point)
    {
    }

    public abstract void Dispose();
}
