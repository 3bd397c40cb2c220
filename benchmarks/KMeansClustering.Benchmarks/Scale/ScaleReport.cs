namespace KMeansClustering.Benchmarks.Scale;

/// <summary>What <see cref="ScaleCommand"/> measured: the machine, and series in each of which one number grows.</summary>
internal sealed record ScaleReport(ScaleMachine Machine, int Repeats, IReadOnlyList<ScaleSeries> Series);

/// <summary>Where it was measured, and its floors in the same run.</summary>
/// <param name="Cpu">The processor.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="VectorBits">The widest vectors in use.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="Time">When, in UTC.</param>
/// <param name="PeakGflops">The fused-multiply-add peak on 1, 2 … threads.</param>
/// <param name="ReadGigabytes">The gigabytes a second that 1, 2 … threads read.</param>
internal sealed record ScaleMachine(
    string Cpu, int Cores, int VectorBits, string Runtime, DateTime Time, IReadOnlyList<double> PeakGflops, IReadOnlyList<double> ReadGigabytes)
    : Machine(Cpu, Cores, VectorBits, Runtime, Time);

/// <summary>Points along one axis.</summary>
/// <param name="Axis">What grows: n, k, d or threads.</param>
/// <param name="Points">In ascending order.</param>
internal sealed record ScaleSeries(string Axis, IReadOnlyList<ScalePoint> Points);

/// <summary>A pass of one size.</summary>
/// <param name="N">Points.</param>
/// <param name="D">Dimensions.</param>
/// <param name="K">Clusters.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Repeats">Passes timed.</param>
/// <param name="MinMs">The fastest, in milliseconds.</param>
/// <param name="MedianMs">The middle one.</param>
/// <param name="MaxMs">The slowest.</param>
/// <param name="ArithmeticFloorMs">2nkd at the peak of these threads.</param>
/// <param name="MemoryFloorMs">4nd bytes at the bandwidth of these threads.</param>
/// <param name="PeakShare">The arithmetic floor over the median.</param>
internal sealed record ScalePoint(
    int N, int D, int K, int Threads, int Repeats, double MinMs, double MedianMs, double MaxMs, double ArithmeticFloorMs, double MemoryFloorMs, double PeakShare)
{
    /// <summary>Where it stands on an axis.</summary>
    public double Along(string axis) => axis switch
    {
        "n" => N,
        "k" => K,
        "d" => D,
        _ => Threads,
    };
}
