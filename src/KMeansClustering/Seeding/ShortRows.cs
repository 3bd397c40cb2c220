using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// The points in 16 bits a value: y = step·q, q whole numbers up to 2¹⁵ − 1, a step for each point; of the centred and scaled points themselves, or of their sketches where they have many dimensions.
/// In blocks of points, value by value, so that a lane can be a point.
/// </summary>
/// <remarks>
/// Each value is within half a step, and the step is the largest value / 32,767, so y is within ε‖x‖ of x, ε = √L/65,534 and some roundings. The distance of such rows is therefore below the real
/// one but for 2ε + 3ε² as in <see cref="Sketch{T}"/>, whose own error is added.
/// </remarks>
internal sealed unsafe class ShortRows<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Points in a block: what the widest vectors take two at a time.</summary>
    public const int Block = 32;

    private const int MaxStep = short.MaxValue;
    private const int ChunkRows = 1 << 8;

    private readonly AlignedBuffer<short> _values;
    private readonly AlignedBuffer<float> _steps;
    private readonly AlignedBuffer<float> _norms;
    private readonly PointView<T> _points;
    private readonly Projection<T>? _projection;
    private readonly Projector<T>?[] _projectors;
    private readonly AlignedBuffer<T>?[] _rows;
    private readonly Centre<T>? _centre;

    /// <summary>Makes the rows.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="basis">μ, σ and Q where the points are to be reduced to sketches; null where they are kept whole.</param>
    /// <param name="crew">The threads.</param>
    public ShortRows(PointView<T> points, SketchBasis<T>? basis, Crew crew)
    {
        _points = points;
        if (basis is null)
        {
            _centre = new Centre<T>(points, crew);
            Length = points.Dimensions;
            Scale = _centre.Scale;
        }
        else
        {
            Length = basis.Width + 1;
            _projection = Projection<T>.Of(basis, Length);
            Scale = basis.Scale;
        }

        _projectors = new Projector<T>?[crew.Size];
        _rows = new AlignedBuffer<T>?[crew.Size];
        PaddedCount = (points.Count + Block - 1) / Block * Block;
        _values = new AlignedBuffer<short>((long)PaddedCount * Length);
        _steps = new AlignedBuffer<float>(PaddedCount);
        _norms = new AlignedBuffer<float>(PaddedCount);
        var error = (Math.Sqrt(Length) / (2 * MaxStep)) + (8.0 / (1 << 24)) + (_projection?.Error ?? 0);
        error /= 1 - Math.Min(error, 0.5);
        RowError = Margin<T>.RowError(error);
        crew.Run(points.Count, ChunkRows, 8.0 * points.Dimensions, (thread, first, count) => MakeRows(thread, first, count));
    }

    /// <summary>L.</summary>
    public int Length { get; }

    /// <summary>σ.</summary>
    public double Scale { get; }

    /// <summary>What such rows add to the margin's κ.</summary>
    public double RowError { get; }

    /// <summary>n, in whole blocks.</summary>
    public int PaddedCount { get; }

    /// <summary>The step of each point.</summary>
    public float* Steps => _steps.Pointer;

    public double Norm(int point) => _norms.Pointer[point];

    /// <summary>The first values of a block; the second ones come <see cref="Block"/> later.</summary>
    public short* At(int firstOfBlock) => _values.Pointer + ((nint)firstOfBlock * Length);

    /// <summary>The rows of other points, not in 16 bits.</summary>
    public void Project(T* source, int count, T* rows) => Reduce(0, new PointView<T>(source, count, _points.Dimensions), 0, count, rows);

    public void Dispose()
    {
        _values.Dispose();
        _steps.Dispose();
        _norms.Dispose();
        _centre?.Dispose();
        _projection?.Dispose();
        foreach (var projector in _projectors)
        {
            projector?.Dispose();
        }

        foreach (var rows in _rows)
        {
            rows?.Dispose();
        }
    }

    private void MakeRows(int thread, int first, int count)
    {
        var rows = _rows[thread] ??= new AlignedBuffer<T>((long)ChunkRows * Length);
        Reduce(thread, _points, first, count, rows.Pointer);
        for (var i = 0; i < count; i++)
        {
            MakeRow(new ReadOnlySpan<T>(rows.Pointer + ((nint)i * Length), Length), first + i);
        }
    }

    private void MakeRow(ReadOnlySpan<T> row, int point)
    {
        var largest = double.CreateTruncating(TensorPrimitives.MaxMagnitude(row));
        var step = (float)(largest / MaxStep);
        if (!float.IsNormal(step) || step > 1e15f)
        {
            // Nothing to scale; or too large or small, and then left to the judge.
            _norms.Pointer[point] = largest == 0 ? 0 : float.PositiveInfinity;
            return;
        }

        var first = point / Block * Block;
        var value = At(first) + (point - first);
        var inverse = 1.0 / step;
        var squares = 0L;
        foreach (var x in row)
        {
            // A rounded step may be a little small for the largest.
            var q = (short)Math.Clamp((int)Math.Round(double.CreateTruncating(x) * inverse), -MaxStep, MaxStep);
            *value = q;
            value += Block;
            squares += q * q;
        }

        _steps.Pointer[point] = step;
        _norms.Pointer[point] = MathF.BitDecrement((float)((double)step * step * squares));
    }

    private void Reduce(int thread, PointView<T> points, int first, int count, T* rows)
    {
        if (_projection is not null)
        {
            (_projectors[thread] ??= _projection.CreateProjector()).Project(points, first, count, rows);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var row = new Span<T>(rows + ((nint)i * Length), Length);
            TensorPrimitives.Subtract(points.RowSpan(first + i), new ReadOnlySpan<T>(_centre!.Mean, Length), row);
            TensorPrimitives.Multiply(row, T.CreateTruncating(Scale), row);
        }
    }
}
