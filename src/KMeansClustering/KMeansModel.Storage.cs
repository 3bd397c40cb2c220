using KMeansClustering.Assignment;
using KMeansClustering.Fitting;
using KMeansClustering.Storage;

namespace KMeansClustering;

public sealed partial class KMeansModel<T>
{
    /// <summary>
    /// Saves the model as JSON (docs/saving.md): the metric, and the centroids, each value with so few digits that it reads back as the same bits. The file is
    /// replaced whole or not at all: what stood under the path survives a failure.
    /// </summary>
    /// <param name="path">The file to write or replace; its folder must exist.</param>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written, or is a folder.</exception>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Saves the model as JSON, as <see cref="Save(string)"/> does.</summary>
    /// <param name="stream">Is written to from where it stands, flushed, and left open.</param>
    /// <exception cref="ArgumentNullException">There is no stream.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelJson.Write<T>(stream, _centroids, Dimensions, Metric);
    }

    /// <summary>
    /// Loads a model that <see cref="Save(string)"/> has saved, with the same bits. Everything is checked and nothing is run, so the file may come
    /// from anywhere; memory grows with what the file holds, not with what it claims.
    /// </summary>
    /// <param name="path">The file to read.</param>
    /// <exception cref="InvalidDataException">It is no such file, damaged, of another version, holds values of another type than <typeparamref name="T"/>, or one that is not finite, or centroids that do not suit the metric.</exception>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be read, or does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    public static KMeansModel<T> Load(string path)
    {
        using var stream = Open(path);
        return Load(stream);
    }

    /// <summary>Loads a model as JSON, as <see cref="Load(string)"/> does.</summary>
    /// <param name="stream">Is read from where it stands to its end, which must be that of the model, and left open.</param>
    /// <exception cref="InvalidDataException">It is no such file, damaged, of another version, holds values of another type than <typeparamref name="T"/>, or one that is not finite, or centroids that do not suit the metric.</exception>
    /// <exception cref="ArgumentNullException">There is no stream.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    public static KMeansModel<T> Load(Stream stream)
    {
        Check.Supported<T>();
        ArgumentNullException.ThrowIfNull(stream);
        var (centroids, dimensions, metric) = ModelJson.Read<T>(stream);
        return metric == KMeansMetric.Cosine && UnitRow<T>.FirstNotUnit(centroids, dimensions) is var row and >= 0
            ? throw Invalid.Data($"Centroid {row} of a model with the metric Cosine is not of length 1.")
            : new KMeansModel<T>(centroids, dimensions, metric);
    }

    /// <summary>
    /// Saves the centroids for NumPy: a .npy file (version 1.0) of shape (k, d) and type '&lt;f4' or '&lt;f8', for <c>numpy.load</c>. The file is
    /// replaced whole or not at all.
    /// </summary>
    /// <param name="path">The file to write or replace; its folder must exist. Nothing is added to its name.</param>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written, or is a folder.</exception>
    public void SaveNpy(string path) => AtomicFile.Write(path, SaveNpy);

    /// <summary>Saves the centroids for NumPy, as <see cref="SaveNpy(string)"/> does.</summary>
    /// <param name="stream">Is written to from where it stands, flushed, and left open.</param>
    /// <exception cref="ArgumentNullException">There is no stream.</exception>
    public void SaveNpy(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        NpyFile.Write<T>(stream, _centroids, Dimensions);
    }

    /// <summary>
    /// Makes a model of centroids that NumPy has saved, as <c>numpy.save("centroids.npy", kmeans.cluster_centers_)</c> does with those of
    /// scikit-learn: versions 1.0 to 3.0, shape (k, d), C order, little endian, float32 for a model of <see cref="float"/> and float64 for one
    /// of <see cref="double"/>. Everything is checked and nothing is run or unpickled, so the file may come from anywhere.
    /// </summary>
    /// <param name="path">The file to read.</param>
    /// <param name="metric">The model's metric, which a .npy file does not say. For <see cref="KMeansMetric.Cosine"/> the centroids are normalised, whatever their lengths; those of <see cref="SaveNpy(string)"/> keep their bits.</param>
    /// <exception cref="InvalidDataException">It is no such file, damaged, has another shape or order, holds values of another type than <typeparamref name="T"/>, or one that is not finite, or a centroid that has no direction and needs one.</exception>
    /// <exception cref="ArgumentException">The path is null or empty, or there is no such metric.</exception>
    /// <exception cref="IOException">The file cannot be read, or does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    public static KMeansModel<T> LoadNpy(string path, KMeansMetric metric = KMeansMetric.Euclidean)
    {
        using var stream = Open(path);
        return LoadNpy(stream, metric);
    }

    /// <summary>Makes a model of centroids that NumPy has saved, as <see cref="LoadNpy(string, KMeansMetric)"/> does.</summary>
    /// <param name="stream">Is read from where it stands to its end, which must be that of the array, and left open.</param>
    /// <param name="metric">The model's metric; for <see cref="KMeansMetric.Cosine"/> the centroids are normalised.</param>
    /// <exception cref="InvalidDataException">It is no such file, damaged, has another shape or order, holds values of another type than <typeparamref name="T"/>, or one that is not finite, or a centroid that has no direction and needs one.</exception>
    /// <exception cref="ArgumentNullException">There is no stream.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such metric.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    public static KMeansModel<T> LoadNpy(Stream stream, KMeansMetric metric = KMeansMetric.Euclidean)
    {
        Check.Supported<T>();
        ArgumentNullException.ThrowIfNull(stream);
        Check.Metric(metric, nameof(metric));
        var (centroids, dimensions) = NpyFile.Read<T>(stream);
        return metric == KMeansMetric.Cosine && UnitRow<T>.Normalise(centroids, dimensions) is var row and >= 0
            ? throw Invalid.Data($"Centroid {row} is all zeros: it has no direction, which is what the metric Cosine compares.")
            : new KMeansModel<T>(centroids, dimensions, metric);
    }

    /// <summary>
    /// Writes the model as an ONNX graph (opset 13, IR version 8), so that it predicts wherever ONNX runs: input <c>points</c>, [N, d] of T; output
    /// <c>labels</c>, [N] of int64.
    /// </summary>
    /// <remarks>
    /// The graph compares ‖c‖² − 2x·c in T, not Σ(x − c)² in double: where two centroids are almost equally near, its label may differ from
    /// <see cref="Predict(ReadOnlySpan{T}, Span{int})"/>'s. "Almost" grows with the data's distance from the origin: subtract the mean first
    /// where that is large against the distances. For <see cref="KMeansMetric.Cosine"/> it compares −x·c, points of any length; one of zeros gets label 0.
    /// </remarks>
    /// <param name="stream">Is written to from where it stands, flushed, and left open.</param>
    /// <exception cref="ArgumentNullException">There is no stream.</exception>
    /// <exception cref="InvalidOperationException">The square of a centroid's length overflows T, or the model is larger than 2 GiB.</exception>
    public void ExportOnnx(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        OnnxGraph.Write<T>(stream, _centroids, Dimensions, Metric);
    }

    private static FileStream Open(string path)
    {
        Check.Supported<T>();
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.OpenRead(path);
    }
}
