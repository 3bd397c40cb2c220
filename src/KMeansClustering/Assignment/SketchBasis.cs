using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The directions in which a sample of the points varies most: μ, a power of two σ, and h orthonormal columns, by a few rounds of subspace iteration on the sample's covariance.
/// </summary>
/// <remarks>Any μ, σ and Q give right answers; <see cref="Defect"/> is what the proof needs of Q. They decide how much a sketch sees.</remarks>
internal sealed unsafe class SketchBasis<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most directions.</summary>
    public const int MaxWidth = 127;

    private const int MaxSample = 768;
    private const int Rounds = 2;
    private const int Padding = 16;
    private const double SomeVariance = 0.1;
    private const double MuchVariance = 0.3;

    private readonly AlignedBuffer<T> _sample;
    private readonly AlignedBuffer<T> _columns;
    private readonly AlignedBuffer<T> _mean;
    private readonly int _dimensions;
    private readonly int _width;

    /// <summary>Finds h directions.</summary>
    /// <param name="points">n × d.</param>
    /// <param name="width">h.</param>
    /// <param name="crew">The threads.</param>
    public SketchBasis(PointView<T> points, int width, Crew crew)
    {
        _dimensions = points.Dimensions;
        _width = width;
        SampleSize = Math.Min(points.Count, MaxSample);
        _sample = new AlignedBuffer<T>((long)SampleSize * _dimensions);
        _columns = new AlignedBuffer<T>((long)width * _dimensions);
        _mean = new AlignedBuffer<T>(_dimensions + Padding);
        TakeSample(points);
        var random = new Xoshiro256(0, 0);
        for (var i = 0L; i < _columns.Length; i++)
        {
            _columns.Pointer[i] = T.CreateTruncating(((double)random.Next53() / (1L << 52)) - 1);
        }

        Orthonormalize(crew);
        for (var round = 0; round < Rounds; round++)
        {
            Turn(crew);
            Orthonormalize(crew);
        }

        Defect = MeasureDefect();
        MeasureHeld(crew);
    }

    /// <summary>d.</summary>
    public int Dimensions => _dimensions;

    /// <summary>h.</summary>
    public int Width => _width;

    /// <summary>Whether all directions together leave little enough for sketches to tell points apart.</summary>
    public bool Pays { get; private set; }

    /// <summary>Whether they leave so little that seeding, whose candidates are points and not means, can do with them.</summary>
    public bool HoldsNearlyAll { get; private set; }

    /// <summary>Points in the sample.</summary>
    public int SampleSize { get; }

    /// <summary>μ, readable to a whole vector past its end.</summary>
    public T* Mean => _mean.Pointer;

    /// <summary>σ.</summary>
    public double Scale { get; private set; }

    /// <summary>‖QᵀQ − I‖ (Frobenius) of the columns as they are; a column may be 0 throughout, and is then none.</summary>
    public double Defect { get; }

    /// <summary>A column of Q: d values. The first ones are those in which the sample varies most.</summary>
    public T* Column(int j) => _columns.Pointer + ((nint)j * _dimensions);

    public void Dispose()
    {
        _sample.Dispose();
        _columns.Dispose();
        _mean.Dispose();
    }

    private T* SampleRow(int i) => _sample.Pointer + ((nint)i * _dimensions);

    private Span<T> Span(T* row) => new(row, _dimensions);

    private void TakeSample(PointView<T> points)
    {
        var mean = new double[_dimensions];
        for (var i = 0; i < SampleSize; i++)
        {
            var row = points.RowSpan((int)((long)i * points.Count / SampleSize));
            row.CopyTo(Span(SampleRow(i)));
            for (var p = 0; p < _dimensions; p++)
            {
                mean[p] += double.CreateTruncating(row[p]) / SampleSize;
            }
        }

        TensorPrimitives.ConvertTruncating<double, T>(mean, Span(Mean));
        var largest = 0.0;
        for (var i = 0; i < SampleSize; i++)
        {
            TensorPrimitives.Subtract(Span(SampleRow(i)), Span(Mean), Span(SampleRow(i)));
            largest = Math.Max(largest, double.CreateTruncating(TensorPrimitives.MaxMagnitude<T>(Span(SampleRow(i)))));
        }

        var limit = typeof(T) == typeof(float) ? 100 : 480;
        Scale = PowerOfTwo.ScaleFor(largest, limit);
        TensorPrimitives.Multiply(new Span<T>(_sample.Pointer, (int)_sample.Length), T.CreateTruncating(Scale), new Span<T>(_sample.Pointer, (int)_sample.Length));
    }

    // Q ← XᵀXQ, a column at a time.
    private void Turn(Crew crew) => crew.Run(_width, 1, 2.0 * SampleSize * _dimensions, (_, j, _) =>
    {
        var products = new T[SampleSize];
        for (var i = 0; i < SampleSize; i++)
        {
            products[i] = Dot(SampleRow(i), Column(j), _dimensions);
        }

        Span(Column(j)).Clear();
        for (var i = 0; i < SampleSize; i++)
        {
            AddScaled(SampleRow(i), products[i], Column(j), _dimensions);
        }
    });

    // Of their own, and optimized at once: a package's methods run unoptimized in a process's first fit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T Dot(T* x, T* y, int length)
    {
        Vector<T> even = Vector<T>.Zero, odd = even;
        var p = 0;
        for (; p + (2 * Vector<T>.Count) <= length; p += 2 * Vector<T>.Count)
        {
            even += Vector.Load(x + p) * Vector.Load(y + p);
            odd += Vector.Load(x + p + Vector<T>.Count) * Vector.Load(y + p + Vector<T>.Count);
        }

        var sum = Vector.Sum(even + odd);
        for (; p < length; p++)
        {
            sum += x[p] * y[p];
        }

        return sum;
    }

    // y ← y + factor·x.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddScaled(T* x, T factor, T* y, int length)
    {
        var p = 0;
        for (; p + Vector<T>.Count <= length; p += Vector<T>.Count)
        {
            Vector.Store(Vector.Load(y + p) + (Vector.Load(x + p) * factor), y + p);
        }

        for (; p < length; p++)
        {
            y[p] += factor * x[p];
        }
    }

    // Gram–Schmidt, twice for each column ("twice is enough").
    private void Orthonormalize(Crew crew)
    {
        for (var j = 0; j < _width; j++)
        {
            crew.ThrowIfCancelled();
            var column = Column(j);
            var before = T.Sqrt(Dot(column, column, _dimensions));
            for (var pass = 0; pass < 2; pass++)
            {
                for (var earlier = 0; earlier < j; earlier++)
                {
                    AddScaled(Column(earlier), -Dot(Column(earlier), column, _dimensions), column, _dimensions);
                }
            }

            var norm = T.Sqrt(Dot(column, column, _dimensions));

            // What is left of a column that depends on the earlier ones is noise.
            if (T.IsFinite(norm) && norm > before * T.CreateTruncating(1e-5))
            {
                TensorPrimitives.Divide(Span(column), norm, Span(column));
            }
            else
            {
                Span(column).Clear();
            }
        }
    }

    private void MeasureHeld(Crew crew)
    {
        var held = new double[_width];
        crew.Run(_width, 1, (double)SampleSize * _dimensions, (_, j, _) =>
        {
            for (var i = 0; i < SampleSize; i++)
            {
                var product = double.CreateTruncating(Dot(SampleRow(i), Column(j), _dimensions));
                held[j] += product * product;
            }
        });
        var total = 0.0;
        for (var i = 0; i < SampleSize; i++)
        {
            total += double.CreateTruncating(Dot(SampleRow(i), SampleRow(i), _dimensions));
        }

        Pays = held.Sum() >= (1 - MuchVariance) * total;
        HoldsNearlyAll = held.Sum() >= (1 - SomeVariance) * total;
    }

    private double MeasureDefect()
    {
        var columns = Enumerable.Range(0, _width).Select(j => Array.ConvertAll(Span(Column(j)).ToArray(), double.CreateTruncating)).ToArray();
        var squares = 0.0;
        for (var i = 0; i < _width; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var product = TensorPrimitives.Dot<double>(columns[i], columns[j]);
                var defect = i == j && product != 0 ? product - 1 : product;
                squares += (i == j ? 1 : 2) * defect * defect;
            }
        }

        // The products are off by less than d·2⁻⁵³ each.
        return Math.Sqrt(squares) + (_width * _dimensions * Math.ScaleB(1, -52));
    }
}
