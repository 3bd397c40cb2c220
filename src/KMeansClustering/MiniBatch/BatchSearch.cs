using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>Labels the rows of one batch after another, and sums up how far they lie from their centroids. What it needs is kept from batch to batch.</summary>
internal sealed unsafe class BatchSearch<T>(int clusters, int dimensions) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int UnitsPerThread = 8;

    private readonly NearestSearch<T> _search = NearestSearch<T>.Create(clusters, dimensions);
    private readonly ExactSum _total = new();
    private Hand?[] _hands = [];
    private AlignedBuffer<int> _labels = new(0);

    /// <summary>The labels of the last batch.</summary>
    public int* Labels => _labels.Pointer;

    /// <summary>Gives each row its nearest centroid; returns Σ w·D, exact and rounded once.</summary>
    public double Run(PointView<T> rows, T* weights, T* centroids, Crew crew)
    {
        if (_labels.Length < rows.Count)
        {
            _labels.Dispose();
            _labels = new AlignedBuffer<int>(rows.Count);
        }

        new Span<int>(Labels, rows.Count).Fill(-1);
        if (_hands.Length < crew.Size)
        {
            Array.Resize(ref _hands, crew.Size);
        }

        _search.Prepare(centroids, crew);
        var blocks = rows.Count / (_search.BlockSize * UnitsPerThread * crew.Size);
        crew.Run(rows.Count, _search.BlockSize * Math.Max(1, blocks), (double)clusters * dimensions, (thread, first, count) =>
            (_hands[thread] ??= new Hand(_search)).Take(rows, weights, centroids, first, count, Labels));
        _total.Clear();
        foreach (var hand in _hands)
        {
            hand?.HandIn(_total);
        }

        return _total.ToDouble();
    }

    public void Dispose()
    {
        foreach (var hand in _hands)
        {
            hand?.Dispose();
        }

        _search.Dispose();
        _labels.Dispose();
    }

    /// <summary>One thread.</summary>
    private sealed class Hand(NearestSearch<T> search) : IDisposable
    {
        private readonly NearestSearch<T>.Worker _worker = search.CreateWorker();
        private readonly ExactSum _inertia = new();

        public void Take(PointView<T> rows, T* weights, T* centroids, int first, int count, int* labels)
        {
            for (var done = 0; done < count; done += search.BlockSize)
            {
                var block = Math.Min(search.BlockSize, count - done);
                _worker.FindNearest(rows, first + done, block, Math.Min(search.BlockSize, count - done - block), labels + first + done);
                InertiaPass<T>.AddBlock(rows, weights, centroids, labels, first + done, block, _inertia);
            }
        }

        public void HandIn(ExactSum total)
        {
            total.Add(_inertia);
            _inertia.Clear();
        }

        public void Dispose() => _worker.Dispose();
    }
}
