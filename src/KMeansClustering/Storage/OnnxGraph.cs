using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeansClustering.Storage;

/// <summary>
/// A model as an ONNX graph: labels = ArgMin(Gemm(points, −2C, ‖c‖²)), since ‖x − c‖² = ‖x‖² − 2x·c + ‖c‖² and ‖x‖² is the same for all
/// centroids. For <see cref="KMeansMetric.Cosine"/>, whose centroids have length 1, ArgMin(Gemm(points, −C)): that ranks points of any length.
/// The field numbers are those of onnx.proto.
/// </summary>
internal static class OnnxGraph
{
    private const int IrVersion = 8;
    private const int Opset = 13;

    // TensorProto.DataType and AttributeProto.AttributeType.
    private const int Float = 1;
    private const int Int64 = 7;
    private const int Double = 11;
    private const int IntAttribute = 2;

    // Protocol Buffers end at 2 GiB; the rest of the graph has some hundred bytes.
    private const long LargestData = int.MaxValue - 4096;

    public static void Write<T>(Stream stream, ReadOnlySpan<T> centroids, int dimensions, KMeansMetric metric)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var clusters = centroids.Length / dimensions;
        if (((long)centroids.Length + clusters) * Unsafe.SizeOf<T>() > LargestData)
        {
            throw new InvalidOperationException("The model is too large for an ONNX file, which holds at most 2 GiB.");
        }

        var type = typeof(T) == typeof(float) ? Float : Double;
        (string Name, T[] Values, int[] Shape)[] operands = metric == KMeansMetric.Cosine
            ? [("minus_centroids", Times(-1, centroids), [clusters, dimensions])]
            : [("minus_two_centroids", Times(-2, centroids), [clusters, dimensions]), ("squared_norms", SquaredNorms(centroids, clusters, dimensions), [clusters])];
        var graph = new ProtoMessage()
            .Message(1, Node("Gemm", ["points", .. operands.Select(operand => operand.Name)], "scores", ("transB", 1)))
            .Message(1, Node("ArgMin", ["scores"], "labels", ("axis", 1), ("keepdims", 0)))
            .Text(2, "kmeans");
        foreach (var (name, values, shape) in operands)
        {
            graph.Message(5, Initializer<T>(name, type, values, shape));
        }

        graph.Message(11, Value("points", type, dimensions)).Message(12, Value("labels", Int64));
        var model = new ProtoMessage()
            .Integer(1, IrVersion)
            .Text(2, "KMeansClustering")
            .Message(7, graph)
            .Message(8, new ProtoMessage().Text(1, "").Integer(2, Opset));
        stream.Write(model.Written);
        stream.Flush();
    }

    /// <summary>The centroids times a number that rounds nothing.</summary>
    private static T[] Times<T>(int factor, ReadOnlySpan<T> centroids)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var products = new T[centroids.Length];
        for (var i = 0; i < products.Length; i++)
        {
            products[i] = T.CreateChecked(factor) * centroids[i];
        }

        return products;
    }

    /// <summary>‖c‖², summed in double and rounded once.</summary>
    private static T[] SquaredNorms<T>(ReadOnlySpan<T> centroids, int clusters, int dimensions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var norms = new T[clusters];
        for (var j = 0; j < clusters; j++)
        {
            var square = 0.0;
            foreach (var value in centroids.Slice(j * dimensions, dimensions))
            {
                square += double.CreateTruncating(value) * double.CreateTruncating(value);
            }

            norms[j] = T.CreateTruncating(square);
            if (!T.IsFinite(norms[j]))
            {
                throw new InvalidOperationException(FormattableString.Invariant($"The squared length of centroid {j} overflows {StoredType.Name<T>()}; scale the data down."));
            }
        }

        return norms;
    }

    private static ProtoMessage Node(string operation, string[] inputs, string output, params ReadOnlySpan<(string Name, int Value)> attributes)
    {
        var node = new ProtoMessage();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(3, output).Text(4, operation);
        foreach (var (name, value) in attributes)
        {
            node.Message(5, new ProtoMessage().Text(1, name).Integer(3, value).Integer(20, IntAttribute));
        }

        return node;
    }

    private static ProtoMessage Initializer<T>(string name, int type, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        var tensor = new ProtoMessage();
        foreach (var length in shape)
        {
            tensor.Integer(1, length);
        }

        return tensor.Integer(2, type).Text(8, name).Bytes(9, StoredType.Bytes(values));
    }

    /// <summary>An input or output with a row for each point; of so many columns, or none.</summary>
    private static ProtoMessage Value(string name, int type, params ReadOnlySpan<int> columns)
    {
        var shape = new ProtoMessage().Message(1, new ProtoMessage().Text(2, "N"));
        foreach (var length in columns)
        {
            shape.Message(1, new ProtoMessage().Integer(1, length));
        }

        var tensor = new ProtoMessage().Integer(1, type).Message(2, shape);
        return new ProtoMessage().Text(1, name).Message(2, new ProtoMessage().Message(1, tensor));
    }
}
