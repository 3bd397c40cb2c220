using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Distances of sketches are lower bounds, but for the error that is allowed them. In exact arithmetic.</summary>
public abstract unsafe class SketchTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<DataKind, int, int> Cases
    {
        get
        {
            TheoryData<DataKind, int, int> cases = [];
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                cases.Add(kind, 3, 4);
                cases.Add(kind, 24, 8);
                cases.Add(kind, 130, 20);
            }

            return cases;
        }
    }

    private static ExactNumber Half => ExactNumber.From(0.5);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Half_the_squared_distance_of_two_sketches_is_within_its_error_of_a_lower_bound(DataKind kind, int dimensions, int length)
    {
        const int Count = 24;
        T[] values = TestData.Points<T>(kind, Count, dimensions);
        T[] others = [.. values.Take(5 * dimensions), .. TestData.Points<T>(kind, 5, dimensions, seed: 2), .. Means(values, dimensions)];
        int otherCount = others.Length / dimensions;
        using Crew crew = new(2);
        using AlignedBuffer<T> own = new(Count * length);
        using AlignedBuffer<T> sketches = new(otherCount * length);
        fixed (T* points = values, rows = others)
        {
            PointView<T> view = new(points, Count, dimensions);
            using SketchBasis<T> basis = new(view, length - 1, crew);
            using Projection<T> projection = Projection<T>.Of(basis, length);
            Project(projection, view, own);
            Project(projection, new PointView<T>(rows, otherCount, dimensions), sketches);
            double rowError = Margin<T>.RowError(projection.Error);
            projection.Length.Should().Be(length);
            rowError.Should().BeGreaterThan(0).And.BeLessThan(typeof(T) == typeof(float) ? 2e-3 : 1e-11);

            ExactNumber error = ExactNumber.From(rowError);
            ExactNumber half = Half * ExactNumber.From(projection.Scale) * ExactNumber.From(projection.Scale);
            ExactNumber tiny = ExactNumber.From(new Margin<T>(length, 1, projection.Scale).Tiny);
            for (int i = 0; i < Count; i++)
            {
                ReadOnlySpan<T> s = new(own.Pointer + (i * length), length);
                for (int j = 0; j < otherCount; j++)
                {
                    ReadOnlySpan<T> c = new(sketches.Pointer + (j * length), length);
                    if (!IsFinite(s) || !IsFinite(c))
                    {
                        continue; // nothing is claimed of those
                    }

                    ExactNumber ofSketches = Half * ExactDistance.Squared(s, c);
                    ExactNumber ofPoints = half * ExactDistance.Squared(view.RowSpan(i), others.AsSpan(j * dimensions, dimensions));
                    ExactNumber norms = SquaredNorm(s) + SquaredNorm(c);
                    if (ofSketches > ofPoints + (error * norms) + tiny)
                    {
                        Assert.Fail($"{kind}, d = {dimensions}, {length}, {typeof(T).Name}: rows {i} and {j}: {ofSketches.ToDouble()} > {ofPoints.ToDouble()} + {(error * norms).ToDouble()}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Sketches_see_what_lies_in_few_directions()
    {
        const int Dimensions = 60;
        Draw draw = new(1);
        double[] direction = [.. Enumerable.Range(0, Dimensions).Select(_ => draw.Normal())];
        T[] values = [.. Enumerable.Range(0, 300).SelectMany(_ =>
        {
            double along = 10 * draw.Normal();
            return direction.Select(x => T.CreateChecked((along * x) + (0.01 * draw.Normal())));
        })];
        using Crew crew = new(1);
        fixed (T* points = values)
        {
            PointView<T> view = new(points, 300, Dimensions);
            using SketchBasis<T> basis = new(view, 7, crew);
            using Projection<T> projection = Projection<T>.Of(basis, 8);
            using AlignedBuffer<T> sketches = new(300 * 8);
            Project(projection, view, sketches);
            PointView<T> rows = new(sketches.Pointer, 300, 8);
            double seen = 0, all = 0;
            for (int i = 1; i < 300; i++)
            {
                seen += JudgeDistance.Squared(rows.RowSpan(i), rows.RowSpan(0));
                all += JudgeDistance.Squared(view.RowSpan(i), view.RowSpan(0)) * projection.Scale * projection.Scale;
            }

            (seen / all).Should().BeGreaterThan(0.99, "or they are of no use");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_columns_are_orthonormal_but_for_the_defect(DataKind kind, int dimensions, int length)
    {
        T[] values = TestData.Points<T>(kind, 1_500, dimensions);
        using Crew crew = new(1);
        fixed (T* points = values)
        {
            using SketchBasis<T> basis = new(new PointView<T>(points, 1_500, dimensions), length - 1, crew);
            ExactNumber squares = ExactNumber.Zero;
            for (int i = 0; i < length - 1; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    ExactNumber product = Product(new ReadOnlySpan<T>(basis.Column(i), dimensions), new ReadOnlySpan<T>(basis.Column(j), dimensions));
                    ExactNumber defect = i == j && !product.IsZero ? product - ExactNumber.From(1) : product;
                    squares += defect * defect * ExactNumber.From(i == j ? 1 : 2);
                }
            }

            (squares <= ExactNumber.From(basis.Defect) * ExactNumber.From(basis.Defect)).Should().BeTrue($"{squares.ToDouble()} and {basis.Defect}²");
            basis.Defect.Should().BeLessThan(typeof(T) == typeof(float) ? 1e-4 : 1e-12);
        }
    }

    private static void Project(Projection<T> projection, PointView<T> points, AlignedBuffer<T> sketches)
    {
        using Projector<T> projector = projection.CreateProjector();
        projector.Project(points, 0, points.Count, sketches.Pointer);
    }

    private static bool IsFinite(ReadOnlySpan<T> row)
    {
        foreach (T value in row)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static ExactNumber SquaredNorm(ReadOnlySpan<T> row) => Product(row, row);

    private static ExactNumber Product(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
    {
        ExactNumber sum = ExactNumber.Zero;
        for (int p = 0; p < x.Length; p++)
        {
            sum += ExactNumber.From(x[p]) * ExactNumber.From(y[p]);
        }

        return sum;
    }

    /// <summary>Places between the points, where centroids lie.</summary>
    private static IEnumerable<T> Means(T[] values, int dimensions)
    {
        T half = T.CreateChecked(0.5);
        return Enumerable.Range(0, 5 * dimensions).Select(c => (half * values[c]) + (half * values[c + dimensions]));
    }
}

public sealed class FloatSketchTests : SketchTests<float>;

public sealed class DoubleSketchTests : SketchTests<double>;
