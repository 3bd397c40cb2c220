using System.Numerics;
using System.Runtime.InteropServices;
using KMeansClustering.Assignment;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The exported graph is the one described, and its arithmetic gives the labels of Predict. tests/onnx runs it on ONNX Runtime.</summary>
public abstract class OnnxTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly long s_type = typeof(T) == typeof(float) ? 1 : 11;

    [Fact]
    public void The_graph_is_a_product_and_the_place_of_its_least_value()
    {
        ProtoReader model = Export(Stored.Special<T>().Select(value => T.Abs(value) > T.One ? T.One : value).ToArray(), 4);

        model.Integer(1).Should().Be(8, "IR version");
        model.Text(2).Should().Be("KMeansClustering");
        model.Message(8).Text(1).Should().Be("", "the standard operators");
        model.Message(8).Integer(2).Should().Be(13, "opset");

        ProtoReader graph = model.Message(7);
        graph.FieldNumbers.Should().Equal(1, 1, 2, 5, 5, 11, 12);
        graph.Text(2).Should().Be("kmeans");
        ProtoReader gemm = graph.Messages(1)[0];
        gemm.Texts(1).Should().Equal("points", "minus_two_centroids", "squared_norms");
        gemm.Texts(2).Should().Equal("scores");
        gemm.Text(4).Should().Be("Gemm");
        Attributes(gemm).Should().Equal(("transB", 1L));
        ProtoReader argMin = graph.Messages(1)[1];
        argMin.Texts(1).Should().Equal("scores");
        argMin.Texts(2).Should().Equal("labels");
        argMin.Text(4).Should().Be("ArgMin");
        Attributes(argMin).Should().Equal(("axis", 1L), ("keepdims", 0L));

        graph.Messages(5).Select(tensor => tensor.Text(8)).Should().Equal("minus_two_centroids", "squared_norms");
        graph.Messages(5)[0].Integers(1).Should().Equal(3, 4);
        graph.Messages(5)[1].Integers(1).Should().Equal(3);
        Value(graph.Message(11)).Should().Be(("points", s_type, "N,4"));
        Value(graph.Message(12)).Should().Be(("labels", 7L, "N"));
    }

    [Fact]
    public void The_initializers_are_minus_two_c_and_its_squared_length()
    {
        T[] centroids = [T.One, -T.One / T.CreateChecked(4), T.NegativeZero, T.CreateChecked(1000), T.Epsilon, T.CreateChecked(3)];

        ProtoReader[] tensors = Export(centroids, 3).Message(7).Messages(5);

        foreach (ProtoReader tensor in tensors)
        {
            tensor.Integer(2).Should().Be(s_type);
        }

        Same.Bits<T>(Array.ConvertAll(centroids, value => T.CreateChecked(-2) * value), Values(tensors[0]), "−2c");
        Same.Bits<T>([T.CreateChecked(1.0625), T.CreateChecked(1000009)], Values(tensors[1]), "‖c‖²");
    }

    [Theory]
    [InlineData(DataKind.Uniform, 2, 3)]
    [InlineData(DataKind.Clustered, 5, 40)]
    [InlineData(DataKind.Clustered, 64, 17)]
    [InlineData(DataKind.Columns, 6, 9)]
    [InlineData(DataKind.Lattice, 3, 8)]
    [InlineData(DataKind.Uniform, 1, 1)]
    public void Its_arithmetic_gives_the_labels_of_Predict_but_where_two_are_almost_equally_near(DataKind kind, int dimensions, int clusters)
    {
        const int Count = 500;
        Problem<T> problem = TestData.Problem<T>(kind, Count, dimensions, clusters);
        KMeansModel<T> model = problem.Fit(new KMeansOptions { MaxIterations = 3 }).Model;
        ProtoReader[] tensors = Export(model.Centroids.ToArray(), dimensions).Message(7).Messages(5);
        (T[] weights, T[] norms) = (Values(tensors[0]), Values(tensors[1]));

        int nearTies = 0;
        for (int i = 0; i < Count; i++)
        {
            T[] point = problem.Point(i).ToArray();
            T[] scores = [.. norms.Select((norm, j) => norm + point.Select((x, p) => x * weights[(j * dimensions) + p]).Aggregate(T.Zero, (sum, term) => sum + term))];
            int label = Array.IndexOf(scores, scores.Min());
            int expected = model.Predict(point);
            if (label == expected)
            {
                continue;
            }

            // Both scores' rounding, by the bound for a sum of d + 2 terms in any order.
            double difference = Distance(point, model.Centroid(label)) - Distance(point, model.Centroid(expected));
            double longest = Math.Max(Length(model.Centroid(label)), Length(model.Centroid(expected)));
            double unit = typeof(T) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);
            difference.Should().BeLessThan(2.01 * (dimensions + 3) * unit * ((2 * Length(point) * longest) + (longest * longest)), $"point {i}");
            nearTies++;
        }

        nearTies.Should().BeLessThan(kind is DataKind.Uniform or DataKind.Clustered ? Count / 100 : Count);
    }

    [Fact]
    public void The_graph_of_a_cosine_model_is_a_product_without_norms()
    {
        T[] centroids = [T.One, T.Zero, T.CreateChecked(-0.6), T.CreateChecked(0.8)];
        ProtoReader graph = new ProtoReader(Stored.Bytes(new KMeansModel<T>(centroids, 2, KMeansMetric.Cosine).ExportOnnx)).Message(7);

        graph.FieldNumbers.Should().Equal(1, 1, 2, 5, 11, 12);
        ProtoReader gemm = graph.Messages(1)[0];
        gemm.Texts(1).Should().Equal("points", "minus_centroids");
        gemm.Text(4).Should().Be("Gemm");
        Attributes(gemm).Should().Equal(("transB", 1L));
        graph.Messages(1)[1].Text(4).Should().Be("ArgMin");
        ProtoReader tensor = graph.Message(5);
        tensor.Text(8).Should().Be("minus_centroids");
        tensor.Integers(1).Should().Equal(2, 2);
        Same.Bits<T>(Array.ConvertAll(centroids, c => -c), Values(tensor), "−c");
    }

    [Theory]
    [InlineData(DataKind.Clustered, 5, 40)]
    [InlineData(DataKind.Uniform, 64, 17)]
    [InlineData(DataKind.Lattice, 3, 8)]
    public void Of_a_cosine_model_it_gives_the_labels_of_Predict_for_points_of_any_length_but_where_two_cosines_are_almost_equal(DataKind kind, int dimensions, int clusters)
    {
        const int Count = 500;
        Problem<T> problem = TestData.Directed(TestData.Problem<T>(kind, Count, dimensions, clusters));
        KMeansModel<T> model = problem.Fit(new KMeansOptions { Metric = KMeansMetric.Cosine, MaxIterations = 3 }).Model;
        T[] weights = Values(new ProtoReader(Stored.Bytes(model.ExportOnnx)).Message(7).Message(5));

        int nearTies = 0;
        for (int i = 0; i < Count; i++)
        {
            T scale = T.ScaleB(T.CreateChecked(1.1), (i % 41) - 20);
            T[] point = [.. problem.Point(i).ToArray().Select(x => x * scale)];
            T[] scores = [.. Enumerable.Range(0, clusters).Select(j => point.Select((x, p) => x * weights[(j * dimensions) + p]).Aggregate(T.Zero, (sum, term) => sum + term))];
            int label = Array.IndexOf(scores, scores.Min());
            int expected = model.Predict(point);
            if (label == expected)
            {
                continue;
            }

            // Both scores' rounding, and what the centroids' lengths are off by.
            double Cosine(int j) => point.Select((x, p) => double.CreateChecked(x) * double.CreateChecked(model.Centroid(j)[p])).Sum() / (Length(point) * Length(model.Centroid(j)));
            double unit = typeof(T) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);
            Math.Abs(Cosine(expected) - Cosine(label)).Should().BeLessThan((2.01 * (dimensions + 3) * unit) + (2 * UnitRow<T>.Tolerance(dimensions)), $"point {i}");
            nearTies++;
        }

        nearTies.Should().BeLessThan(kind == DataKind.Lattice ? Count : Count / 100);
    }

    [Fact]
    public void A_centroid_whose_square_overflows_is_refused_and_so_is_no_stream()
    {
        KMeansModel<T> model = new([T.One, T.One, T.One, T.CreateChecked(typeof(T) == typeof(float) ? 1e20 : 1e160)], 2);

        Refusal.Require(() => model.ExportOnnx(new MemoryStream()), typeof(InvalidOperationException), "centroid 1");
        Refusal.Require(() => model.ExportOnnx(null!), typeof(ArgumentNullException), "stream");
    }

    [Fact]
    public void The_stream_is_left_open()
    {
        using MemoryStream stream = new();
        new KMeansModel<T>([T.One], 1).ExportOnnx(stream);

        stream.CanWrite.Should().BeTrue();
        stream.Position.Should().Be(stream.Length);
    }

    private static ProtoReader Export(T[] centroids, int dimensions) => new(Stored.Bytes(new KMeansModel<T>(centroids, dimensions).ExportOnnx));

    private static T[] Values(ProtoReader tensor) => MemoryMarshal.Cast<byte, T>(tensor.Bytes(9)).ToArray();

    private static (string Name, long Value)[] Attributes(ProtoReader node)
    {
        node.Messages(5).Should().OnlyContain(attribute => attribute.Integer(20) == 2, "they are integers");
        return [.. node.Messages(5).Select(attribute => (attribute.Text(1), attribute.Integer(3)))];
    }

    private static (string Name, long Type, string Shape) Value(ProtoReader value)
    {
        ProtoReader tensor = value.Message(2).Message(1);
        ProtoReader[] shape = tensor.Message(2).Messages(1);
        return (value.Text(1), tensor.Integer(1), string.Join(',', shape.Select(one => one.FieldNumbers.Single() == 2 ? one.Text(2) : $"{one.Integer(1)}")));
    }

    private static double Distance(ReadOnlySpan<T> point, ReadOnlySpan<T> centroid) => ExactDistance.Squared(point, centroid).ToDouble();

    private static double Length(ReadOnlySpan<T> values) => Math.Sqrt(Distance(values, new T[values.Length]));
}

public sealed class FloatOnnxTests : OnnxTests<float>;

public sealed class DoubleOnnxTests : OnnxTests<double>;
