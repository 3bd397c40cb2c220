using System.Numerics;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>What all restarts of a fit share: the points, their weights, the fixed point of their sums, and the threads.</summary>
internal sealed unsafe class FitData<T>(PointView<T> points, T* weights, SumScale scale, Crew crew, PointShare share, PointFilters<T> filters)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _weights = weights;

    public PointView<T> Points { get; } = points;

    /// <summary>Null where there are none.</summary>
    public T* Weights => _weights;

    public SumScale Scale { get; } = scale;

    public Crew Crew { get; } = crew;

    /// <summary>Which of all points they are.</summary>
    public PointShare Share { get; } = share;

    /// <summary>The processes among which the points are spread.</summary>
    public ICollective Collective => Share.Collective;

    /// <summary>What is made of the points so that passes can skip.</summary>
    public PointFilters<T> Filters { get; } = filters;
}
