using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Rows in 16 bits are what they say they are, in exact arithmetic.</summary>
public abstract unsafe class ShortFormTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Ulp = 1.0 / (1 << 24);

    private static bool IsFloat => typeof(T) == typeof(float);

    public static TheoryData<DataKind, int, bool> Cases
    {
        get
        {
            TheoryData<DataKind, int, bool> cases = [];
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                foreach (int d in new[] { 1, 2, 3, 16, 31, 100, 130 })
                {
                    cases.Add(kind, d, false);
                    cases.Add(kind, d, true);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_row_is_within_its_error_of_what_it_stands_for(DataKind kind, int dimensions, bool sketched)
    {
        T[] values = [.. TestData.Points<T>(kind, 45, dimensions, dimensions), .. new T[2 * dimensions]];
        int count = values.Length / dimensions;
        using Crew crew = new(2);
        fixed (T* points = values)
        {
            PointView<T> view = new(points, count, dimensions);
            using SketchBasis<T>? basis = sketched ? new(view, Math.Min(dimensions, 20), crew) : null;
            using ShortRows<T> rows = new(view, basis, crew);
            ExactNumber[][] expected = basis is null ? Centred(view, crew) : Sketches(view, basis);
            rows.Form.Length.Should().Be(expected[0].Length);
            rows.Form.Stride.Should().Be((expected[0].Length + 1) / 2 * 2);
            rows.Form.IsSketch.Should().Be(sketched);
            rows.Error.Should().BeLessThanOrEqualTo((0.5 * Math.Sqrt(expected[0].Length) / short.MaxValue * 1.5) + (16 * Ulp), "no value is off by more than half a step, and no step is coarser");
            for (int i = 0; i < count; i++)
            {
                RequireRow(rows, i, expected[i], $"{kind}, d = {dimensions}, {(sketched ? "sketches" : "whole")}, row {i}, {typeof(T).Name}");
            }
        }
    }

    [Fact]
    public void Ordinary_rows_are_all_written()
    {
        foreach (DataKind kind in new[] { DataKind.Uniform, DataKind.Clustered, DataKind.Duplicated, DataKind.Lattice, DataKind.Offset, DataKind.Huge, DataKind.Columns })
        {
            T[] values = TestData.Points<T>(kind, 100, 20);
            using Crew crew = new(1);
            fixed (T* points = values)
            {
                using ShortRows<T> rows = new(new PointView<T>(points, 100, 20), null, crew);
                new ReadOnlySpan<float>(rows.Norms, 100).ToArray().Should().OnlyContain(norm => float.IsFinite(norm), kind.ToString());
                rows.Error.Should().BeLessThan(1e-4, kind.ToString());
            }
        }
    }

    [Fact]
    public void Rows_of_zeros_have_a_norm_of_zero_and_rows_that_cannot_be_written_an_infinite_one()
    {
        const int D = 5;
        double large = IsFloat ? 1e38 : 1e150, tiny = IsFloat ? 1e-40 : 1e-300;
        double[] ordinary = [.. Enumerable.Range(0, 40 * D).Select(i => (i * 37 % 11) - 5.0)];
        double[][] others = [[0, 0, 0, 0, 0], [large, 0, 0, 0, 0], [large, -large, large, -large, large], [0, 0, tiny, 0, 0], [1e-20, 0, 0, 0, 0], [1e20, 0, 0, 0, 0], [0, 0, 0, 0, -1e30], [0, 1e-9, 0, 0, 0], [0, 1e9, 0, 0, 0]];
        T[] values = [.. ordinary.Concat(others.SelectMany(row => row)).Select(T.CreateChecked)];
        using Crew crew = new(1);
        fixed (T* points = values)
        {
            PointView<T> ordinaryView = new(points, 40, D);
            PointView<T> all = new(points, 40 + others.Length, D);
            using ShortForm<T> form = ShortForm<T>.Of(ordinaryView, null, crew);
            using ShortFormer<T> former = form.CreateFormer();
            form.Scale.Should().Be(1, "the ordinary points lie near the origin");
            using AlignedBuffer<short> rows = new(others.Length * form.Stride);
            using AlignedBuffer<float> steps = new(others.Length), norms = new(others.Length);
            former.Make(all, 40, others.Length, rows.Pointer, steps.Pointer, norms.Pointer);

            float infinity = float.PositiveInfinity;
            float underflowing = IsFloat ? infinity : 0; // a double below all floats is a zero among them
            norms.Pointer[0].Should().Be(0);
            new ReadOnlySpan<float>(norms.Pointer + 1, 6).ToArray().Should().Equal(infinity, infinity, underflowing, infinity, infinity, infinity);
            norms.Pointer[7].Should().BeInRange(0.99e-18f, 1.01e-18f);
            norms.Pointer[8].Should().BeInRange(0.99e18f, 1.01e18f);
            new ReadOnlySpan<float>(steps.Pointer, 7).ToArray().Should().OnlyContain(step => step == 0);
        }
    }

    /// <summary>As many as there are blocks and a few more; threads take them in any order.</summary>
    [Fact]
    public void A_point_lies_where_its_block_says()
    {
        foreach ((int n, int d) in new[] { (1, 1), (15, 2), (16, 3), (17, 4), (700, 5) })
        {
            T[] values = TestData.Points<T>(DataKind.Clustered, n, d);
            using Crew crew = new(3);
            fixed (T* points = values)
            {
                PointView<T> view = new(points, n, d);
                using ShortRows<T> rows = new(view, null, crew);
                using ShortFormer<T> former = rows.Form.CreateFormer();
                short[] row = new short[rows.Form.Stride];
                short[] copy = new short[rows.Form.Stride];
                float step, norm;
                fixed (short* one = row, other = copy)
                {
                    for (int i = 0; i < n; i++)
                    {
                        former.Make(view, i, 1, one, &step, &norm);
                        rows.Copy(i, other, 1);
                        Same.Values<short>(row, copy, $"n = {n}, d = {d}: point {i}");
                        Same.Bits(step, rows.Steps[i], "its step");
                        Same.Bits(norm, rows.Norms[i], "its norm");
                    }
                }
            }
        }
    }

    private static void RequireRow(ShortRows<T> rows, int point, ExactNumber[] expected, string what)
    {
        float norm = rows.Norms[point];
        if (!float.IsFinite(norm))
        {
            Require(float.IsPositiveInfinity(norm), $"{what}: a norm of {norm}");
            return;
        }

        int length = expected.Length;
        short[] row = new short[rows.Form.Stride];
        fixed (short* copy = row)
        {
            rows.Copy(point, copy, 1);
        }

        ExactNumber squares = ExactNumber.Zero, missed = ExactNumber.Zero;
        ExactNumber step = ExactNumber.From(rows.Steps[point]);
        long ofIntegers = 0;
        for (int p = 0; p < length; p++)
        {
            ExactNumber rest = expected[p] - (step * ExactNumber.From(row[p]));
            squares += expected[p] * expected[p];
            missed += rest * rest;
            ofIntegers += row[p] * row[p];
            Require(row[p] != short.MinValue, $"{what}: {row[p]}");
        }

        Require(ofIntegers < int.MaxValue, $"{what}: squares of {ofIntegers}");
        Require(length == row.Length || row[^1] == 0, $"{what}: {row[^1]} past the end");

        // Values become floats with a rounding or two, and may underflow.
        ExactNumber lost = ExactNumber.From(length).Scale(-149);
        ExactNumber normError = squares * ExactNumber.From((length + 16 + 4) * Ulp);
        Require(Distance(ExactNumber.From(norm), squares) <= normError + lost, $"{what}: a norm of {norm} for {squares.ToDouble()}");
        ExactNumber error = ExactNumber.From((rows.Error * (1 + 1e-6)) + (2.1 * Ulp));
        Require(missed <= (error * error * squares) + lost, $"{what}: off by {missed.ToDouble()} of {squares.ToDouble()}, error {rows.Error}");
    }

    // σ(x − μ).
    private static ExactNumber[][] Centred(PointView<T> points, Crew crew)
    {
        using Centre<T> centre = new(points, crew);
        ExactNumber scale = ExactNumber.From(centre.Scale);
        ExactNumber[][] rows = new ExactNumber[points.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = [.. Enumerable.Range(0, points.Dimensions).Select(p => scale * (ExactNumber.From(points.Row(i)[p]) - ExactNumber.From(centre.Mean[p])))];
        }

        return rows;
    }

    // What the projection gives, which is not the subject here. Where it is too large nothing is claimed.
    private static ExactNumber[][] Sketches(PointView<T> points, SketchBasis<T> basis)
    {
        using Projection<T> projection = Projection<T>.Of(basis, basis.Width + 1);
        using Projector<T> projector = projection.CreateProjector();
        using AlignedBuffer<T> sketches = new(points.Count * projection.Length);
        projector.Project(points, 0, points.Count, sketches.Pointer);
        return [.. new ReadOnlySpan<T>(sketches.Pointer, points.Count * projection.Length).ToArray()
            .Select(x => T.IsFinite(x) ? ExactNumber.From(x) : ExactNumber.Zero).Chunk(projection.Length)];
    }

    private static ExactNumber Distance(ExactNumber a, ExactNumber b) => a < b ? b - a : a - b;

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            Assert.Fail(what);
        }
    }
}

public sealed class FloatShortFormTests : ShortFormTests<float>;

public sealed class DoubleShortFormTests : ShortFormTests<double>;
