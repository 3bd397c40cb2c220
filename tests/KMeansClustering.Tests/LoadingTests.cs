using System.Text;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>JSON that is not a saved model is refused with an InvalidDataException that says why.</summary>
public sealed class LoadingTests
{
    private const string Good = """
        {"format":"KMeansClustering.Model","version":1,"type":"float64","dimensions":2,"clusters":3,"centroids":[[1,2],[3,4],[5.5,-0.25]]}
        """;

    private static readonly string[] Members =
    [
        "\"format\":\"KMeansClustering.Model\"", "\"version\":1", "\"type\":\"float64\"", "\"dimensions\":2", "\"clusters\":3",
        "\"centroids\":[[1,2],[3,4],[5.5,-0.25]]",
    ];

    /// <summary>What is replaced, by what, and a part of the message.</summary>
    public static TheoryData<string, string, string> Faults => new()
    {
        { Good, "", "JSON" },
        { Good, "null", "object" },
        { Good, "[]", "object" },
        { Good, "\"model\"", "object" },
        { Good, "\0\0\0\0", "JSON" },
        { "{\"format", "\uFEFF{\"format", "JSON" },
        { "KMeansClustering.Model", "KMeansClustering.Tree", "KMeansClustering.Tree" },
        { "KMeansClustering.Model", "\\u004bMeansClustering.Model", "format" },
        { "\"format\"", "\"\\u0066ormat\"", "member" },
        { "\"format\"", "\"\\ud800\"", "member" },
        { "version\":1", "version\":2", "version is 2" },
        { "version\":1", "version\":0", "version" },
        { "version\":1", "version\":1.0", "version" },
        { "version\":1", "version\":1e0", "version" },
        { "version\":1", "version\":\"1\"", "version" },
        { "float64", "float32", "float32" },
        { "float64", "int64", "int64" },
        { "\"float64\"", "64", "type" },
        { "dimensions\":2", "dimensions\":0", "dimensions" },
        { "dimensions\":2", "dimensions\":-2", "dimensions" },
        { "dimensions\":2", "dimensions\":3", "dimensions 3" },
        { "dimensions\":2", "dimensions\":2147483648", "dimensions" },
        { "dimensions\":2", "dimensions\":99999999999999999999999999", "dimensions" },
        { "dimensions\":2", "dimensions\":2147483647", "dimensions" },
        { "clusters\":3", "clusters\":2", "clusters is 2" },
        { "clusters\":3", "clusters\":4", "clusters is 4" },
        { "clusters\":3", "clusters\":0", "clusters" },
        { "clusters\":3", "clusters\":2147483647", "clusters" },
        { "[5.5,-0.25]", "[5.5]", "Centroid 2" },
        { "[5.5,-0.25]", "[5.5,-0.25,1]", "Centroid 2" },
        { "[5.5,-0.25]", "[]", "Centroid 2" },
        { "[5.5,-0.25]", "null", "Centroid 2" },
        { "[5.5,-0.25]", "5.5,-0.25", "Centroid 2" },
        { "[1,2],[3,4],[5.5,-0.25]", "", "0 centroids" },
        { "[1,2],[3,4],[5.5,-0.25]", "[],[],[]", "Centroid 0" },
        { "[[1,2],[3,4],[5.5,-0.25]]", "{}", "centroids" },
        { "[3,4]", "[3,1e999]", "centroid 1, column 1" },
        { "[3,4]", "[-1e309,4]", "centroid 1, column 0" },
        { "[3,4]", "[3,1e99999999999999999999]", "centroid 1, column 1" },
        { "[3,4]", "[NaN,4]", "JSON" },
        { "[3,4]", "[3,\"4\"]", "Centroid 1" },
        { "[3,4]", "[3,\"NaN\"]", "Centroid 1" },
        { "[3,4]", "[3,null]", "Centroid 1" },
        { "[3,4]", "[3,[4]]", "JSON" },
        { "[3,4]", "[03,4]", "JSON" },
        { "[3,4]", "[3,4,]", "JSON" },
        { "[3,4]", "[3,.4]", "JSON" },
        { "[3,4]", "[3,0x4]", "JSON" },
        { "]]}", "]]", "JSON" },
        { "]]}", "]],}", "JSON" },
        { "]]}", "]]}}", "JSON" },
        { "]]}", "]]}{}", "JSON" },
        { "]]}", "]]} x", "JSON" },
        { "]]}", "]],\"more\":1}", "'more'" },
        { "{\"format", "{\"$type\":\"System.Object\",\"format", "'$type'" },
        { "\"dimensions", "\"metric\":\"cosine\",\"dimensions", "Centroid 0" },
        { "\"dimensions", "\"metric\":\"Cosine\",\"dimensions", "'Cosine'" },
        { "\"dimensions", "\"metric\":\"manhattan\",\"dimensions", "'manhattan'" },
        { "\"dimensions", "\"metric\":\"\",\"dimensions", "metric" },
        { "\"dimensions", "\"metric\":1,\"dimensions", "metric" },
        { "\"dimensions", "\"metric\":null,\"dimensions", "metric" },
        { "\"dimensions", "\"metric\":[\"cosine\"],\"dimensions", "metric" },
        { "\"dimensions", "\"Metric\":\"cosine\",\"dimensions", "'Metric'" },
        { "\"dimensions", "\"metric\":\"euclidean\",\"metric\":\"euclidean\",\"dimensions", "twice" },
        { "{\"format", "{/* a comment */\"format", "JSON" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_file_with_one_fault_is_refused(string part, string replacement, string said)
    {
        Good.Should().Contain(part);

        Refuse(Good.Replace(part, replacement, StringComparison.Ordinal), said);
    }

    [Fact]
    public void Every_member_must_be_there_and_once()
    {
        foreach (string member in Members)
        {
            string name = member.Split('"')[1];
            Refuse($"{{{string.Join(',', Members.Where(one => !ReferenceEquals(one, member)))}}}", name);
            Refuse($"{{{string.Join(',', Members)},{member}}}", name);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("[[[1]]]")]
    [InlineData("{\"format\":1}")]
    public void No_member_may_be_anything_else(string value)
    {
        foreach (string member in Members)
        {
            string name = member.Split('"')[1];
            Refuse($"{{{string.Join(',', Members.Select(one => ReferenceEquals(one, member) ? $"\"{name}\":{value}" : one))}}}");
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        for (int length = 0; length < Good.TrimEnd().Length; length++)
        {
            Refuse(Good[..length]);
        }
    }

