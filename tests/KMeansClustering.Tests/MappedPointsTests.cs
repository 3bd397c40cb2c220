using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Points of a file are the file's bytes, and a fit of them is the fit of the same points in memory.</summary>
public abstract class MappedPointsTests<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string FilePath => Path.Combine(_folder, "points.npy");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void What_numpy_has_saved_is_mapped_in_every_version()
    {
        foreach (string file in typeof(T) == typeof(float) ? ["float32"] : new[] { "float64", "float64-2.0", "float64-3.0" })
        {
            using MappedPoints<T> points = MappedPoints.Open<T>(NpyTests.PathOf(file));

            Same.Bits<T>(Stored.Special<T>(), Values(points.Points), file);
            (points.Count, points.Dimensions).Should().Be((3, 4));
            (points.Points.Lengths[0], points.Points.Lengths[1]).Should().Be((3, 4));
            MappedPoints.ElementType(NpyTests.PathOf(file)).Should().Be<T>();
        }
    }

    [Fact]
    public void What_is_created_is_to_the_byte_what_numpy_writes()
    {
        using (MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 4))
        {
            writer.Append(Stored.Special<T>());
            writer.Complete();
        }

        File.ReadAllBytes(FilePath).Should().Equal(File.ReadAllBytes(NpyTests.PathOf(typeof(T) == typeof(float) ? "float32" : "float64")));
    }

    [Theory]
    [InlineData(SeedingMethod.KMeansPlusPlus)]
    [InlineData(SeedingMethod.Random)]
    [InlineData(SeedingMethod.KMeansParallel)]
    public void A_fit_of_a_file_is_the_fit_of_its_points_in_memory(SeedingMethod seeding)
    {
        foreach ((int n, int d, int k) in new[] { (6_000, 3, 40), (3_000, 20, 30), (300, 260, 7) })
        {
            Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, n, d, k, WeightKind.Uniform);
            KMeansOptions options = new() { Seeding = seeding, Seed = d, MaxIterations = 8 };
            Write(problem.Points, d);
            using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);

            KMeansResult<T> expected = KMeans.Fit<T>(problem.Points, d, k, options, problem.Weights);
            Same.Answer(expected, KMeans.Fit(points.Points, k, options, problem.Weights), $"{seeding}, {problem}");
            Same.Answer(problem.Fit(options), KMeans.Fit(points.Points, problem.Start, options, problem.Weights), $"{problem}");
        }
    }

    [Fact]
    public void A_model_predicts_a_file_whole_and_in_parts()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, 1_000, 5, 12);
        KMeansModel<T> model = problem.Fit().Model;
        Write(problem.Points, 5);
        using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);
        int[] expected = new int[1_000], whole = new int[1_000], parts = new int[1_000];

        model.Predict(problem.Points, expected);
        model.Predict(points.Points, whole);
        for (int first = 0; first < 1_000; first += 333)
        {
            int count = Math.Min(333, 1_000 - first);
            model.Predict(points.Slice(first, count), parts.AsSpan(first, count));
        }

        whole.Should().Equal(expected);
        parts.Should().Equal(expected);
        Same.Bits(model.Inertia(problem.Points), model.Inertia(points.Points), "inertia");
    }

    [Fact]
    public void A_raw_file_is_mapped_from_its_offset_on()
    {
        int size = Unsafe.SizeOf<T>();
        T[] values = TestData.Points<T>(DataKind.Uniform, 30, 7);
        File.WriteAllBytes(FilePath, [.. new byte[3 * size], .. MemoryMarshal.AsBytes<T>(values)]);

        using (MappedPoints<T> points = MappedPoints.OpenRaw<T>(FilePath, 7, 3 * size))
        {
            points.Count.Should().Be(30);
            Same.Bits<T>(values, Values(points.Points), "from the offset on");
        }

        using (MappedPoints<T> points = MappedPoints.OpenRaw<T>(FilePath, 71))
        {
            points.Count.Should().Be(3);
            Same.Bits<T>([T.Zero, T.Zero, T.Zero, .. values], Values(points.Points), "from the beginning on");
        }

        using (MappedPoints<T> points = MappedPoints.OpenRaw<T>(FilePath, 1, 212 * size))
        {
            Same.Bits<T>(values.AsSpan(^1..), Values(points.Points), "the last value");
        }
    }

    [Fact]
    public void A_raw_file_that_does_not_hold_whole_points_is_refused()
    {
        int size = Unsafe.SizeOf<T>();
        File.WriteAllBytes(FilePath, new byte[12 * size]);
        Action Open(int dimensions, long offset) => () => MappedPoints.OpenRaw<T>(FilePath, dimensions, offset).Dispose();

        Refusal.Require(Open(5, 0), typeof(InvalidDataException), $"{12 * size} bytes", $"{5 * size} bytes");
        Refusal.Require(Open(13, 0), typeof(InvalidDataException));
        Refusal.Require(Open(int.MaxValue, 0), typeof(InvalidDataException));
        Refusal.Require(Open(1, 12 * size), typeof(InvalidDataException), "at least one");
        Refusal.Require(Open(1, 13 * size), typeof(InvalidDataException));
        Refusal.Require(Open(1, long.MaxValue / size * size), typeof(InvalidDataException));
        Refusal.Require(Open(0, 0), typeof(ArgumentOutOfRangeException), "dimensions");
        Refusal.Require(Open(-3, 0), typeof(ArgumentOutOfRangeException), "dimensions");
        Refusal.Require(Open(1, -size), typeof(ArgumentOutOfRangeException), "offset");
        Refusal.Require(Open(1, size - 1), typeof(ArgumentOutOfRangeException), "offset", $"multiple of the {size}");
    }

    [Fact]
    public void A_slice_is_those_points_and_no_others_are_to_be_had()
    {
        T[] values = TestData.Points<T>(DataKind.Uniform, 11, 3);
        Write(values, 3);
        using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);
        Action Slice(long first, long count) => () => points.Slice(first, count);

        Same.Bits<T>(values.AsSpan(12, 15), Values(points.Slice(4, 5)), "points 4 to 8");
        Same.Bits<T>(values, Values(points.Slice(0, 11)), "all");
        Same.Value(0, points.Slice(11, 0).FlattenedLength, "none");
        foreach ((long first, long count) in new[] { (-1L, 2L), (0L, -1L), (0L, 12L), (11L, 1L), (12L, 0L), (5L, long.MaxValue), (long.MaxValue, 1L), (long.MinValue, long.MinValue) })
        {
            Refusal.Require(Slice(first, count), typeof(ArgumentOutOfRangeException));
        }
    }

    [Fact]
    public void Once_closed_it_gives_nothing_more()
    {
        Write(new T[12], 3);
        MappedPoints<T> points = MappedPoints.Open<T>(FilePath);
        points.Dispose();
        points.Dispose();

        Refusal.Require(() => _ = points.Points, typeof(ObjectDisposedException), "MappedPoints");
        Refusal.Require(() => _ = points.Slice(0, 1), typeof(ObjectDisposedException), "MappedPoints");
        (points.Count, points.Dimensions).Should().Be((4, 3));
        File.Delete(FilePath); // which Windows does not do to a file that is open
    }

    /// <summary>Nothing but the tensor is left of it, and a tensor keeps nothing alive.</summary>
    [Fact]
    public void Points_of_a_file_that_was_forgotten_can_still_be_read()
    {
        T[] values = TestData.Points<T>(DataKind.Uniform, 5_000, 3);
        Write(values, 3);
        ReadOnlyTensorSpan<T> points = OpenAndForget();
        for (int round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Same.Bits<T>(values, Values(points), "values");
    }

    [Fact]
    public void A_file_of_the_other_type_is_refused_and_told_without_an_exception()
    {
        bool single = typeof(T) == typeof(float);
        string other = NpyTests.PathOf(single ? "float64" : "float32");

        Refusal.Require(() => MappedPoints.Open<T>(other), typeof(InvalidDataException), single ? "float64" : "float32", single ? "read it as double" : "read it as float");
        MappedPoints.ElementType(other).Should().Be(single ? typeof(double) : typeof(float));
    }

    /// <summary>A fit says where, as for points in memory.</summary>
    [Fact]
    public void A_value_that_is_not_finite_is_the_fits_to_refuse()
    {
        T[] values = new T[30];
        values[17] = T.NaN;
        Write(values, 3);
        using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);

        Refusal.Require(() => KMeans.Fit(points.Points, 2), typeof(ArgumentException), "row 5, column 2", "NaN");
    }

    private void Write(T[] values, int dimensions)
    {
        using MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, dimensions);
        writer.Append(values);
        writer.Complete();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlyTensorSpan<T> OpenAndForget() => MappedPoints.Open<T>(FilePath).Points;

    private static T[] Values(in ReadOnlyTensorSpan<T> points)
    {
        T[] values = new T[points.FlattenedLength];
        points.FlattenTo(values);
        return values;
    }
}

public sealed class FloatMappedPointsTests : MappedPointsTests<float>;

public sealed class DoubleMappedPointsTests : MappedPointsTests<double>;
