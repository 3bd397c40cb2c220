using BenchmarkDotNet.Attributes;

namespace KMeansClustering.Benchmarks.Micro;

/// <summary>The clusters of n points that the model has not seen.</summary>
[MemoryDiagnoser]
public class PredictBatchBenchmarks
{
    private float[] _points = [];
    private float[] _centroids = [];
    private int[] _labels = [];
    private KMeansModel<float> _model = null!;

    /// <summary>n, d, k.</summary>
    [ParamsSource(nameof(Sizes))]
    public (int N, int D, int K) Size { get; set; }

    public static IEnumerable<(int N, int D, int K)> Sizes => BenchSizes.All;

    [GlobalSetup]
    public void Setup()
    {
        var known = Mixture.Points(Size.N, Size.D, Size.K);
        _points = Mixture.Points(Size.N, Size.D, Size.K, seed: 3);
        _labels = new int[Size.N];
        _model = KMeans.Fit(known, Size.D, Mixture.Rows(known, Size.D, Size.K), new KMeansOptions { MaxIterations = 1 }).Model;
        _centroids = _model.Centroids.ToArray();
    }

    [Benchmark(Baseline = true)]
    public void Naive() => NaiveKMeans.Assign(_points, Size.D, _centroids, _labels);

    [Benchmark]
    public void NaiveParallel() => NaiveKMeans.AssignParallel(_points, Size.D, _centroids, _labels);

    [Benchmark]
    public void Predict() => _model.Predict(_points, _labels);
}