    [Fact]
    public void Members_may_come_in_any_order_and_with_white_space()
    {
        string text = " {\n" + string.Join(" ,\r\n\t", Members.Reverse()) + "\n} \n";

        KMeansModel<double> model = Load(text);

        (model.Clusters, model.Dimensions).Should().Be((3, 2));
        Same.Bits<double>([1, 2, 3, 4, 5.5, -0.25], model.Centroids, "centroids");
    }

    [Fact]
    public void The_metric_may_be_said_anywhere_or_not_at_all()
    {
        string unit = Good.Replace("[[1,2],[3,4],[5.5,-0.25]]", "[[1,0],[0.6,0.8],[0,-1]]", StringComparison.Ordinal);

        Load(unit).Metric.Should().Be(KMeansMetric.Euclidean);
        Load(unit.Replace("]]}", "]],\"metric\":\"euclidean\"}", StringComparison.Ordinal)).Metric.Should().Be(KMeansMetric.Euclidean);
        Load(unit.Replace("]]}", "]],\"metric\":\"cosine\"}", StringComparison.Ordinal)).Metric.Should().Be(KMeansMetric.Cosine);
        Load(unit.Replace("{\"format", "{\"metric\":\"cosine\",\"format", StringComparison.Ordinal)).Metric.Should().Be(KMeansMetric.Cosine);
    }

