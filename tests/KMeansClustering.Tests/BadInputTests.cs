using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Bad input to Fit never returns a wrong answer, and the message names the place. <see cref="BadInputToStepsTests{T}"/> has the rest.</summary>
public abstract class BadInputTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 20;
    private const int Dimensions = 3;
    private const int Clusters = 4;

    private static readonly Fault[] Faults =
    [
        new("NaN in a point", x => x with { Points = Arrays.With(x.Points, (7 * Dimensions) + 2, T.NaN) }, typeof(ArgumentException), "row 7, column 2"),
        new("infinity in a point", x => x with { Points = Arrays.With(x.Points, 0, T.PositiveInfinity) }, typeof(ArgumentException), "row 0, column 0"),
        new("negative infinity in the last value", x => x with { Points = Arrays.With(x.Points, ^1, T.NegativeInfinity) }, typeof(ArgumentException), "row 19, column 2"),
        new("a NaN before an infinity", x => x with { Points = Arrays.With(Arrays.With(x.Points, 40, T.PositiveInfinity), 31, T.NaN) }, typeof(ArgumentException), "row 10, column 1"),
        new("no points", x => x with { Points = [] }, typeof(ArgumentException)),
        new("too few weights", x => x with { Weights = Arrays.Ones<T>(Count - 1) }, typeof(ArgumentException), "19", "20"),
        new("too many weights", x => x with { Weights = Arrays.Ones<T>(Count + 1) }, typeof(ArgumentException), "21", "20"),
        new("a negative weight", x => x with { Weights = Arrays.With(Arrays.Ones<T>(Count), 13, -T.One) }, typeof(ArgumentException), "13"),
        new("a NaN weight", x => x with { Weights = Arrays.With(Arrays.Ones<T>(Count), 11, T.NaN) }, typeof(ArgumentException), "11"),
        new("an infinite weight", x => x with { Weights = Arrays.With(Arrays.Ones<T>(Count), 17, T.PositiveInfinity) }, typeof(ArgumentException), "17"),
        new("all weights zero", x => x with { Weights = new T[Count] }, typeof(ArgumentException)),

        new("Restarts 0", x => x with { Options = new() { Restarts = 0 } }, typeof(ArgumentOutOfRangeException), "Restarts", "0", "1"),
        new("MaxIterations 0", x => x with { Options = new() { MaxIterations = 0 } }, typeof(ArgumentOutOfRangeException), "MaxIterations", "0", "1"),
        new("MaxIterations -7", x => x with { Options = new() { MaxIterations = -7 } }, typeof(ArgumentOutOfRangeException), "MaxIterations", "-7", "1"),
        new("Tolerance negative", x => x with { Options = new() { Tolerance = -0.5 } }, typeof(ArgumentOutOfRangeException), "Tolerance", "-0.5", "0"),
        new("Tolerance NaN", x => x with { Options = new() { Tolerance = double.NaN } }, typeof(ArgumentOutOfRangeException), "Tolerance", "NaN", "0"),
        new("Tolerance infinite", x => x with { Options = new() { Tolerance = double.PositiveInfinity } }, typeof(ArgumentOutOfRangeException), "Tolerance", "0"),
        new("MaxDegreeOfParallelism 0", x => x with { Options = new() { MaxDegreeOfParallelism = 0 } }, typeof(ArgumentOutOfRangeException), "MaxDegreeOfParallelism", "0", "1"),
        new("MaxDegreeOfParallelism -2", x => x with { Options = new() { MaxDegreeOfParallelism = -2 } }, typeof(ArgumentOutOfRangeException), "MaxDegreeOfParallelism", "-2", "1"),
        new("Seeding 77", x => x with { Options = new() { Seeding = (SeedingMethod)77 } }, typeof(ArgumentOutOfRangeException), "Seeding", "77"),
        new("Algorithm 77", x => x with { Options = new() { Algorithm = (KMeansAlgorithm)77 } }, typeof(ArgumentOutOfRangeException), "Algorithm", "77"),
        new("Metric 77", x => x with { Options = new() { Metric = (KMeansMetric)77 } }, typeof(ArgumentOutOfRangeException), "Metric", "77", "Cosine"),
        new("EmptyClusters 77", x => x with { Options = new() { EmptyClusters = (EmptyClusterPolicy)77 } }, typeof(ArgumentOutOfRangeException), "EmptyClusters", "77"),

        new("a point without a direction", x => Cosine(x) with { Points = ZeroRow(x.Points, 7) }, typeof(ArgumentException), "Row 7", "points"),
        new("the last of directions is none", x => Cosine(x) with { Points = ZeroRow(PlainDirection.OfEach(x.Points, Dimensions), Count - 1) }, typeof(ArgumentException), "Row 19", "points"),
        new("two points without a direction", x => Cosine(x) with { Points = ZeroRow(ZeroRow(x.Points, 4), 11) }, typeof(ArgumentException), "Row 4"),
        new("NaN in a point that has no direction", x => Cosine(x) with { Points = Arrays.With(ZeroRow(x.Points, 4), 13, T.NaN) }, typeof(ArgumentException), "row 4, column 1"),
        new("infinity in a direction", x => Cosine(x) with { Points = Arrays.With(PlainDirection.OfEach(x.Points, Dimensions), 5, T.NegativeInfinity) }, typeof(ArgumentException), "row 1, column 2"),
        new("an initial centroid without a direction", x => Cosine(x) with { InitialCentroids = ZeroRow(x.InitialCentroids, 2) }, typeof(ArgumentException), "Row 2", "initialCentroids") { From = Start.Centroids },
        new("NaN in an initial centroid, by direction", x => Cosine(x) with { InitialCentroids = Arrays.With(x.InitialCentroids, 4, T.NaN) }, typeof(ArgumentException), "row 1, column 1") { From = Start.Centroids },

        new("no clusters", x => x with { Clusters = 0 }, typeof(ArgumentOutOfRangeException), "clusters", "0") { From = Start.Seeding },
        new("clusters -1", x => x with { Clusters = -1 }, typeof(ArgumentOutOfRangeException), "clusters", "-1") { From = Start.Seeding },
        new("more clusters than points", x => x with { Clusters = Count + 1 }, typeof(ArgumentOutOfRangeException), "clusters", "21", "20") { From = Start.Seeding },

        new("no initial centroids", x => x with { InitialCentroids = [] }, typeof(ArgumentException)) { From = Start.Centroids },
        new("half an initial centroid", x => x with { InitialCentroids = x.InitialCentroids[1..] }, typeof(ArgumentException), "11", "3") { From = Start.Centroids },
        new("more initial centroids than points", x => x with { InitialCentroids = Arrays.Ones<T>((Count + 1) * Dimensions) }, typeof(ArgumentException), "21", "20") { From = Start.Centroids },
        new("NaN in an initial centroid", x => x with { InitialCentroids = Arrays.With(x.InitialCentroids, Dimensions + 2, T.NaN) }, typeof(ArgumentException), "row 1, column 2") { From = Start.Centroids },
        new("infinity in an initial centroid", x => x with { InitialCentroids = Arrays.With(x.InitialCentroids, ^1, T.PositiveInfinity) }, typeof(ArgumentException), "row 3, column 2") { From = Start.Centroids },

        new("a square would overflow", x => x with { Points = Arrays.With(x.Points, 5, Overflowing) }, typeof(ArgumentException)) { DoubleOnly = true },
        new("only a difference's square would overflow", x => x with { Points = Arrays.With(Arrays.With(x.Points, 3, Near(1)), 0, Near(-1)) }, typeof(ArgumentException)) { DoubleOnly = true },
        new("an initial centroid's square would overflow", x => x with { InitialCentroids = Arrays.With(x.InitialCentroids, 5, Overflowing) }, typeof(ArgumentException)) { From = Start.Centroids, DoubleOnly = true },
    ];

    private enum Start
    {
        Either,
        Seeding,
        Centroids,
    }

    /// <summary>1e160 squared is more than a double holds; float has no such number.</summary>
    private static T Overflowing => T.CreateSaturating(1e160);

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (FitOverload<T> overload in FitOverload<T>.All)
            {
                foreach (Fault fault in Faults.Where(fault => fault.CanMeet(overload)))
                {
                    cases.Add(overload.Name, fault.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fit_refuses_bad_input_and_names_the_place(string overload, string fault)
    {
        Fault bad = Faults.Single(one => string.Equals(one.Name, fault, StringComparison.Ordinal));

        Refusal.Require(() => FitOverload<T>.Named(overload).Fit(bad.Break(Good())), bad.Exception, bad.Message);
    }

    [Fact]
    public void What_the_faults_are_made_from_is_accepted_by_every_overload()
    {
        foreach (FitOverload<T> overload in FitOverload<T>.All)
        {
            overload.Fit(Good()).Labels.Length.Should().Be(Count);
            overload.Fit(Cosine(Good())).Model.Metric.Should().Be(KMeansMetric.Cosine);
            overload.Fit(Good() with { Weights = Arrays.With(Arrays.Ones<T>(Count), 5, T.Zero), Options = new() { MaxDegreeOfParallelism = -1, Tolerance = 0 } }).Should().NotBeNull();
        }
    }

    [Fact]
    public void A_null_instead_of_points_is_refused()
    {
        T[] start = Good().InitialCentroids;
        Action[] calls =
        [
            () => KMeans.Fit((T[,])null!, Clusters),
            () => KMeans.Fit((T[,])null!, start),
            () => KMeans.Fit((IReadOnlyList<T[]>)null!, Clusters),
            () => KMeans.Fit((IReadOnlyList<T[]>)null!, start),
            () => KMeans.Fit((IReadOnlyList<ReadOnlyMemory<T>>)null!, Clusters),
            () => KMeans.Fit((IReadOnlyList<ReadOnlyMemory<T>>)null!, start),
        ];
        foreach (Action call in calls)
        {
            call.Should().Throw<ArgumentNullException>().WithParameterName("points");
        }
    }

    [Fact]
    public void A_null_among_the_rows_is_refused_by_its_number()
    {
        T[][] rows = Good().AsRows();
        rows[6] = null!;

        Refusal.Require(() => KMeans.Fit(rows, Clusters), typeof(ArgumentException), "6");
        Refusal.Require(() => KMeans.Fit(rows, Good().InitialCentroids), typeof(ArgumentException), "6");
    }

    [Theory]
    [InlineData(0, Dimensions - 1)]
    [InlineData(8, Dimensions - 1)]
    [InlineData(8, Dimensions + 1)]
    [InlineData(8, 0)]
    [InlineData(19, 2 * Dimensions)]
    public void Ragged_rows_are_refused_by_their_number(int row, int length)
    {
        T[][] rows = Good().AsRows();
        rows[row] = Arrays.Ones<T>(length);
        ReadOnlyMemory<T>[] memories = [.. rows.Select(values => new ReadOnlyMemory<T>(values))];
        string[] place = row == 0 ? [] : [$"{row}"]; // a first row that differs makes the others ragged

        Refusal.Require(() => KMeans.Fit(rows, Clusters), typeof(ArgumentException), place);
        Refusal.Require(() => KMeans.Fit(rows, Good().InitialCentroids), typeof(ArgumentException), place);
        Refusal.Require(() => KMeans.Fit(memories, Clusters), typeof(ArgumentException), place);
        Refusal.Require(() => KMeans.Fit(memories, Good().InitialCentroids), typeof(ArgumentException), place);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Dimensions_below_1_are_refused(int dimensions)
    {
        T[] points = Good().Points;

        Refusal.Require(() => KMeans.Fit<T>(points, dimensions, Clusters), typeof(ArgumentOutOfRangeException), "dimensions", $"{dimensions}");
        Refusal.Require(() => KMeans.Fit<T>(points, dimensions, points.AsSpan(0, 3)), typeof(ArgumentOutOfRangeException), "dimensions", $"{dimensions}");
    }

    [Fact]
    public void Points_without_columns_are_refused_in_every_form()
    {
        Refusal.Require(() => KMeans.Fit(new T[Count, 0], Clusters), typeof(ArgumentException));
        Refusal.Require(() => KMeans.Fit(Enumerable.Repeat(Array.Empty<T>(), Count).ToArray(), Clusters), typeof(ArgumentException));
        Refusal.Require(() => KMeans.Fit(new ReadOnlyMemory<T>[Count], Clusters), typeof(ArgumentException));
        Refusal.Require(() => KMeans.Fit(new T[Count, 0], Arrays.Ones<T>(3)), typeof(ArgumentException));
        Refusal.Require(() => KMeans.Fit(Enumerable.Repeat(Array.Empty<T>(), Count).ToArray(), Arrays.Ones<T>(3)), typeof(ArgumentException));
        Refusal.Require(() => KMeans.Fit(new ReadOnlyMemory<T>[Count], Arrays.Ones<T>(3)), typeof(ArgumentException));
    }

    [Fact]
    public void A_length_that_is_no_multiple_of_the_dimensions_is_refused()
    {
        T[] points = Good().Points;

        Refusal.Require(() => KMeans.Fit<T>(points.AsSpan(1), Dimensions, Clusters), typeof(ArgumentException), "59", "3");
        Refusal.Require(() => KMeans.Fit<T>(points.AsSpan(1), Dimensions, points.AsSpan(0, 3)), typeof(ArgumentException), "59", "3");
    }

    /// <summary>Rows that all are the same one: there may be as many as one likes.</summary>
    [Fact]
    public void More_points_than_can_be_numbered_are_refused()
    {
        foreach (nint count in new[] { 2_147_418_113, int.MaxValue, (nint)1 << 40 })
        {
            ReadOnlyTensorSpan<T> points = new([T.One, T.One], [count, 2], [0, 1]);

            Exception? fit = null, predict = null, inertia = null;
            KMeansModel<T> model = KMeans.Fit<T>([T.One, T.One], 2, 1).Model;
            try { KMeans.Fit(points, 2); } catch (ArgumentException refusal) { fit = refusal; }
            try { model.Predict(points, new int[7]); } catch (ArgumentException refusal) { predict = refusal; }
            try { model.Inertia(points); } catch (ArgumentException refusal) { inertia = refusal; }

            foreach (Exception? refusal in new[] { fit, predict, inertia })
            {
                refusal!.Message.Should().Contain(FormattableString.Invariant($"[{count}, 2]")).And.Contain("2147418112");
            }
        }
    }

    [Fact]
    public void A_tensor_that_is_not_the_models_is_refused()
    {
        KMeansModel<T> model = KMeans.Fit<T>(new T[12], 3, 1).Model;
        T[] values = new T[12];

        Refusal.Require(() => model.Predict(new ReadOnlyTensorSpan<T>(values, [3, 4]), new int[3]), typeof(ArgumentException), "4 values", "3");
        Refusal.Require(() => model.Predict(new ReadOnlyTensorSpan<T>(values, [12]), new int[4]), typeof(ArgumentException), "[12]");
        Refusal.Require(() => model.Predict(new ReadOnlyTensorSpan<T>(values, [4, 3]), new int[5]), typeof(ArgumentException), "5", "4");
        Refusal.Require(() => model.Inertia(new ReadOnlyTensorSpan<T>(values, [6, 2])), typeof(ArgumentException), "2 values", "3");
        Refusal.Require(() => model.Inertia(new ReadOnlyTensorSpan<T>(values, [4, 3]), new T[3]), typeof(ArgumentException), "3", "4");
        values[7] = T.NaN;
        Refusal.Require(() => model.Predict(new ReadOnlyTensorSpan<T>(values, [4, 3]), new int[4]), typeof(ArgumentException), "row 2, column 1");
    }

    [Fact]
    public void A_tensor_of_another_rank_is_refused()
    {
        T[] points = Good().Points;
        foreach (nint[] lengths in new nint[][] { [60], [4, 5, 3] })
        {
            Refusal.Require(() => KMeans.Fit(new ReadOnlyTensorSpan<T>(points, lengths), Clusters), typeof(ArgumentException));
            Refusal.Require(() => KMeans.Fit(new ReadOnlyTensorSpan<T>(points, lengths), points.AsSpan(0, 3)), typeof(ArgumentException));
        }
    }

    [Fact]
    public void A_column_stride_is_read_rightly_or_refused()
    {
        FitInput<T> good = Good();
        T[] spaced = new T[Count * Dimensions * 2];
        for (int i = 0; i < good.Points.Length; i++)
        {
            (spaced[2 * i], spaced[(2 * i) + 1]) = (good.Points[i], T.NaN);
        }

        T[] centroids = [];
        try
        {
            centroids = KMeans.Fit(new ReadOnlyTensorSpan<T>(spaced, [Count, Dimensions], [2 * Dimensions, 2]), Clusters).Model.Centroids.ToArray();
        }
        catch (ArgumentException refusal)
        {
            refusal.Message.Should().NotContain("column 1", "the values between the columns are no values of the tensor");
            return;
        }

        Same.Bits(KMeans.Fit<T>(good.Points, Dimensions, Clusters).Model.Centroids, centroids, "centroids");
    }

    private static FitInput<T> Good()
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, Count, Dimensions);
        return new FitInput<T> { Points = points, Dimensions = Dimensions, Clusters = Clusters, InitialCentroids = points[..(Clusters * Dimensions)] };
    }

    private static FitInput<T> Cosine(FitInput<T> input) => input with { Options = new() { Metric = KMeansMetric.Cosine } };

    private static T[] ZeroRow(T[] rows, int row)
    {
        T[] copy = [.. rows];
        copy.AsSpan(row * Dimensions, Dimensions).Clear();
        return copy;
    }

    private static T Near(int sign) => T.CreateSaturating(sign * 1e154); // 1e308 fits, (2e154)² does not

    private sealed record Fault(string Name, Func<FitInput<T>, FitInput<T>> Break, Type Exception, params string[] Message)
    {
        public Start From { get; init; }

        public bool DoubleOnly { get; init; }

        public bool CanMeet(FitOverload<T> overload) =>
            (!DoubleOnly || typeof(T) == typeof(double)) && (From == Start.Either || (From == Start.Centroids) == overload.StartsFromCentroids);
    }
}

public sealed class FloatBadInputTests : BadInputTests<float>;

public sealed class DoubleBadInputTests : BadInputTests<double>;
