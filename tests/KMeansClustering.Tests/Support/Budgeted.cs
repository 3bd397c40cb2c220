using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Numerics;

namespace KMeansClustering.Tests.Support;

/// <summary>Fits that may take only so much memory for what saves time.</summary>
internal static unsafe class Budgeted
{
    /// <summary>A fit from its own seeding, or from the problem's start.</summary>
    public static KMeansResult<T> Fit<T>(Problem<T> problem, KMeansOptions options, MemoryBudget budget, bool seeded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* points = problem.Points)
        {
            PointView<T> view = new(points, problem.Count, problem.Dimensions);
            return FitJob<T>.Run(view, problem.Clusters, seeded ? null : problem.Start, options, problem.Weights, null, CancellationToken.None, budget: budget);
        }
    }

    /// <summary>The label of each point's nearest centroid, as <see cref="KMeansModel{T}.Predict(ReadOnlySpan{T}, Span{int})"/> finds it.</summary>
    public static int[] Assign<T>(Problem<T> problem, MemoryBudget budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] labels = new int[problem.Count];
        using Crew crew = new();
        fixed (T* points = problem.Points)
        {
            KMeans.Assign(new PointView<T>(points, problem.Count, problem.Dimensions), problem.Start, problem.Clusters, labels, crew, budget);
        }

        return labels;
    }
}