    [Theory]
    [InlineData("[0.6,0.8]", "[0.6,0.81]")]
    [InlineData("[0.6,0.8]", "[0,0]")]
    [InlineData("[0.6,0.8]", "[1.2,1.6]")]
    [InlineData("[0.6,0.8]", "[1e300,1e300]")]
    [InlineData("[0.6,0.8]", "[1e-300,0]")]
    public void Centroids_of_a_cosine_model_must_be_of_length_1(string centroid, string replacement)
    {
        string unit = Good.Replace("[[1,2],[3,4],[5.5,-0.25]]", $"[[1,0],{replacement},[0,-1]]", StringComparison.Ordinal)
            .Replace("\"dimensions", "\"metric\":\"cosine\",\"dimensions", StringComparison.Ordinal);

        Refuse(unit, "Centroid 1", "length 1");
        Load(unit.Replace(replacement, centroid, StringComparison.Ordinal)).Clusters.Should().Be(3);
    }

    [Theory]
    [InlineData("4.000", 4.0)]
    [InlineData("4E+0", 4.0)]
    [InlineData("0.4e1", 4.0)]
    [InlineData("-0", -0.0)]
    [InlineData("-0e99999999999", -0.0)]
    [InlineData("1e-999", 0.0)]
    [InlineData("9007199254740993", 9007199254740992.0)]
    [InlineData("9007199254740993.0000000000000000000000000000000000000001", 9007199254740994.0)]
    public void A_number_may_have_any_form_that_json_knows_and_is_rounded_once(string text, double expected) =>
        Same.Bits(expected, Load(Good.Replace("[3,4]", $"[3,{text}]", StringComparison.Ordinal)).Centroid(1)[1], text);

    [Fact]
    public void A_number_longer_than_the_buffer_is_refused_and_a_long_one_is_read()
    {
        Same.Bits(3, Load(Good.Replace("[3,4]", "[3." + new string('0', 60_000) + ",4]", StringComparison.Ordinal)).Centroid(1)[0], "a long number");
        Refuse(Good.Replace("[3,4]", "[3." + new string('0', 70_000) + ",4]", StringComparison.Ordinal), "65536");
        Refuse(Good.Replace("\"version\"", $"\"{new string('v', 50_000)}\"", StringComparison.Ordinal), "'vvvv");
    }

    [Fact]
    public void Counts_that_lie_allocate_nothing()
    {
        string text = Good.Replace("dimensions\":2", "dimensions\":2147483647", StringComparison.Ordinal)
            .Replace("clusters\":3", "clusters\":2147483647", StringComparison.Ordinal);
        Refuse(text);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuse(text);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    [Fact]
    public void Another_type_than_float_or_double_is_refused()
    {
        Refusal.Require(() => KMeansModel<Half>.Load(new MemoryStream()), typeof(NotSupportedException), "Half");
        Refusal.Require(() => KMeansModel<Half>.Load("model.json"), typeof(NotSupportedException), "Half");
        Refusal.Require(() => KMeansModel<Half>.LoadNpy(new MemoryStream()), typeof(NotSupportedException), "Half");
        Refusal.Require(() => KMeansModel<Half>.LoadNpy("model.npy"), typeof(NotSupportedException), "Half");
    }

    private static KMeansModel<double> Load(string text) => KMeansModel<double>.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static void Refuse(string text, params string[] said)
    {
        Exception? thrown = Record.Exception(() => Load(text));

        thrown.Should().BeOfType<InvalidDataException>(text.Length < 1000 ? text : "it is wrong");
        thrown!.Message.Length.Should().BeInRange(10, 400);
        foreach (string part in said)
        {
            thrown.Message.Should().Contain(part, text.Length < 1000 ? text : "it is wrong");
        }
    }
}
