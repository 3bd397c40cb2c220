using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;
using KMeansClustering.Trees;

namespace KMeansClustering.Tests;

/// <summary>The pass down a tree, which remembers what it found, with centroids moved by hand as no fit would move them: they rest, creep, stop, jump away, come back, change places, meet.</summary>
public abstract unsafe class TreePassTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 1_100;

    public static TheoryData<DataKind, WeightKind> Kinds
    {
        get
        {
            TheoryData<DataKind, WeightKind> kinds = [];
            WeightKind[] weights = Enum.GetValues<WeightKind>();
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                kinds.Add(kind, WeightKind.None);
                kinds.Add(kind, weights[1 + ((int)kind % (weights.Length - 1))]);
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Labels_are_the_judges_and_sums_the_labels_wherever_the_centroids_go(DataKind kind, WeightKind weights)
    {
        int variant = (int)kind;
        foreach ((int d, int k, int leafSize) in new[] { (1, 9, 16), (2, 20, 256), (3, 25, 33), (3, 3, 7), (8, 12, 40), (9, 12, 20) })
        {
            Problem<T> problem = TestData.Problem<T>(kind, Count, d, k, weights, seed: variant++);
            using Walker walker = new(problem, leafSize, 1 + (variant % 3));
            walker.Follow(Ways(problem), forgets: variant % 2 == 0);
        }
    }

    /// <summary>A pass that looked at everything again would go unseen: the labels would be right.</summary>
    [Fact]
    public void While_centroids_creep_most_points_are_not_looked_at_and_most_passes_do_not_walk()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Uniform, Count, 3, 10);
        using Walker walker = new(problem, 32, 2);
        T[] crept = problem.Start;
        Draw draw = new(5);

        PassWork[] works = walker.Follow(Enumerable.Range(0, 20).Select(_ => crept = Creep(crept, 1e-5, draw)), forgets: false);

        works[8..].Count(work => work.NodeDistances == 0).Should().BeGreaterThan(8);
        works[^1].ExactDistances.Should().BeLessThan(works[0].ExactDistances / 4);
        works[^1].PointsSkipped.Should().BeGreaterThan(Count * 3 / 4);
    }

    private static T[] Creep(T[] from, double part, Draw draw) => [.. from.Select(x => x + (x * T.CreateChecked(part * (draw.Uniform() - 0.5))))];

    private static IEnumerable<T[]> Ways(Problem<T> problem)
    {
        (T[] start, int dimensions, int clusters) = (problem.Start, problem.Dimensions, problem.Clusters);
        Draw draw = new(clusters);
        T[] Jump(T[] from, int cluster, ReadOnlySpan<T> to)
        {
            T[] moved = [.. from];
            to.CopyTo(moved.AsSpan(cluster * dimensions));
            return moved;
        }

        yield return start;
        yield return start;
        T[] crept = start;
        foreach (double part in new[] { 1e-2, 1e-3, 1e-4, 0, 1e-4, 1e-6, 1e-6, 0, 1e-5, 1e-3, 1e-5 })
        {
            crept = Creep(crept, part, draw);
            yield return crept;
        }

        // One by one, while the others rest or creep.
        yield return Jump(crept, clusters - 1, problem.Point(7));
        yield return crept;
        yield return Jump(crept, 0, crept.AsSpan((clusters - 1) * dimensions));
        yield return Jump(Creep(crept, 1e-6, draw), clusters - 1, crept.AsSpan(0, dimensions));
        yield return crept;
        yield return [.. crept.Select(T.BitIncrement)];
        yield return crept;
        for (int i = 0; i < 6; i++)
        {
            crept = Jump(Creep(crept, 1e-5, draw), i % clusters, problem.Point(i * 31));
            yield return crept;
            yield return Creep(crept, 1e-5, draw);
        }

        yield return [.. crept.Chunk(dimensions).Reverse().SelectMany(row => row)];
        yield return crept;
        yield return [.. Enumerable.Repeat(crept[..dimensions], clusters).SelectMany(row => row)];
        yield return crept;
    }

    private sealed class Walker : IDisposable
    {
        private readonly Problem<T> _problem;
        private readonly AlignedBuffer<T> _points;
        private readonly AlignedBuffer<T> _weights;
        private readonly Crew _crew;
        private readonly PointView<T> _view;
        private readonly PointTree<T> _tree;
        private readonly ClusterTotals<T> _totals;
        private readonly TreePass<T> _pass;
        private readonly SumScale _scale;

        public Walker(Problem<T> problem, int leafSize, int threads)
        {
            _problem = problem;
            _points = Copy(problem.Points);
            _weights = Copy(problem.Weights ?? []);
            _crew = new Crew(threads);
            _view = new PointView<T>(_points.Pointer, problem.Count, problem.Dimensions);
            _tree = new PointTree<T>(_view, leafSize, _crew);
            double[] magnitudes = [.. Enumerable.Range(0, problem.Dimensions).Select(p => problem.Points.Where((_, c) => c % problem.Dimensions == p).Max(x => Math.Abs(double.CreateChecked(x))))];
            double[] weights = [.. (problem.Weights ?? [T.One]).Select(double.CreateChecked).Where(weight => weight > 0)];
            _scale = SumScale.For<T>(magnitudes, problem.Weights is not null, weights.Min(), weights.Max());
            _totals = new ClusterTotals<T>(_scale, problem.Clusters, problem.Weights is not null);
            _pass = new TreePass<T>(_tree, _view, Weights, problem.Clusters, _totals, _crew);
        }

        private T* Weights => _problem.Weights is null ? null : _weights.Pointer;

        /// <summary>Gives what each pass took.</summary>
        public PassWork[] Follow(IEnumerable<T[]> ways, bool forgets)
        {
            List<PassWork> works = [];
            int[] labels = new int[_problem.Count];
            Array.Fill(labels, -1);
            foreach (T[] places in ways)
            {
                int[] before = [.. labels];
                int changed;
                PassWork work;
                using AlignedBuffer<T> centroids = Copy(places);
                fixed (int* label = labels)
                {
                    changed = _pass.Run(centroids.Pointer, label, out work);
                }

                string where = $"{_problem}, step {works.Count}";
                Same.Values<int>(JudgeDistance.NearestOfEach<T>(_problem.Points, _problem.Dimensions, places), labels, where + ": labels");
                Same.Value(Steps.CountChanged(before, labels), changed, where + ": labels changed");
                work.PointsSkipped.Should().BeInRange(0, _problem.Count, where);
                RequireTotals(labels, where);
                works.Add(work);
                if (forgets && works.Count % 5 == 0)
                {
                    Relocate(labels, works.Count);
                }
            }

            return [.. works];
        }

        public void Dispose()
        {
            _pass.Dispose();
            _totals.Dispose();
            _tree.Dispose();
            _crew.Dispose();
            _points.Dispose();
            _weights.Dispose();
        }

        private static AlignedBuffer<T> Copy(T[] values)
        {
            AlignedBuffer<T> copy = new(values.Length);
            values.CopyTo(new Span<T>(copy.Pointer, values.Length));
            return copy;
        }

        // As if empty clusters had taken some points.
        private void Relocate(int[] labels, int first)
        {
            for (int i = first; i < labels.Length; i += 97)
            {
                labels[i] = (labels[i] + 1) % _problem.Clusters;
                _pass.Forget(i);
            }

            _totals.Clear();
            AddAll(_totals, labels);
        }

        private void AddAll(ClusterTotals<T> totals, int[] labels)
        {
            fixed (int* label = labels)
            {
                totals.AddAll(_view, Weights, label, _crew);
            }
        }

        private void RequireTotals(int[] labels, string where)
        {
            using ClusterTotals<T> expected = new(_scale, _problem.Clusters, _problem.Weights is not null);
            AddAll(expected, labels);
            T* mean = stackalloc T[2 * _problem.Dimensions];
            new Span<T>(mean, 2 * _problem.Dimensions).Clear();
            for (int j = 0; j < _problem.Clusters; j++)
            {
                Same.Value(expected.Count(j), _totals.Count(j), where + ": count");
                Same.Bits(expected.Weight(j), _totals.Weight(j), where + ": weight");
                Same.Value(expected.TryMean(j, mean), _totals.TryMean(j, mean + _problem.Dimensions), where + ": empty");
                Same.Bits<T>(
                    new ReadOnlySpan<T>(mean, _problem.Dimensions), new ReadOnlySpan<T>(mean + _problem.Dimensions, _problem.Dimensions), where + ": mean");
            }
        }
    }
}

public sealed class FloatTreePassTests : TreePassTests<float>;

public sealed class DoubleTreePassTests : TreePassTests<double>;
