using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>What every seeding works on.</summary>
/// <param name="points">n × d.</param>
/// <param name="weights">n weights, or null for 1 each.</param>
/// <param name="crew">The threads.</param>
internal sealed unsafe class SeedingData<T>(PointView<T> points, T* weights, Crew crew)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _weights = weights;

    public PointView<T> Points { get; } = points;

    public T* Weights => _weights;

    public Crew Crew { get; } = crew;

    /// <summary>Whether points have weights; else each counts as 1.</summary>
    public bool Weighted => _weights != null;

    public double Weight(int point) => _weights == null ? 1 : double.CreateTruncating(_weights[point]);

    /// <summary>Copies a point into a row of the centroids.</summary>
    public void Copy(int point, T* centroids, int row) =>
        Points.RowSpan(point).CopyTo(new Span<T>(centroids + ((nint)row * Points.Dimensions), Points.Dimensions));

    /// <summary>Fills the rows from <paramref name="from"/> to the last with the lowest points not yet taken.</summary>
    public void FillUp(T* centroids, int from, int clusters, IEnumerable<int> taken)
    {
        var used = taken.ToHashSet();
        for (var point = 0; from < clusters; point++)
        {
            if (used.Add(point))
            {
                Copy(point, centroids, from++);
            }
        }
    }
}
