using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>The short form, made with some width of vectors.</summary>
internal sealed unsafe class VectorShortForm<T, TVector, TSimd> : ShortForm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    private const double Ulp = 1.0 / (1 << 24);

    // The root of 2³¹, with room for half a unit in each value.
    private const double LargestLength = 46_000;

    // Steps between these neither underflow nor overflow in a square or a product.
    private const float LeastStep = 1e-15f;
    private const float GreatestStep = 1e10f;

    private readonly Projection<T>? _projection;
    private readonly Centre<T>? _centre;
    private readonly AlignedBuffer<float> _mean;

    public VectorShortForm(PointView<T> points, SketchBasis<T>? basis, Crew crew)
    {
        Dimensions = points.Dimensions;
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
            RowError = Margin<T>.RowError(_projection.Error);
        }

        // Floats are centred on their way into the registers.
        _mean = new AlignedBuffer<float>(Padded);
        if (typeof(T) == typeof(float) && _centre is not null)
        {
            new Span<float>((float*)_centre.Mean, Length).CopyTo(new Span<float>(_mean.Pointer, Length));
        }
    }

    public override int Length { get; }

    public override int Dimensions { get; }

    public override double Scale { get; }

    public override bool IsSketch => _projection is not null;

    public override double RowError { get; }

    private int Padded => (Length + TSimd.Count - 1) / TSimd.Count * TSimd.Count;

    public override double WorkPerRow => 4.0 * Dimensions * (IsSketch ? Length : 1);

    public override ShortFormer<T> CreateFormer() => new Former(this);

    public override void Dispose()
    {
        _projection?.Dispose();
        _centre?.Dispose();
        _mean.Dispose();
    }

    /// <summary>One thread's scratch memory.</summary>
    private sealed class Former : ShortFormer<T>
    {
        private readonly VectorShortForm<T, TVector, TSimd> _form;
        private readonly Projector<T>? _projector;
        private readonly AlignedBuffer<T> _reduced;
        private readonly AlignedBuffer<float> _row;
        private readonly AlignedBuffer<short> _last = new(TSimd.Count);

        public Former(VectorShortForm<T, TVector, TSimd> form)
        {
            _form = form;
            _projector = form._projection?.CreateProjector();
            _reduced = new AlignedBuffer<T>((long)(form.IsSketch ? MaxRows : 1) * form.Length);
            _row = new AlignedBuffer<float>(form.Padded);
        }

        public override void Make(PointView<T> source, int first, int count, short* rows, float* steps, float* norms)
        {
            var length = _form.Length;
            _projector?.Project(source, first, count, _reduced.Pointer);
            for (var i = 0; i < count; i++)
            {
                var values = _projector is null ? source.Row(first + i) : _reduced.Pointer + ((nint)i * length);
                if (typeof(T) == typeof(float))
                {
                    Load((float*)values, length, _form._mean.Pointer, _form.IsSketch ? 1 : (float)_form.Scale, _row.Pointer);
                }
                else
                {
                    Narrow(new ReadOnlySpan<T>(values, length), _reduced.Pointer);
                }

                Error = Math.Max(Error, Cut(_row.Pointer, length, rows + ((nint)i * _form.Stride), out steps[i], out norms[i]));
            }
        }

        public override void Dispose()
        {
            _projector?.Dispose();
            _reduced.Dispose();
            _row.Dispose();
            _last.Dispose();
        }

        // (x − μ)·σ, and zeros past the last value.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Load(float* x, int length, float* mean, float scale, float* row)
        {
            var factor = TSimd.Create(scale);
            var p = 0;
            for (; p + TSimd.Count <= length; p += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + p), TSimd.Load(mean + p)), factor), row + p);
            }

            for (; p < length; p++)
            {
                row[p] = (x[p] - mean[p]) * scale;
            }
        }

        // A number too large for a float becomes infinite, and the row the judge's.
        private void Narrow(ReadOnlySpan<T> values, T* scratch)
        {
            if (!_form.IsSketch)
            {
                var row = new Span<T>(scratch, values.Length);
                TensorPrimitives.Subtract(values, new ReadOnlySpan<T>(_form._centre!.Mean, values.Length), row);
                TensorPrimitives.Multiply(row, T.CreateTruncating(_form.Scale), row);
                values = row;
            }

            TensorPrimitives.ConvertTruncating(values, new Span<float>(_row.Pointer, values.Length));
        }

        // The step is the least that keeps the invariants, rounded up.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private double Cut(float* row, int length, short* cut, out float step, out float norm)
        {
            TVector squares = TSimd.Create(0), least = squares;
            for (var p = 0; p < length; p += TSimd.Count)
            {
                var value = TSimd.Load(row + p);
                squares = TSimd.MultiplyAdd(value, value, squares);
                least = TSimd.Min(least, TSimd.Min(value, TSimd.Subtract(TSimd.Create(0), value)));
            }

            norm = TSimd.SumAcross(squares);
            var rounding = 1 + ((length + 16) * 2 * Ulp);
            step = MathF.BitIncrement((float)Math.Max(-TSimd.MinAcross(least) / short.MaxValue, Math.Sqrt(norm) * rounding / LargestLength));
            if (!(step is >= LeastStep and <= GreatestStep) || !float.IsFinite(norm))
            {
                // Nothing but zeros; or too large or small, and then left to the judge.
                norm = norm == 0 && TSimd.MinAcross(least) == 0 ? 0 : float.PositiveInfinity;
                step = 0;
                return 0;
            }

            var inverse = TSimd.Create(1 / step);
            var minusStep = TSimd.Create(-step);
            var missed = TSimd.Create(0);
            for (var p = 0; p < length; p += TSimd.Count)
            {
                var value = TSimd.Load(row + p);
                var whole = TSimd.Round(TSimd.Multiply(value, inverse));
                var rest = TSimd.MultiplyAdd(whole, minusStep, value);
                missed = TSimd.MultiplyAdd(rest, rest, missed);
                if (p + TSimd.Count <= length)
                {
                    TSimd.StoreInt16(whole, cut + p);
                }
                else
                {
                    TSimd.StoreInt16(whole, _last.Pointer);
                    for (var i = p; i < length; i++)
                    {
                        cut[i] = _last.Pointer[i - p];
                    }
                }
            }

            // A rest is rounded by less than 2u of its value.
            return (Math.Sqrt(TSimd.SumAcross(missed) / norm) * rounding) + (3 * Ulp);
        }
    }
}
