using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>The sketches of all points: a <see cref="Projection{T}"/> of each, made once.</summary>
/// <remarks>
/// As a sketch is off by at most κ_s of its own length, half the squared distance of two sketches is at most ½σ²‖x − c‖² + (2κ_s + 3κ_s²)(a² + b²): that factor is
/// <see cref="RowError"/>, which the <see cref="Margin{T}"/> takes up.
/// </remarks>
internal sealed unsafe class Sketch<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int ChunkRows = 96;

    private readonly Projection<T> _projection;
    private readonly AlignedBuffer<T> _rows;

    /// <summary>Makes the sketches.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="basis">μ, σ, Q.</param>
    /// <param name="length">h + 1.</param>
    /// <param name="crew">The threads.</param>
    public Sketch(PointView<T> points, SketchBasis<T> basis, int length, Crew crew)
    {
        _projection = Projection<T>.Of(basis, length);
        _rows = new AlignedBuffer<T>((long)points.Count * length);
        Rows = new PointView<T>(_rows.Pointer, points.Count, length);
        Project(points, _rows.Pointer, crew);
    }

    /// <summary>n × (h + 1).</summary>
    public PointView<T> Rows { get; }

    /// <summary>h + 1.</summary>
    public int Length => _projection.Length;

    /// <summary>σ.</summary>
    public double Scale => _projection.Scale;

    /// <summary>What sketches add to the margin's κ.</summary>
    public double RowError => Margin<T>.RowError(_projection.Error);

    /// <summary>The sketches of other rows: rows × (h + 1).</summary>
    public void Project(PointView<T> rows, T* sketches, Crew crew)
    {
        var projectors = new Projector<T>?[crew.Size];
        crew.Run(rows.Count, ChunkRows, 2.0 * rows.Dimensions * Length, (thread, first, count) =>
            (projectors[thread] ??= _projection.CreateProjector()).Project(rows, first, count, sketches + ((nint)first * Length)));
        foreach (var projector in projectors)
        {
            projector?.Dispose();
        }
    }

    public void Dispose()
    {
        _projection.Dispose();
        _rows.Dispose();
    }
}
