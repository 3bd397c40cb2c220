using BenchmarkDotNet.Attributes;

namespace KMeansClustering.Benchmarks.Micro;

/// <summary>Choosing k starting centroids. The naive baseline is plain k-means++, with one draw a centroid; the greedy one makes 2 + ⌊ln k⌋.</summary>
[MemoryDiagnoser]
public class SeedingBenchmarks
{
    private float[] _points = [];
    private float[] _centroids = [];

    /// <summary>n, d, k.</summary>
    [ParamsSource(nameof(Sizes))]
    public (int N, int D, int K) Size { get; set; }

    public static IEnumerable<(int N, int D, int K)> Sizes => BenchSizes.All;

    [GlobalSetup]
    public void Setup()
    {
        _points = Mixture.Points(Size.N, Size.D, Size.K);
        _centroids = new float[Size.K * Size.D];
    }

    [Benchmark(Baseline = true)]
    public void NaiveKMeansPlusPlus() => NaiveKMeans.Seed(_points, Size.D, _centroids, new Random(0));

    [Benchmark]
    public void KMeansPlusPlus() => Seed(SeedingMethod.KMeansPlusPlus);

    [Benchmark]
    public void KMeansParallel() => Seed(SeedingMethod.KMeansParallel);

    [Benchmark]
    public void RandomRows() => Seed(SeedingMethod.Random);

    private void Seed(SeedingMethod method) => KMeans.InitializeCentroids<float>(_points, Size.D, _centroids, method);
}
