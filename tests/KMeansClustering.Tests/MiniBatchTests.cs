using System.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Mini-batch k-means against the obvious one: every bit of every result here.</summary>
public abstract class MiniBatchTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Threads = [1, 2, 3, 7];

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 90, 1, 4 }, { 300, 2, 3 }, { 300, 3, 20 }, { 200, 8, 7 }, { 250, 9, 16 }, { 250, 16, 33 }, { 150, 17, 2 }, { 120, 31, 5 }, { 130, 64, 65 }, { 100, 129, 9 }, { 60, 300, 12 }, { 40, 5, 40 },
    };

    public static TheoryData<DataKind, WeightKind> Kinds
    {
        get
        {
            TheoryData<DataKind, WeightKind> kinds = [];
            foreach (DataKind data in Enum.GetValues<DataKind>())
            {
                foreach (WeightKind weights in Enum.GetValues<WeightKind>())
                {
                    kinds.Add(data, weights);
                }
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_fit_is_as_defined_in_every_shape(int count, int dimensions, int clusters)
    {
        for (int variant = 0; variant < 4; variant++)
        {
            T[] points = TestData.Points<T>(TestData.Ordinary[(variant + dimensions) % 5], count, dimensions, variant + 1);
            T[]? weights = TestData.Weights<T>((WeightKind)((variant + clusters) % 4), count);
            RequireFit(points, dimensions, weights, clusters, new MiniBatchKMeansOptions
            {
                BatchSize = new[] { 16, 50, 7, 1000 }[variant],
                MaxEpochs = 2 + variant,
                Tolerance = variant == 1 ? 1e-3 : 0,
                MaxNoImprovement = variant == 2 ? null : 3,
                InitSize = variant == 3 ? Math.Max(clusters, count / 2) : null,
                InitialTries = 1 + variant,
                Seeding = variant == 0 ? (SeedingMethod)(dimensions % 3) : SeedingMethod.KMeansPlusPlus,
                ReassignmentRatio = new[] { 0.01, 0, 0.5, 1 }[variant],
                Seed = (7 * variant) + dimensions,
                MaxDegreeOfParallelism = Threads[(variant + dimensions) % 4],
            });
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_fit_is_as_defined_on_every_kind_of_data(DataKind data, WeightKind kind)
    {
        int variant = ((int)data * 4) + (int)kind;
        foreach ((int d, int k) in new[] { (1, 3), (3, 12), (17, 5) })
        {
            T[] points = TestData.Points<T>(data, 120, d, variant);
            RequireFit(points, d, TestData.Weights<T>(kind, 120, variant), k, new MiniBatchKMeansOptions
            {
                BatchSize = 25,
                MaxEpochs = 4,
                Tolerance = variant % 3 == 0 ? 1e-4 : 0,
                ReassignmentRatio = variant % 2 == 0 ? 0.01 : 0.2,
                Seed = variant,
                MaxDegreeOfParallelism = Threads[variant % 4],
            });
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_stream_is_as_defined_batch_by_batch(DataKind data, WeightKind kind)
    {
        int variant = ((int)data * 4) + (int)kind;
        const int Count = 260;
        foreach ((int d, int k) in new[] { (1, 4), (2, 9), (19, 6) })
        {
            T[] points = TestData.Points<T>(data, Count, d, variant);
            T[]? weights = TestData.Weights<T>(kind, Count, variant);
            MiniBatchKMeansOptions options = new()
            {
                BatchSize = variant % 2 == 0 ? 1024 : 5,
                InitSize = variant % 3 == 0 ? 40 : null,
                ReassignmentRatio = variant % 2 == 0 ? 0.01 : 0.3,
                Seed = variant,
                MaxDegreeOfParallelism = Threads[(variant + d) % 4],
            };
            PlainMiniBatch<T> plain = new(d, k, options);
            using MiniBatchKMeans<T> stream = new(d, k, options);

            // Batches of 1, 2, 3 … rows; every third one without weights.
            for ((int from, int size) = (0, 1); from < Count; from += size, size++)
            {
                size = Math.Min(size, Count - from);
                T[] batch = points[(from * d)..((from + size) * d)];
                T[]? batchWeights = size % 3 == 0 ? null : weights?[from..(from + size)];
                plain.PartialFit(batch, batchWeights);
                stream.PartialFit(batch, batchWeights);
                RequireSame(plain, stream, $"{data}, {kind}, d = {d}, rows from {from}");
            }
        }
    }

    [Fact]
    public void A_stream_goes_on_from_a_model_as_defined()
    {
        T[] points = TestData.Points<T>(DataKind.Clustered, 200, 5);
        KMeansResult<T> fit = KMeans.Fit<T>(points.AsSpan(0, 100 * 5), 5, 6);
        double[] ones = Arrays.Ones<double>(6);
        double[] some = [0, 3, 1e-3, 40, 2.5, 7];
        foreach (double[]? weights in new[] { null, some, fit.ClusterWeights.ToArray() })
        {
            MiniBatchKMeansOptions options = new() { Seed = 3, BatchSize = 30, MaxEpochs = 2 };
            PlainMiniBatch<T> plain = new PlainMiniBatch<T>(5, 6, options).From(fit.Model.Centroids.ToArray(), weights ?? ones);
            using MiniBatchKMeans<T> stream = new(fit.Model, weights, options);
            RequireSame(plain, stream, "before anything");
            stream.PartialFit(points.AsSpan(100 * 5));
            plain.PartialFit(points[(100 * 5)..], null);
            RequireSame(plain, stream, "a batch");

            stream.Fit(points);
            RequireSame(new PlainMiniBatch<T>(5, 6, options).From(fit.Model.Centroids.ToArray(), weights ?? ones).Fit(points, null), stream, "a fit from the model");
        }
    }

    private static void RequireFit(T[] points, int dimensions, T[]? weights, int clusters, MiniBatchKMeansOptions options)
    {
        if (options.Seeding == SeedingMethod.Random)
        {
            options = options with { InitialTries = 1 };
        }

        using MiniBatchKMeans<T> batches = new(dimensions, clusters, options);
        int positive = weights is null ? points.Length / dimensions : weights.Count(weight => weight > T.Zero);
        if (positive < clusters)
        {
            Action fit = () => batches.Fit(points, weights);
            fit.Should().Throw<ArgumentException>().WithMessage($"There are {positive} points*{clusters} clusters*");
            return;
        }

        batches.Fit(points, weights);
        RequireSame(new PlainMiniBatch<T>(dimensions, clusters, options).Fit(points, weights), batches, $"d = {dimensions}, k = {clusters}, {options}");
    }

    private static void RequireSame(PlainMiniBatch<T> expected, MiniBatchKMeans<T> actual, string what)
    {
        Same.Value(expected.Centroids.Length > 0, actual.HasCentroids, what + ": has centroids");
        Same.Value(expected.Batches, actual.Batches, what + ": batches");
        Same.Value(expected.Points, actual.Points, what + ": points");
        Same.Value(expected.Reassignments, actual.Reassignments, what + ": reassignments");
        Same.Value(expected.StopReason, actual.StopReason, what + ": why it stopped");
        Same.Value(expected.BatchInertia, actual.BatchInertia, what + ": inertia of the last batch");
        Same.Value(expected.SmoothedInertia, actual.SmoothedInertia, what + ": smoothed inertia");
        Same.Bits(expected.Weights, actual.ClusterWeights, what + ": weights");
        if (actual.HasCentroids)
        {
            Same.Bits<T>(expected.Centroids, actual.ToModel().Centroids, what + ": centroids");
        }
    }
}

public sealed class FloatMiniBatchTests : MiniBatchTests<float>;

public sealed class DoubleMiniBatchTests : MiniBatchTests<double>;
