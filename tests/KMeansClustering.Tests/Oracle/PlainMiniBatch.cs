using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>
/// Mini-batch k-means as docs/algorithms.md has it, in plain loops: the judge's distances, every sum in the order of the rows. Only the generator is the library's, and of the ways of seeding the random one.
/// </summary>
internal sealed class PlainMiniBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _dimensions;
    private readonly int _clusters;
    private readonly MiniBatchKMeansOptions _options;
    private readonly Xoshiro256 _reassigning;
    private readonly List<T> _collected = [];
    private readonly List<T> _collectedWeights = [];
    private double[]? _means;
    private bool _weighted;
    private long _rowsSinceReassignment;

    public PlainMiniBatch(int dimensions, int clusters, MiniBatchKMeansOptions options)
    {
        (_dimensions, _clusters, _options) = (dimensions, clusters, options);
        _reassigning = new Xoshiro256(options.Seed, -2);
        Weights = new double[clusters];
    }

    public double[] Weights { get; private set; }

    /// <summary>As rounded to T; none yet: empty.</summary>
    public T[] Centroids { get; private set; } = [];

    public long Batches { get; private set; }

    public long Points { get; private set; }

    public long Reassignments { get; private set; }

    public double? BatchInertia { get; private set; }

    public double? SmoothedInertia { get; private set; }

    public StopReason? StopReason { get; private set; }

    public PlainMiniBatch<T> From(T[] centroids, double[] weights)
    {
        SetAll(centroids);
        Weights = [.. weights];
        return this;
    }

    public void PartialFit(T[] batch, T[]? weights)
    {
        for (int i = 0; i < batch.Length / _dimensions; i++)
        {
            if (weights is null || weights[i] > T.Zero)
            {
                _collected.AddRange(batch.AsSpan(i * _dimensions, _dimensions));
                _collectedWeights.Add(weights is null ? T.One : weights[i]);
            }
        }

        _weighted |= weights is not null;
        if (_collectedWeights.Count == 0 || (_means is null && _collectedWeights.Count < (_options.InitSize ?? _clusters)))
        {
            return;
        }

        T[] rows = [.. _collected];
        T[]? rowWeights = _weighted ? [.. _collectedWeights] : null;
        if (_means is null)
        {
            Seed(rows, rowWeights);
        }

        Learn(rows, rowWeights);
        _collected.Clear();
        _collectedWeights.Clear();
        _weighted = false;
    }

    public PlainMiniBatch<T> Fit(T[] points, T[]? weights)
    {
        double meanVariance = Steps.MeanVariance(points, _dimensions);
        int[] positive = [.. Enumerable.Range(0, points.Length / _dimensions).Where(i => weights is null || weights[i] > T.Zero)];
        points = Rows(points, positive);
        weights = weights is null ? null : [.. positive.Select(i => weights[i])];
        if (_means is null)
        {
            Seed(points, weights);
        }

        int count = positive.Length;
        int size = Math.Min(_options.BatchSize, count);
        long batches = Math.Max(1, (long)_options.MaxEpochs * count / size);
        double alpha = Math.Min(1, 2.0 * size / (count + 1.0));
        double lowest = double.PositiveInfinity;
        int withoutImprovement = 0;
        Xoshiro256 random = new(_options.Seed, -1);
        StopReason = KMeansClustering.StopReason.MaxIterations;
        for (long batch = 1; batch <= batches; batch++)
        {
            int[] drawn = [.. Enumerable.Range(0, size).Select(_ => (int)random.Next(count))];
            T[] before = Centroids;
            Learn(Rows(points, drawn), weights is null ? null : [.. drawn.Select(i => weights[i])]);
            if (batch == 1)
            {
                continue;
            }

            SmoothedInertia = batch == 2 ? BatchInertia : (SmoothedInertia * (1 - alpha)) + (BatchInertia * alpha);
            if (_options.Tolerance > 0 && Steps.Shift<T>(before, Centroids, _dimensions) <= _options.Tolerance * meanVariance)
            {
                StopReason = KMeansClustering.StopReason.CentroidsSettled;
                break;
            }

            withoutImprovement = SmoothedInertia < lowest ? 0 : withoutImprovement + 1;
            lowest = Math.Min(lowest, SmoothedInertia!.Value);
            if (withoutImprovement >= _options.MaxNoImprovement)
            {
                StopReason = KMeansClustering.StopReason.NoImprovement;
                break;
            }
        }

        return this;
    }

    private T[] Rows(T[] points, int[] rows) => Support.TestData.Rows(points, _dimensions, rows);

    /// <summary>One step: label, move, reassign.</summary>
    private void Learn(T[] rows, T[]? weights)
    {
        int[] labels = JudgeDistance.NearestOfEach<T>(rows, _dimensions, Centroids);
        double[] weight = weights is null ? [.. labels.Select(_ => 1.0)] : Array.ConvertAll(weights, double.CreateChecked);
        BatchInertia = Steps.Inertia<T>(rows, _dimensions, labels, Centroids, weights) / weight.Aggregate(0.0, (sum, w) => sum + w);
        for (int j = 0; j < _clusters; j++)
        {
            int[] members = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == j)];
            if (members.Length > 0)
            {
                Move(j, rows, members, weight);
            }
        }

        Centroids = Array.ConvertAll(_means!, mean => T.CreateTruncating(mean) + T.Zero);
        Reassign(rows, labels.Length);
        Batches++;
        Points += labels.Length;
    }

    /// <summary>W ← W + Σ w, c ← c + (Σ w·(x − c))/W, both divided by the power of two at or below the largest w.</summary>
    private void Move(int cluster, T[] rows, int[] members, double[] weight)
    {
        Weights[cluster] += members.Aggregate(0.0, (sum, i) => sum + weight[i]);
        int exponent = Math.ILogB(members.Max(i => weight[i]));
        for (int p = 0; p < _dimensions; p++)
        {
            double mean = _means![(cluster * _dimensions) + p];
            double sum = 0;
            foreach (int i in members)
            {
                double product = Math.ScaleB(weight[i], -exponent) * (double.CreateChecked(rows[(i * _dimensions) + p]) - mean);
                sum += product;
            }

            _means[(cluster * _dimensions) + p] = mean + (sum / Math.ScaleB(Weights[cluster], -exponent)) + 0;
        }
    }

    private void Reassign(T[] rows, int count)
    {
        _rowsSinceReassignment += count;
        bool due = _rowsSinceReassignment >= 10L * _clusters || Weights.Any(weight => weight == 0);
        if (!due || _options.ReassignmentRatio == 0)
        {
            return;
        }

        _rowsSinceReassignment = 0;
        int[] starved = [.. Enumerable.Range(0, _clusters).Where(j => Weights[j] < _options.ReassignmentRatio * Weights.Max()).OrderBy(j => Weights[j]).ThenBy(j => j).Take(count / 2)];
        double least = Enumerable.Range(0, _clusters).Except(starved).Min(j => Weights[j]);
        List<int> taken = [];
        T[] centroids = [.. Centroids];
        foreach (int cluster in starved)
        {
            int row = (int)_reassigning.Next(count);
            while (taken.Contains(row))
            {
                row = (int)_reassigning.Next(count);
            }

            taken.Add(row);
            Weights[cluster] = least;
            for (int p = 0; p < _dimensions; p++)
            {
                centroids[(cluster * _dimensions) + p] = rows[(row * _dimensions) + p] + T.Zero;
                _means![(cluster * _dimensions) + p] = double.CreateChecked(centroids[(cluster * _dimensions) + p]);
            }
        }

        Centroids = centroids;
        Reassignments += starved.Length;
    }

    /// <summary>The tries, each from rows of its own; the first with the lowest inertia on a sample wins.</summary>
    private void Seed(T[] points, T[]? weights)
    {
        int count = points.Length / _dimensions;
        int size = Math.Min(_options.InitSize ?? (3 * _options.BatchSize < _clusters ? 3 * _clusters : 3 * _options.BatchSize), count);
        int[] sample = Distinct(_options.InitialTries, count, size);
        T[]? best = null;
        double lowest = 0;
        for (int attempt = 0; attempt < _options.InitialTries; attempt++)
        {
            int[] drawn = Distinct(attempt, count, size);
            T[]? drawnWeights = weights is null ? null : [.. drawn.Select(i => weights[i])];
            T[] centroids = Choose(Rows(points, drawn), drawnWeights, attempt);
            T[] sampled = Rows(points, sample);
            double inertia = Steps.Inertia<T>(
                sampled, _dimensions, JudgeDistance.NearestOfEach<T>(sampled, _dimensions, centroids), centroids, weights is null ? null : [.. sample.Select(i => weights[i])]);
            if (best is null || inertia < lowest)
            {
                (best, lowest) = (centroids, inertia);
            }
        }

        SetAll(best!);
    }

    private T[] Choose(T[] rows, T[]? weights, int attempt)
    {
        if (_options.Seeding == SeedingMethod.Random)
        {
            T[] centroids = new T[_clusters * _dimensions];
            attempt.Should().Be(0, "the library's step draws from the first stream");
            KMeans.InitializeCentroids(rows, _dimensions, centroids, SeedingMethod.Random, _options.Seed, weights);
            return centroids;
        }

        PlainSeeding<T> seeding = new(rows, _dimensions, weights);
        Xoshiro256 random = new(_options.Seed, attempt);
        return Rows(rows, _options.Seeding == SeedingMethod.KMeansParallel ? seeding.KMeansParallel(_clusters, random) : seeding.KMeansPlusPlus(_clusters, random));
    }

    /// <summary>Rows drawn one after another, none twice; all in their order where there are no more.</summary>
    private int[] Distinct(int attempt, int count, int size)
    {
        if (size == count)
        {
            return [.. Enumerable.Range(0, count)];
        }

        Xoshiro256 random = new(_options.Seed, -3 - attempt);
        HashSet<int> drawn = [];
        List<int> order = [];
        while (order.Count < size)
        {
            int row = (int)random.Next(count);
            if (drawn.Add(row))
            {
                order.Add(row);
            }
        }

        return [.. order];
    }

    private void SetAll(T[] centroids)
    {
        Centroids = Array.ConvertAll(centroids, x => x + T.Zero);
        _means = Array.ConvertAll(Centroids, double.CreateChecked);
    }
}
