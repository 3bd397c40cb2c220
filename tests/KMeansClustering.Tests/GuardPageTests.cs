using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>
/// Nothing reads a byte before the first point or behind the last: a file's pages may be the last ones that are mapped. Points lie next to a page that must not be touched; what touches it
/// ends the test process.
/// </summary>
public abstract unsafe class GuardPageTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly MemoryBudget[] Budgets = [MemoryBudget.Of(0), MemoryBudget.OfProcess];

    public static TheoryData<int> Dimensions => [1, 3, 8, 9, 17, 33, 70];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Nothing_beside_the_points_is_read(int dimensions)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // whose memory this test knows to ask for
        }

        foreach ((int count, int clusters) in new[] { (1, 1), (7, 3), (Math.Max(39, 5_000 / dimensions), 13) })
        {
            Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, count, dimensions, clusters);
            foreach (bool atEnd in new[] { true, false })
            {
                using GuardedMemory<T> memory = new(problem.Points, atEnd);
                ReadOnlyTensorSpan<T> tensor = new(memory.Values, problem.Points.Length, [count, dimensions]);
                foreach (KMeansAlgorithm algorithm in Algorithms.All)
                {
                    KMeansOptions options = new() { Algorithm = algorithm, MaxIterations = 3, TrackInertia = true, Seeding = (SeedingMethod)((int)algorithm % 3) };
                    KMeansResult<T> expected = KMeans.Fit<T>(problem.Points, dimensions, clusters, options);
                    foreach (MemoryBudget budget in Budgets)
                    {
                        PointView<T> view = new(memory.Values, count, dimensions);
                        Same.Answer(expected, FitJob<T>.Run(view, clusters, null, options, [], null, CancellationToken.None, budget: budget), $"{algorithm}, {problem}");
                    }

                    int[] labels = new int[count];
                    expected.Model.Predict(tensor, labels);
                    Same.Values(expected.Labels, labels, "labels");
                    Same.Bits(expected.Inertia, expected.Model.Inertia(tensor), "inertia");
                }
            }
        }
    }
}

public sealed class FloatGuardPageTests : GuardPageTests<float>;

public sealed class DoubleGuardPageTests : GuardPageTests<double>;
