using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace KMeansClustering.Tests.Support;

/// <summary>Problems for FsCheck: any shape, values that tie or differ in every bit, weights or none; smaller when one fails.</summary>
internal static class Arbitrary
{
    public static Arbitrary<Problem<T>> Problems<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Arb.From(Problem<T>(), Smaller);

    private static Gen<Problem<T>> Problem<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        from n in Gen.Choose(1, 90)
        from d in Gen.Frequency((4, Gen.Choose(1, 4)), (3, Gen.Choose(5, 20)), (1, Gen.Choose(21, 70)))
        from k in Gen.Frequency((3, Gen.Choose(1, Math.Min(n, 6))), (1, Gen.Choose(1, n)))
        from whole in Gen.Elements(true, false)
        from values in Gen.ArrayOf(Value<T>(whole), n * d)
        from rows in Gen.Shuffle(Enumerable.Range(0, n).ToArray())
        from weights in Gen.Frequency((1, Gen.Constant<T[]?>(null)), (1, Weights<T>(n)))
        select new Problem<T>("drawn", values, d, TestData.Rows(values, d, rows.Take(k)), weights);

    /// <summary>Small whole numbers, or up to ±1024 in steps of 2⁻²⁰.</summary>
    private static Gen<T> Value<T>(bool whole)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        whole ? Gen.Choose(-3, 3).Select(T.CreateChecked) : Gen.Choose(-(1 << 30), 1 << 30).Select(value => T.CreateChecked(value / 1048576.0));

    /// <summary>The first is never 0.</summary>
    private static Gen<T[]?> Weights<T>(int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gen.ArrayOf(Gen.Choose(0, 64).Select(value => T.CreateChecked(value / 16.0)), count).Select(weights =>
        {
            weights[0] += T.One;
            return (T[]?)weights;
        });

    /// <summary>Half of the points, half of the centroids, or no weights.</summary>
    private static IEnumerable<Problem<T>> Smaller<T>(Problem<T> problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int d = problem.Dimensions;
        if (problem.Weights is not null)
        {
            yield return problem with { Weights = null };
        }

        if (problem.Clusters > 1)
        {
            yield return problem with { Start = problem.Start[..(problem.Clusters / 2 * d)] };
        }

        int half = Math.Max((problem.Count + 1) / 2, problem.Clusters);
        if (half < problem.Count)
        {
            yield return problem with { Points = problem.Points[..(half * d)], Weights = problem.Weights?[..half] };
        }
    }
}
