using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>
/// One thread's exact sums of columns: of the values, or of their squared distances from a centre. Short rows that lie side by side are taken several at a time, as one wide row, whose columns have
/// sums of their own until they are handed in.
/// </summary>
/// <remarks>
/// A value is cut in limbs as a <see cref="SumScale"/> says. Limbs are whole numbers of at most 41 bits, so at most <see cref="MaxRows"/> of them are added in double without rounding, and in
/// any order; then they go to integers.
/// </remarks>
internal abstract unsafe class ColumnSums<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most rows whose limbs a double adds up: 2¹¹·2⁴¹ &lt; 2⁵³.</summary>
    public const int MaxRows = 1 << 11;

    private const int Padding = 8;

    private readonly AlignedBuffer<T> _row;
    private readonly AlignedBuffer<double> _rowCentre;
    private readonly Int128[] _totals;
    private int _pending;

    private ColumnSums(SumScale scale, double[]? centre)
    {
        Scale = scale;
        Columns = scale.Factors.Length;
        Stride = (Columns + Padding - 1) / Padding * Padding;
        Squares = centre is not null;
        Sums = new AlignedBuffer<double>((long)Stride * scale.Limbs);
        Factors = Copy(scale.Factors);
        SmallFactors = Copy(scale.SmallFactors);
        Centre = Copy(centre ?? []);
        _row = new AlignedBuffer<T>(Stride);
        _rowCentre = new AlignedBuffer<double>(Stride);
        _totals = new Int128[Columns * scale.Limbs];
    }

    protected SumScale Scale { get; }

    /// <summary>Columns of a wide row.</summary>
    protected int Columns { get; }

    /// <summary>From one limb's sums to the next's.</summary>
    protected int Stride { get; }

    /// <summary>Whether squared distances are added up, not values.</summary>
    protected bool Squares { get; }

    protected abstract int Lanes { get; }

    /// <summary>Limbs × stride.</summary>
    protected AlignedBuffer<double> Sums { get; }

    protected AlignedBuffer<double> Factors { get; }

    protected AlignedBuffer<double> SmallFactors { get; }

    private AlignedBuffer<double> Centre { get; }

    /// <summary>For the vectors of this machine.</summary>
    /// <param name="scale">The fixed point of each column of a wide row.</param>
    /// <param name="centre">From where squared distances are measured, for each column; null for the values themselves.</param>
    public static ColumnSums<T> Of(SumScale scale, double[]? centre)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new VectorSums<Vector512<double>, Simd512<double>>(scale, centre);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new VectorSums<Vector256<double>, Simd256<double>>(scale, centre);
        }

        return Vector128.IsHardwareAccelerated
            ? new VectorSums<Vector128<double>, Simd128<double>>(scale, centre)
            : new VectorSums<double, SimdScalar<double>>(scale, centre);
    }

    /// <summary>Adds some rows: at most <see cref="MaxRows"/> wide ones.</summary>
    public void Add(PointView<T> points, int first, int count)
    {
        // The last vector of a row reaches past it, into sums that nobody reads; where that may not be read, and where rows do not fill a wide one, they are copied first.
        var rowsPerWide = points.RowsPerWide;
        var readable = Columns % Lanes == 0 ? count : Math.Min(count, points.ReadablePast(first, Lanes));
        var whole = readable / rowsPerWide;
        AddRows(points.Row(first), rowsPerWide * points.Stride, whole, Centre.Pointer);
        for (var i = whole * rowsPerWide; i < count; i += rowsPerWide)
        {
            AddCopied(points.Values(first + i, Math.Min(rowsPerWide, count - i)));
        }
    }

    /// <summary>Adds all that has come to some sums: d × limbs.</summary>
    public void HandIn(Span<Int128> sums)
    {
        Flush();
        for (var i = 0; i < _totals.Length; i++)
        {
            sums[i % sums.Length] += _totals[i];
        }
    }

    public void Dispose()
    {
        Sums.Dispose();
        Factors.Dispose();
        SmallFactors.Dispose();
        Centre.Dispose();
        _row.Dispose();
        _rowCentre.Dispose();
    }

    protected abstract void AddWide(T* x, nint stride, int rows, double* centre);

    private void AddRows(T* x, nint stride, int rows, double* centre)
    {
        if (_pending + rows > MaxRows)
        {
            Flush();
        }

        AddWide(x, stride, rows, centre);
        _pending += rows;
    }

    // What is missing of a wide row is 0, and so is its centre.
    private void AddCopied(ReadOnlySpan<T> values)
    {
        _row.Clear();
        _rowCentre.Clear();
        values.CopyTo(new Span<T>(_row.Pointer, values.Length));
        new ReadOnlySpan<double>(Centre.Pointer, values.Length).CopyTo(new Span<double>(_rowCentre.Pointer, values.Length));
        AddRows(_row.Pointer, 0, 1, _rowCentre.Pointer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Flush()
    {
        for (var limb = 0; limb < Scale.Limbs; limb++)
        {
            for (var p = 0; p < Columns; p++)
            {
                _totals[(p * Scale.Limbs) + limb] += (long)Sums.Pointer[(limb * Stride) + p];
            }
        }

        Sums.Clear();
        _pending = 0;
    }

    private AlignedBuffer<double> Copy(double[] values)
    {
        var buffer = new AlignedBuffer<double>(Stride);
        values.CopyTo(new Span<double>(buffer.Pointer, Columns));
        return buffer;
    }

    private sealed class VectorSums<TVector, TSimd>(SumScale scale, double[]? centre) : ColumnSums<T>(scale, centre)
        where TVector : unmanaged
        where TSimd : struct, ISimd<TVector, double>
    {
        protected override int Lanes => TSimd.Count;

        protected override void AddWide(T* x, nint stride, int rows, double* centre)
        {
            switch (Scale.Limbs, Squares)
            {
                case (2, false): AddWide<Two, One>(x, stride, rows, centre); break;
                case (2, true): AddWide<Two, Two>(x, stride, rows, centre); break;
                case (_, false): AddWide<Three, One>(x, stride, rows, centre); break;
                case (_, true): AddWide<Three, Two>(x, stride, rows, centre); break;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void AddWide<TLimbs, TPower>(T* x, nint stride, int rows, double* centre)
            where TLimbs : struct, ISmallNumber
            where TPower : struct, ISmallNumber
        {
            var (columns, limbStride) = (Columns, Stride);
            var sums = Sums.Pointer;
            var factors = Factors.Pointer;
            var smallFactors = SmallFactors.Pointer;
            for (var row = 0; row < rows; row++, x += stride)
            {
                for (var p = 0; p < columns; p += TSimd.Count)
                {
                    Prefetch.Line((byte*)(x + p) + Prefetch.BytesAhead);
                    var value = typeof(T) == typeof(float) ? TSimd.LoadWidened((float*)x + p) : TSimd.Load((double*)x + p);
                    if (TPower.Count > 1)
                    {
                        value = TSimd.Subtract(value, TSimd.Load(centre + p));
                        value = TSimd.Multiply(value, value);
                    }

                    value = TSimd.Multiply(value, TSimd.Load(factors + p));
                    value = TLimbs.Count > 2 ? TSimd.Multiply(value, TSimd.Load(smallFactors + p)) : value;
                    value = AddLimb(value, sums + p);
                    value = AddLimb(value, sums + limbStride + p);
                    if (TLimbs.Count > 2)
                    {
                        AddLimb(value, sums + (2 * limbStride) + p);
                    }
                }
            }
        }

        // Gives what is left, in units of the next limb.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector AddLimb(TVector value, double* sum)
        {
            var offset = TSimd.Create(SumScale.RoundingOffset);
            var whole = TSimd.Subtract(TSimd.Add(value, offset), offset);
            TSimd.Store(TSimd.Add(TSimd.Load(sum), whole), sum);
            return TSimd.Multiply(TSimd.Subtract(value, whole), TSimd.Create(1L << SumScale.LimbBits));
        }
    }
}
