using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Files of NumPy are read and written as NumPy does it; all others are refused. Data/make_npy.py has made the files.</summary>
public sealed class NpyTests
{
    internal const string Header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";

    /// <summary>What is replaced in the header, by what, and a part of the message.</summary>
    public static TheoryData<string, string, string> Faults => new()
    {
        { Header, "", "byte" },
        { Header, "{}", "keys" },
        { Header, Header + "}", "the end" },
        { Header, Header + " # comment", "the end" },
        { Header, "__import__('os').system('true')", "understood" },
        { "{", "", "understood" },
        { "}", "", "understood" },
        { "}", "]", "understood" },
        { "'<f8'", "'<f4'", "float32" },
        { "'<f8'", "'>f8'", "'>f8'" },
        { "'<f8'", "'=f8'", "'=f8'" },
        { "'<f8'", "'<i8'", "'<i8'" },
        { "'<f8'", "'|O'", "'|O'" },
        { "'<f8'", "'<f8", "understood" },
        { "'<f8'", "'<f8\"", "understood" },
        { "'<f8'", "'\\x3cf8'", "understood" },
        { "'<f8'", "u'<f8'", "understood" },
        { "'<f8'", "'<f8\u00e9'", "understood" },
        { "'<f8'", "[('x', '<f8')]", "understood" },
        { "'<f8'", "None", "understood" },
        { "False", "True", "Fortran" },
        { "False", "0", "True or False" },
        { "False", "Falsey", "understood" },
        { "False", "eval('False')", "understood" },
        { "(2, 3)", "(6,)", "two dimensions" },
        { "(2, 3)", "()", "two dimensions" },
        { "(2, 3)", "6", "understood" },
        { "(2, 3)", "(1, 2, 3)", "understood" },
        { "(2, 3)", "(-2, -3)", "two dimensions" },
        { "(2, 3)", "(2L, 3L)", "understood" },
        { "(2, 3)", "(2.0, 3)", "understood" },
        { "(2, 3)", "(0, 3)", "(0, 3)" },
        { "(2, 3)", "(6, 0)", "(6, 0)" },
        { "(2, 3)", "(3, 3)", "48 bytes follow" },
        { "(2, 3)", "(2, 2)", "48 bytes follow" },
        { "(2, 3)", "(200000000, 3)", "48 bytes follow" },
        { "(2, 3)", "(4294967296, 4294967296)", "at most" },
        { "(2, 3)", "(4294967298, 3)", "at most" },
        { "(2, 3)", "(999999999999999999, 999999999999999999)", "at most" },
        { "(2, 3)", "(18446744073709551618, 3)", "understood" },
        { "'descr'", "'type'", "'type'" },
        { "'shape'", "'descr'", "'descr'" },
        { "'descr': '<f8', ", "", "keys" },
        { "'fortran_order': False, ", "", "keys" },
        { "'shape': (2, 3), ", "", "keys" },
        { "'shape': (2, 3), ", "'shape': (2, 3), 'shape': (2, 3), ", "'shape'" },
        { "'shape': (2, 3), ", "'shape': (2, 3), 'more': 1, ", "'more'" },
        { ", 'shape'", "; 'shape'", "understood" },
        { ", }", ",, }", "understood" },
    };

    public static TheoryData<string> RefusedFiles =>
        ["fortran", "big-endian", "float16", "integers", "vector", "scalar", "cube", "empty", "objects", "records", "not-finite"];

    [Theory]
    [InlineData("float64")]
    [InlineData("float64-2.0")]
    [InlineData("float64-3.0")]
    public void What_numpy_has_saved_is_read_in_every_version(string file)
    {
        KMeansModel<double> model = KMeansModel<double>.LoadNpy(PathOf(file));

        Stored.Same(new KMeansModel<double>(Stored.Special<double>(), 4), model, file);
    }

    [Fact]
    public void What_numpy_has_saved_in_float32_is_read()
    {
        Stored.Same(new KMeansModel<float>(Stored.Special<float>(), 4), KMeansModel<float>.LoadNpy(PathOf("float32")), "float32");
    }

    [Fact]
    public void What_is_written_is_to_the_byte_what_numpy_writes_so_numpy_reads_it()
    {
        Stored.Bytes(new KMeansModel<float>(Stored.Special<float>(), 4).SaveNpy).Should().Equal(File.ReadAllBytes(PathOf("float32")));
        Stored.Bytes(new KMeansModel<double>(Stored.Special<double>(), 4).SaveNpy).Should().Equal(File.ReadAllBytes(PathOf("float64")));
        Stored.Bytes(new KMeansModel<float>(new float[1200], 1).SaveNpy).Should().Equal(File.ReadAllBytes(PathOf("column")));
    }

