using BenchmarkDotNet.Attributes;

namespace KMeansClustering.Benchmarks.Micro;

/// <summary>Every point to its nearest centroid.</summary>
[MemoryDiagnoser]
public class AssignPointsBenchmarks
{
    private float[] _points = [];
    private float[] _centroids = [];
    private int[] _labels = [];

    /// <summary>n, d, k.</summary>
    [ParamsSource(nameof(Sizes))]
    public (int N, int D, int K) Size { get; set; }

    public static IEnumerable<(int N, int D, int K)> Sizes => BenchSizes.All;

    [GlobalSetup]
    public void Setup()
    {
        _points = Mixture.Points(Size.N, Size.D, Size.K);
        _centroids = Mixture.Rows(_points, Size.D, Size.K);
        _labels = new int[Size.N];
    }

    [Benchmark(Baseline = true)]
    public int Naive() => NaiveKMeans.Assign(_points, Size.D, _centroids, _labels);

    [Benchmark]
    public int NaiveParallel() => NaiveKMeans.AssignParallel(_points, Size.D, _centroids, _labels);

    [Benchmark]
    public int AssignPoints() => KMeans.AssignPoints<float>(_points, Size.D, _centroids, _labels);
}
