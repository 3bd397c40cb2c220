using System.Numerics;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>What all restarts of a fit share: the points, their weights, the fixed point of their sums, and the threads.</summary>
internal sealed unsafe class FitData<T>(PointView<T> points, T* weights, SumScale scale, Crew crew, ICollective collective, long firstPoint, PointFilters<T> filters)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _weights = weights;

    public PointView<T> Points { get; } = points;

    /// <summary>Null where there are none.</summary>
    public T* Weights => _weights;

    public SumScale Scale { get; } = scale;

    public Crew Crew { get; } = crew;

    /// <summary>The processes among which the points are spread.</summary>
    public ICollective Collective { get; } = collective;

    /// <summary>The number of this process's first point among all points.</summary>
    public long FirstPoint { get; } = firstPoint;

    /// <summary>What is made of the points so that passes can skip.</summary>
    public PointFilters<T> Filters { get; } = filters;
}