    [Fact]
    public void Centroids_of_scikit_learn_predict_its_labels()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "sklearn.json")));
        JsonElement iris = json.RootElement.GetProperty("datasets").EnumerateArray().Single(set => set.GetProperty("name").ValueEquals("iris"));
        JsonElement run = iris.GetProperty("runs")[0];
        double[] points = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "iris.csv")).Skip(1)
            .SelectMany(line => line.Split(',').SkipLast(1)).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

        KMeansModel<double> model = KMeansModel<double>.LoadNpy(PathOf("iris-centroids"));
        int[] labels = new int[points.Length / 4];
        model.Predict(points, labels);

        Same.Bits<double>([.. run.GetProperty("centroids").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetDouble())], model.Centroids, "centroids");
        labels.Should().Equal(run.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32()));
    }

    [Theory]
    [MemberData(nameof(RefusedFiles))]
    public void Other_files_of_numpy_are_refused(string file)
    {
        Refuse(File.ReadAllBytes(PathOf("refused-" + file)));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_header_with_one_fault_is_refused(string part, string replacement, string said)
    {
        Header.Should().Contain(part);

        Refuse(FileOf(Header.Replace(part, replacement, StringComparison.Ordinal)), said);
    }

    [Theory]
    [InlineData("{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f8\"}")]
    [InlineData("  { 'descr' : '<f8' ,\n 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , }  \n")]
    public void A_header_may_have_its_keys_in_any_order_and_either_quotes(string header)
    {
        KMeansModel<double> model = KMeansModel<double>.LoadNpy(new MemoryStream(FileOf(header)));

        (model.Clusters, model.Dimensions).Should().Be((2, 3));
        Same.Bits<double>([1, 2, 3, 4, 5, 6], model.Centroids, "centroids");
    }

    [Fact]
    public void A_file_cut_anywhere_or_continued_is_refused()
    {
        byte[] good = FileOf(Header);
        for (int length = 0; length < good.Length; length++)
        {
            Refuse(good[..length]);
        }

        Refuse([.. good, 0]);
        Refuse([.. good, .. good]);
    }

    [Fact]
    public void Every_byte_before_the_header_counts()
    {
        byte[] good = FileOf(Header);
        for (int at = 0; at < 8; at++)
        {
            foreach (byte value in new byte[] { 0, 4, 0x20, 0x7f, 0xff }.Where(value => value != good[at]))
            {
                Refuse(Arrays.With(good, at, value));
            }
        }

        Refuse(Arrays.With(good, 9, (byte)0xff), "10000"); // a header of 64 KB
        Refuse([0x93, .. "NUMPY"u8, 2, 0, 0xff, 0xff, 0xff, 0xff], "10000");
        Refuse([0x93, .. "NUMPY"u8, 3, 0, 0, 0, 0, 0], "understood");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_named(double value)
    {
        byte[] file = FileOf(Header);
        BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(file.Length - 16), value);

        Refuse(file, "centroid 1, column 1");
    }

    [Fact]
    public void A_shape_that_lies_allocates_nothing()
    {
        byte[] file = FileOf(Header.Replace("(2, 3)", "(200000000, 10)", StringComparison.Ordinal));
        Refuse(file);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuse(file);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(2 << 20); // a block of values for the stream without a length
    }

    private static void Refuse(byte[] file, params string[] said)
    {
        Exception? thrown = Record.Exception(() => KMeansModel<double>.LoadNpy(new MemoryStream(file)));
        Exception? fromParts = Record.Exception(() => KMeansModel<double>.LoadNpy(new DripStream(file, 5)));

        thrown.Should().BeOfType<InvalidDataException>();
        fromParts.Should().BeOfType<InvalidDataException>();
        thrown!.Message.Length.Should().BeInRange(10, 400);
        foreach (string part in said)
        {
            thrown.Message.Should().Contain(part);
        }
    }

    /// <summary>Version 1.0, this header, and six values from 1 to 6.</summary>
    internal static byte[] FileOf(string header)
    {
        byte[] text = Encoding.Latin1.GetBytes(header);
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. new byte[48]];
        for (int i = 0; i < 6; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(file.Length - 48 + (8 * i)), i + 1);
        }

        return file;
    }

    internal static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Data", "npy", name + ".npy");
}
