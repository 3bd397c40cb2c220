using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Trees;

namespace KMeansClustering.Seeding;

/// <summary>What every seeding works on: this process's points, and a way to those of the others. Points are called by their numbers among all.</summary>
/// <param name="points">n × d.</param>
/// <param name="weights">n weights, or null for 1 each.</param>
/// <param name="crew">The threads.</param>
/// <param name="labels">Room for n integers; null where k-means‖ is not to be run.</param>
/// <param name="rows">The points' short rows, or null.</param>
/// <param name="tree">Their tree, or null.</param>
/// <param name="share">Which of all points they are; null where they are all.</param>
internal sealed unsafe class SeedingData<T>(
    PointView<T> points, T* weights, Crew crew, int* labels, ShortRows<T>? rows = null, PointTree<T>? tree = null, PointShare? share = null) : IDisposable
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

    /// <summary>Which of all points they are.</summary>
    public PointShare Share { get; } = share ?? PointShare.All(points.Count);

    /// <summary>Scratch for a label of each point.</summary>
    public int* Labels => _labels;

    /// <summary>Room for each point's D²; holds anything at first.</summary>
    public AlignedBuffer<double> Distances => _distances ??= new AlignedBuffer<double>(Points.Count + Padding, clears: false);

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

    /// <summary>Copies points of any process into rows.</summary>
    public void Fetch(ReadOnlySpan<long> all, T* rows)
    {
        var dimensions = Points.Dimensions;
        for (var i = 0; i < all.Length; i++)
        {
            var row = new Span<T>(rows + ((nint)i * dimensions), dimensions);
            if (Share.Own(all[i]) is { } own)
            {
                Points.RowSpan(own).CopyTo(row);
            }
            else
            {
                row.Fill(T.NegativeInfinity);
            }
        }

        if (Share.Collective.Size > 1)
        {
            // All processes but one have −∞.
            var values = new double[all.Length * dimensions];
            TensorPrimitives.ConvertTruncating(new ReadOnlySpan<T>(rows, values.Length), values);
            Share.Collective.Max(values);
            TensorPrimitives.ConvertTruncating<double, T>(values, new Span<T>(rows, values.Length));
        }
    }

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

    /// <summary>Fills up the points that were taken with the lowest that were not, until there are k, and copies all.</summary>
    public void FetchFilledUp(List<long> taken, T* centroids, int clusters)
    {
        var used = taken.ToHashSet();
        for (var point = 0L; taken.Count < clusters; point++)
        {
            if (used.Add(point))
            {
                taken.Add(point);
            }
        }

        Fetch(CollectionsMarshal.AsSpan(taken), centroids);
    }
}
