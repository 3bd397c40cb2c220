using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>A file of points stands under its path when it is complete, and not before.</summary>
public abstract class MappedPointsWriterTests<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string FilePath => Path.Combine(_folder, "points.npy");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>In parts of any size: beside the buffer, through it, across blocks.</summary>
    [Fact]
    public void Points_are_appended_in_parts_of_any_size()
    {
        const int Dimensions = 7;
        T[] all = TestData.Points<T>(DataKind.Uniform, 30_000, Dimensions);
        using (MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, Dimensions))
        {
            int next = 0;
            foreach (int rows in new[] { 1, 0, 2, 1_000, 1, 20_000, 3, 8_993 })
            {
                writer.Append(all.AsSpan(next * Dimensions, rows * Dimensions));
                next += rows;
                Same.Value(next, writer.Count, "count");
            }

            writer.Complete();
        }

        using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);
        T[] found = new T[all.Length];
        points.Points.FlattenTo(found);
        (points.Count, points.Dimensions).Should().Be((30_000, Dimensions));
        Same.Bits<T>(all, found, "values");
    }

    [Fact]
    public void Until_it_is_complete_the_path_has_what_it_had()
    {
        File.WriteAllText(FilePath, "old");
        using (MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 2))
        {
            writer.Append(new T[40_000]);
            File.ReadAllText(FilePath).Should().Be("old");
            foreach (string file in Directory.EnumerateFiles(_folder).Where(file => !string.Equals(file, FilePath, StringComparison.Ordinal)))
            {
                Path.GetFileName(file).Should().StartWith(".").And.EndWith(".tmp");
            }

            writer.Complete();
            using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);
            points.Count.Should().Be(20_000);
        }

        Directory.EnumerateFileSystemEntries(_folder).Should().Equal(FilePath);
    }

    [Fact]
    public void A_file_that_was_given_up_leaves_nothing()
    {
        using (MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 2))
        {
            writer.Append(new T[400_000]);
        }

        Directory.EnumerateFileSystemEntries(_folder).Should().BeEmpty();
    }

    /// <summary>What a killed process leaves behind, under whatever name, says that it has no points.</summary>
    [Fact]
    public void What_was_written_of_it_is_no_file_of_points()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // where an open file is not renamed
        }

        using (MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 2))
        {
            writer.Append(new T[400_000]);
            File.Move(Directory.EnumerateFiles(_folder).Single(), FilePath);
        }

        new FileInfo(FilePath).Length.Should().BeGreaterThan(400_000);
        Refusal.Require(() => MappedPoints.Open<T>(FilePath), typeof(InvalidDataException), "(0, 2)");
    }

    [Fact]
    public void A_file_that_is_open_stays_what_it_is_when_another_takes_its_place()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // which replaces no open file
        }

        T[] old = TestData.Points<T>(DataKind.Uniform, 9_000, 2);
        Write(old);
        using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);
        Write(new T[2]);

        T[] found = new T[old.Length];
        points.Points.FlattenTo(found);
        Same.Bits<T>(old, found, "values");
    }

    [Fact]
    public void Half_a_point_is_refused_and_nothing_of_it_written()
    {
        using MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 3);
        writer.Append(new T[6]);

        Refusal.Require(() => writer.Append(new T[4]), typeof(ArgumentException), "4", "3 dimensions");
        writer.Complete();

        using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);
        points.Count.Should().Be(2);
    }

    [Fact]
    public void A_file_without_points_is_not_completed()
    {
        using (MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 3))
        {
            writer.Append([]);
            Refusal.Require(writer.Complete, typeof(InvalidOperationException), "No point");
        }

        Directory.EnumerateFileSystemEntries(_folder).Should().BeEmpty();
    }

    [Fact]
    public void Once_it_is_complete_or_given_up_it_takes_no_more()
    {
        foreach (bool complete in new[] { true, false })
        {
            MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 1);
            writer.Append(new T[5]);
            if (complete)
            {
                writer.Complete();
                Refusal.Require(() => writer.Append(new T[1]), typeof(ObjectDisposedException));
                Refusal.Require(writer.Complete, typeof(ObjectDisposedException));
            }

            writer.Dispose();
            writer.Dispose();
            Refusal.Require(() => writer.Append(new T[1]), typeof(ObjectDisposedException));
            Refusal.Require(writer.Complete, typeof(ObjectDisposedException));
            writer.Count.Should().Be(5);
        }

        Directory.EnumerateFileSystemEntries(_folder).Should().Equal(FilePath);
    }

    [Fact]
    public void What_cannot_be_replaced_is_left_with_nothing_beside_it()
    {
        Directory.CreateDirectory(FilePath);
        using (MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 1))
        {
            writer.Append(new T[5]);
            Exception? thrown = Record.Exception(writer.Complete);
            (thrown is IOException or UnauthorizedAccessException).Should().BeTrue($"{thrown}");
        }

        Directory.EnumerateFileSystemEntries(_folder).Should().Equal(FilePath);
    }

    [Fact]
    public void Bad_arguments_are_refused_before_anything_is_made()
    {
        Refusal.Require(() => MappedPoints.Create<T>(FilePath, 0), typeof(ArgumentOutOfRangeException), "dimensions");
        Refusal.Require(() => MappedPoints.Create<T>("", 1), typeof(ArgumentException), "path");
        Refusal.Require(() => MappedPoints.Create<T>(null!, 1), typeof(ArgumentNullException), "path");
        Refusal.Require(() => MappedPoints.Create<T>(Path.Combine(_folder, "no", "such.npy"), 1), typeof(DirectoryNotFoundException));

        Directory.EnumerateFileSystemEntries(_folder).Should().BeEmpty();
    }

    private void Write(T[] values)
    {
        using MappedPointsWriter<T> writer = MappedPoints.Create<T>(FilePath, 2);
        writer.Append(values);
        writer.Complete();
    }
}

public sealed class FloatMappedPointsWriterTests : MappedPointsWriterTests<float>;

public sealed class DoubleMappedPointsWriterTests : MappedPointsWriterTests<double>;
