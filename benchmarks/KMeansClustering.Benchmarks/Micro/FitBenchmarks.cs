using BenchmarkDotNet.Attributes;

namespace KMeansClustering.Benchmarks.Micro;

/// <summary>Ten iterations (fewer if the labels settle before) from the same starting centroids.</summary>
[MemoryDiagnoser]
public class FitBenchmarks
{
    private const int MaxIterations = 10;

    private static readonly KMeansOptions _allThreads = new() { MaxIterations = MaxIterations, Tolerance = 0 };
    private static readonly KMeansOptions _oneThread = _allThreads with { MaxDegreeOfParallelism = 1 };

    private float[] _points = [];
    private float[] _start = [];

    /// <summary>n, d, k.</summary>
    [ParamsSource(nameof(Sizes))]
    public (int N, int D, int K) Size { get; set; }

    public static IEnumerable<(int N, int D, int K)> Sizes => BenchSizes.All;

    [GlobalSetup]
    public void Setup()
    {
        _points = Mixture.Points(Size.N, Size.D, Size.K);
        _start = Mixture.Rows(_points, Size.D, Size.K);
    }

    [Benchmark(Baseline = true)]
    public int Naive() => FitNaive(parallel: false);

    [Benchmark]
    public int NaiveParallel() => FitNaive(parallel: true);

    [Benchmark]
    public int FitOneThread() => KMeans.Fit(_points, Size.D, _start, _oneThread).Iterations;

    [Benchmark]
    public int Fit() => KMeans.Fit(_points, Size.D, _start, _allThreads).Iterations;

    private int FitNaive(bool parallel)
    {
        var labels = new int[Size.N];
        Array.Fill(labels, -1);
        return NaiveKMeans.Fit(_points, Size.D, (float[])_start.Clone(), labels, MaxIterations, parallel);
    }
}
