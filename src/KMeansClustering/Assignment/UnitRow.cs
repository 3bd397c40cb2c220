using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The direction of a row, x̂ = x/‖x‖, as <see cref="KMeansMetric.Cosine"/> compares points. In double: the row is scaled by a power of two that brings its largest magnitude to between 1 and 2, so that
/// no square overflows, and none that matters underflows (those of floats, and of their means, do neither, and the scale is 1); its squared length S is summed in the order of the <see cref="Judge{T}"/>; each value is divided by √S, and rounded once to T. For one thread.
/// </summary>
/// <remarks>
/// Where S is a power of four to within <see cref="Tolerance"/>, that power's root stands for √S, and the row is only scaled. So a row of length 1 to within rounding is taken as it is; a row and its
/// multiples by powers of two have one direction, bit for bit; and a direction is its own: S of x̂ is off by less than 2v + (d + 4)·2⁻⁵², v = 2⁻²⁴ for float, 0 for double, which is below the tolerance.
/// </remarks>
internal abstract unsafe class UnitRow<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostLanes = 8;
    private const int MostScale = 1023;

    private readonly int _dimensions;
    private readonly double _tolerance;
    private readonly AlignedBuffer<double> _rows;
    private readonly double* _zeros;

    // The row, padded to whole vectors, and one of zeros.
    private UnitRow(int dimensions)
    {
        _dimensions = dimensions;
        _tolerance = Tolerance(dimensions);
        var padded = ((long)dimensions + MostLanes - 1) / MostLanes * MostLanes;
        _rows = new AlignedBuffer<double>(2 * padded);
        _zeros = _rows.Pointer + padded;
    }

    /// <summary>The row in double, d values: for whoever has it in double, to be followed by <see cref="TryNormalise(T*)"/>, which overwrites it.</summary>
    public double* Values => _rows.Pointer;

    /// <summary>For the vectors of this machine.</summary>
    public static UnitRow<T> Create(int dimensions)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new OfWidth<Vector512<double>, Simd512<double>>(dimensions);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new OfWidth<Vector256<double>, Simd256<double>>(dimensions);
        }

        return Vector128.IsHardwareAccelerated
            ? new OfWidth<Vector128<double>, Simd128<double>>(dimensions)
            : new OfWidth<double, SimdScalar<double>>(dimensions);
    }

    /// <summary>
    /// How far from 1 the squared length of a row may be for the row to be taken as it is. For float 2⁻²⁰: wider than its own rounding, for rows that were normalised elsewhere in float. For double
    /// (d + 8)·2⁻⁵², which is what that takes in any order of addition.
    /// </summary>
    public static double Tolerance(int dimensions) => typeof(T) == typeof(float) ? 1.0 / (1 << 20) : (dimensions + 8.0) / (1L << 52);

    /// <summary>Normalises rows in place. Gives the first that has no direction, being all zeros, where it stops; −1 if all have one.</summary>
    public static int Normalise(Span<T> rows, int dimensions)
    {
        using var unit = Create(dimensions);
        fixed (T* first = rows)
        {
            for (var row = 0; row < rows.Length / dimensions; row++)
            {
                var x = first + ((nint)row * dimensions);
                if (!unit.TryNormalise(x, x))
                {
                    return row;
                }
            }
        }

        return -1;
    }

    /// <summary>The first row that is not of length 1, or −1.</summary>
    public static int FirstNotUnit(ReadOnlySpan<T> rows, int dimensions)
    {
        using var unit = Create(dimensions);
        fixed (T* first = rows)
        {
            for (var row = 0; row < rows.Length / dimensions; row++)
            {
                if (!unit.IsUnit(first + ((nint)row * dimensions)))
                {
                    return row;
                }
            }
        }

        return -1;
    }

    /// <summary>Whether a row is its own direction. One with a value that is not finite counts as such.</summary>
    public bool IsUnit(T* x)
    {
        Load(x);
        return Length(out var scale) == scale;
    }

    /// <summary>Writes a row's direction, which may take the row's own place; false if it has none, being all zeros. A value that is not finite stays in its column.</summary>
    public bool TryNormalise(T* x, T* unit)
    {
        Load(x);
        return TryNormalise(unit);
    }

    /// <summary>Writes the direction of the row in <see cref="Values"/>, without negative zeros; false if it has none.</summary>
    public bool TryNormalise(T* unit)
    {
        var length = Length(out _);
        if (length == 0)
        {
            return false;
        }

        Divide(length, unit);
        return true;
    }

    public void Dispose() => _rows.Dispose();

    protected abstract void Load(T* x);

    protected abstract double LargestMagnitude();

    protected abstract void Multiply(double scale);

    protected abstract void Divide(double length, T* unit);

    // Scales the row, and gives the length it then has. A row of length 1 is scaled by 1 or more, so that none of its values loses a bit. A maximum may lose NaN; the sum of squares does not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private double Length(out double scale)
    {
        scale = 1;
        if (typeof(T) == typeof(double) && LargestMagnitude() is > 0 and < double.PositiveInfinity and var largest)
        {
            scale = Math.ScaleB(1, Math.Min(-Math.ILogB(largest), MostScale));
            Multiply(scale);
        }

        var squares = Judge<double>.DistanceSquared(Values, _zeros, _dimensions);
        if (squares == 0 || !double.IsFinite(squares))
        {
            return squares == 0 ? 0 : scale;
        }

        // 2^exponent is the power of two nearest to S, if one is near at all.
        var exponent = Math.ILogB(1.25 * squares);
        var isPowerOfFour = exponent % 2 == 0 && Math.Abs(Math.ScaleB(squares, -exponent) - 1) <= _tolerance;
        return isPowerOfFour ? Math.ScaleB(1, exponent / 2) : Math.Sqrt(squares);
    }

    /// <summary>For vectors of one width.</summary>
    internal sealed class OfWidth<TVector, TSimd>(int dimensions) : UnitRow<T>(dimensions)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        protected override void Load(T* x)
        {
            var values = Values;
            var p = 0;
            for (; p <= _dimensions - TSimd.Count; p += TSimd.Count)
            {
                TSimd.Store(typeof(T) == typeof(float) ? TSimd.LoadWidened((float*)x + p) : TSimd.Load((double*)x + p), values + p);
            }

            for (; p < _dimensions; p++)
            {
                values[p] = typeof(T) == typeof(float) ? ((float*)x)[p] : ((double*)x)[p];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        protected override double LargestMagnitude()
        {
            var values = Values;
            var zero = TSimd.Create(0);
            var least = zero;
            for (var p = 0; p < _dimensions; p += TSimd.Count)
            {
                var value = TSimd.Load(values + p);
                least = TSimd.Min(least, TSimd.Min(value, TSimd.Subtract(zero, value)));
            }

            return -TSimd.MinAcross(least);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        protected override void Multiply(double scale)
        {
            var values = Values;
            var factor = TSimd.Create(scale);
            for (var p = 0; p < _dimensions; p += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(values + p), factor), values + p);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        protected override void Divide(double length, T* unit)
        {
            var values = Values;
            var zero = TSimd.Create(0);
            var divisor = TSimd.Create(length);
            var p = 0;
            for (; p <= _dimensions - TSimd.Count; p += TSimd.Count)
            {
                var quotient = TSimd.Divide(TSimd.Load(values + p), divisor);
                if (typeof(T) == typeof(float))
                {
                    TSimd.StoreNarrowed(quotient, (float*)unit + p);
                }
                else
                {
                    TSimd.Store(TSimd.Add(quotient, zero), (double*)unit + p);
                }
            }

            for (; p < _dimensions; p++)
            {
                unit[p] = T.CreateTruncating(values[p] / length) + T.Zero;
            }
        }
    }
}
