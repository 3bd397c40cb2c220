using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>One thread of a <see cref="Projection{T}"/>.</summary>
internal abstract unsafe class Projector<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes the sketches of some points: count × (h + 1).</summary>
    public abstract void Project(PointView<T> points, int first, int count, T* sketches);

    public abstract void Dispose();
}
