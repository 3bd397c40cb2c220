using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The search that remembers, while the centroids <see cref="Wandering{T}">wander</see>.</summary>
public abstract unsafe class BoundedSearchTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 210;

    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Labels_are_the_judges_wherever_the_centroids_go(DataKind kind)
    {
        int variant = (int)kind;
        foreach ((int d, int k, int groups, int sketch) in new[] { (1, 3, 1, 0), (2, 40, 1, 0), (9, 70, 32, 0), (3, 260, 64, 0), (40, 17, 4, 8), (9, 130, 64, 4), (2, 1, 4, 0), (5, 2, 1, 0) })
        {
            T[] points = TestData.Points<T>(kind, Count, d, variant);
            using Crew crew = new(1 + (variant++ % 3));
            fixed (T* x = points)
            {
                PointView<T> view = new(x, Count, d);
                using SketchBasis<T>? basis = sketch == 0 ? null : new(view, sketch - 1, crew);
                using ShortRows<T> rows = new(view, basis, crew);
                using SearchPass<T> pass = new(view, null, k, null, crew, NearestSearch<T>.Remembering(rows, k, groups), KMeansAlgorithm.Yinyang);
                Wandering<T>.Follow(pass, points, d, k, $"{kind}, d = {d}, k = {k}, {groups} groups, sketches of {sketch}, {typeof(T).Name}");
            }
        }
    }
}

public sealed class FloatBoundedSearchTests : BoundedSearchTests<float>;

public sealed class DoubleBoundedSearchTests : BoundedSearchTests<double>;
