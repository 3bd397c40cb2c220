using System.Runtime.InteropServices;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Whatever a file says of itself, it is mapped as what it is, to its last byte and no further, or refused.</summary>
public sealed class MappedFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string FilePath => Path.Combine(_folder, "points.npy");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(NpyTests.Faults), MemberType = typeof(NpyTests))]
    public void A_header_with_one_fault_is_refused(string part, string replacement, string said)
    {
        // What a model says of shapes that no array holds, and of bytes that follow, is said in other words here.
        string[] parts = said is "at most" || said.EndsWith("follow", StringComparison.Ordinal) ? ["shape"] : [said];

        Refuse(NpyTests.FileOf(NpyTests.Header.Replace(part, replacement, StringComparison.Ordinal)), parts);
    }

    [Theory]
    [MemberData(nameof(NpyTests.RefusedFiles), MemberType = typeof(NpyTests))]
    public void Other_files_of_numpy_are_refused(string file)
    {
        if (file is not "not-finite") // values are the fit's to refuse
        {
            Refuse(File.ReadAllBytes(NpyTests.PathOf("refused-" + file)));
        }
    }

    [Fact]
    public void A_file_cut_anywhere_or_continued_is_refused()
    {
        byte[] good = NpyTests.FileOf(NpyTests.Header + "   "); // so that its values begin at a multiple of eight
        Open(good).Should().Equal(1, 2, 3, 4, 5, 6);
        for (int length = 0; length < good.Length; length++)
        {
            Refuse(good[..length]);
        }

        Refuse([.. good, 0]);
        Refuse([.. good, .. good]);
    }

    [Fact]
    public void Values_that_do_not_begin_at_a_multiple_of_their_size_are_refused()
    {
        for (int spaces = 0; spaces < 16; spaces++)
        {
            byte[] file = NpyTests.FileOf(NpyTests.Header + new string(' ', spaces));
            if ((file.Length - 48) % 8 == 0)
            {
                Open(file).Should().Equal(1, 2, 3, 4, 5, 6);
            }
            else
            {
                Refuse(file, "multiple of the 8 bytes");
            }
        }
    }

    /// <summary>Shapes whose values or bytes, in 64 bits or in 32, come back to what the file has.</summary>
    [Theory]
    [InlineData("(768614336404564651, 18)")]
    [InlineData("(2147483651, 2)")]
    [InlineData("(268435459, 2)")]
    [InlineData("(1, 4294967302)")]
    public void A_shape_that_overflows_is_refused(string shape) =>
        Refuse(NpyTests.FileOf(NpyTests.Header.Replace("(2, 3)", shape, StringComparison.Ordinal)), "shape");

    [Fact]
    public void What_is_no_file_is_refused()
    {
        Refusal.Require(() => MappedPoints.Open<float>(Path.Combine(_folder, "absent.npy")), typeof(FileNotFoundException), "absent.npy");
        Refusal.Require(() => MappedPoints.ElementType(Path.Combine(_folder, "absent.npy")), typeof(FileNotFoundException), "absent.npy");
        Refusal.Require(() => MappedPoints.Open<float>(Path.Combine(_folder, "no", "such.npy")), typeof(DirectoryNotFoundException));
        Refusal.Require(() => MappedPoints.Open<float>(_folder), typeof(UnauthorizedAccessException));
        Refusal.Require(() => MappedPoints.Open<float>(""), typeof(ArgumentException), "path");
        Refusal.Require(() => MappedPoints.OpenRaw<float>("", 1), typeof(ArgumentException), "path");
        Refusal.Require(() => MappedPoints.ElementType(null!), typeof(ArgumentNullException), "path");
        if (!OperatingSystem.IsWindows())
        {
            Refusal.Require(() => MappedPoints.OpenRaw<float>("/dev/zero", 1), typeof(InvalidDataException));
            Refusal.Require(() => MappedPoints.Open<float>("/dev/null"), typeof(InvalidDataException));
        }
    }

    [Fact]
    public void Types_other_than_float_and_double_are_refused()
    {
        Refusal.Require(() => MappedPoints.Open<Half>(NpyTests.PathOf("float32")), typeof(NotSupportedException), "Half");
        Refusal.Require(() => MappedPoints.OpenRaw<Half>(NpyTests.PathOf("float32"), 1), typeof(NotSupportedException), "Half");
        Refusal.Require(() => MappedPoints.Create<Half>(FilePath, 1), typeof(NotSupportedException), "Half");
        Refusal.Require(() => MappedPoints.ElementType(NpyTests.PathOf("refused-float16")), typeof(InvalidDataException), "<f2");
        Refusal.Require(() => MappedPoints.ElementType(NpyTests.PathOf("refused-big-endian")), typeof(InvalidDataException), ">f8", "little endian");
    }

    /// <summary>Four thousand damaged files: each is refused by an InvalidDataException, or gives exactly the bytes after its header.</summary>
    [Fact]
    public void A_damaged_file_is_refused_or_mapped_as_it_is()
    {
        const int Files = 4_000;
        Draw draw = new(7);
        byte[][] seeds =
        [
            NpyTests.FileOf(NpyTests.Header + "   "),
            NpyTests.FileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }   "),
            .. new[] { "float32", "float64", "float64-2.0", "float64-3.0", "iris-centroids" }.Select(name => File.ReadAllBytes(NpyTests.PathOf(name))),
        ];
        int mapped = 0;
        for (int file = 0; file < Files; file++)
        {
            byte[] bytes = seeds[draw.Below(seeds.Length)];
            for (int times = 1 + draw.Below(3); times > 0; times--)
            {
                bytes = Damage.Once(bytes, draw);
            }

            mapped += IsMapped<float>(bytes, $"file {file}") | IsMapped<double>(bytes, $"file {file}") ? 1 : 0;
        }

        mapped.Should().BeInRange(Files / 100, Files * 9 / 10, "some damage only changes a value, most does not");
    }

    private bool IsMapped<T>(byte[] bytes, string what)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Write(bytes);
        try
        {
            using MappedPoints<T> points = MappedPoints.Open<T>(FilePath);
            T[] values = new T[points.Points.FlattenedLength];
            points.Points.FlattenTo(values);
            Same.Value(points.Count * points.Dimensions, values.LongLength, what);
            Same.Values(bytes.AsSpan(^(values.Length * Marshal.SizeOf<T>())..), MemoryMarshal.AsBytes<T>(values), what);
            Same.Value(typeof(T), MappedPoints.ElementType(FilePath), what);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    // Over what is there: to delete a file, or to empty it first, takes some file systems a hundred times as long.
    private void Write(byte[] bytes)
    {
        using FileStream stream = new(FilePath, FileMode.OpenOrCreate);
        stream.Write(bytes);
        stream.SetLength(bytes.Length);
    }

    private double[] Open(byte[] file)
    {
        Write(file);
        using MappedPoints<double> points = MappedPoints.Open<double>(FilePath);
        double[] values = new double[points.Points.FlattenedLength];
        points.Points.FlattenTo(values);
        return values;
    }

    private void Refuse(byte[] file, params string[] said)
    {
        Write(file);

        Exception? thrown = Record.Exception(() => MappedPoints.Open<double>(FilePath));

        thrown.Should().BeOfType<InvalidDataException>();
        thrown!.Message.Length.Should().BeInRange(10, 400);
        foreach (string part in said)
        {
            thrown.Message.Should().Contain(part);
        }
    }
}
