using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Trees;

namespace KMeansClustering.Seeding;

/// <summary>What every seeding works on.</summary>
/// <param name="points">n × d.</param>
/// <param name="weights">n weights, or null for 1 each.</param>
/// <param name="crew">The threads.</param>
/// <param name="labels">Room for n integers; null where k-means‖ is not to be run.</param>
/// <param name="budget">What may go to memory that only saves time.</param>
/// <param name="rows">The points' short rows, or null.</param>
/// <param name="tree">Their tree, or null.</param>
internal sealed unsafe class SeedingData<T>(PointView<T> points, T* weights, Crew crew, int* labels, MemoryBudget budget, ShortRows<T>? rows = null, PointTree<T>? tree = null) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _weights = weights;
    private readonly int* _labels = labels;
    // Vectors of distances are read whole, past the last one.
    private const int Padding = 8;

    private AlignedBuffer<double>? _distances;

    public PointView<T> Points { get; } = points;

    public T* Weights => _weights;

    public Crew Crew { get; } = crew;

    /// <summary>Scratch for a label of each point.</summary>
    public int* Labels => _labels;

    /// <summary>Room for each point's D²; holds anything at first.</summary>
    public AlignedBuffer<double> Distances => _distances ??= new AlignedBuffer<double>(Points.Count + Padding, clears: false);

    public MemoryBudget Budget { get; } = budget;

    /// <summary>The points' tree, or null.</summary>
    public PointTree<T>? Tree => tree;

    /// <summary>The points' short rows, or null.</summary>
    public ShortRows<T>? Rows => rows;

    /// <summary>Whether points have weights; else each counts as 1.</summary>
    public bool Weighted => _weights != null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Weight(int point) => _weights == null ? 1 : double.CreateTruncating(_weights[point]);

    /// <summary>The weights of points that follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void ReadWeights(int first, Span<double> weights)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Weight(first + i);
        }
    }

    /// <summary>Copies a point into a row of the centroids.</summary>
    public void Copy(int point, T* centroids, int row) =>
        Points.RowSpan(point).CopyTo(new Span<T>(centroids + ((nint)row * Points.Dimensions), Points.Dimensions));

    /// <summary>Labels all points with the nearest of some centroids.</summary>
    public void AssignToNearest(T* centroids, int count)
    {
        new Span<int>(Labels, Points.Count).Fill(-1);
        using AssignmentPass<T> pass = tree is null
            ? new SearchPass<T>(Points, null, count, null, Crew)
            : new TreePass<T>(tree, Points, null, count, null, Crew);
        pass.Run(centroids, Labels, out _);
    }

    public void Dispose() => Free();

    /// <summary>Gives the memory back that a seeding took; the next one takes it again.</summary>
    public void Free()
    {
        _distances?.Dispose();
        _distances = null;
    }

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
