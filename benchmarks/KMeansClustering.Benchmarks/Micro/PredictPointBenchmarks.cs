using BenchmarkDotNet.Attributes;

namespace KMeansClustering.Benchmarks.Micro;

/// <summary>The cluster of one point.</summary>
[MemoryDiagnoser]
public class PredictPointBenchmarks
{
    private float[] _point = [];
    private float[] _centroids = [];
    private KMeansModel<float> _model = null!;

    /// <summary>n, d, k.</summary>
    [ParamsSource(nameof(Sizes))]
    public (int N, int D, int K) Size { get; set; }

    public static IEnumerable<(int N, int D, int K)> Sizes => BenchSizes.All;

    [GlobalSetup]
    public void Setup()
    {
        var points = Mixture.Points(Size.N, Size.D, Size.K);
        _point = points[..Size.D];
        _centroids = Mixture.Rows(points, Size.D, Size.K);
        _model = KMeans.Fit(points, Size.D, _centroids, new KMeansOptions { MaxIterations = 1 }).Model;
        _centroids = _model.Centroids.ToArray();
    }

    [Benchmark(Baseline = true)]
    public int Naive() => NaiveKMeans.Nearest(_point, _centroids);

    [Benchmark]
    public int Predict() => _model.Predict(_point);
}
