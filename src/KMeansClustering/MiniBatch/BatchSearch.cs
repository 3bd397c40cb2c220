using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>
/// Labels the rows of one batch after another, and sums up how far they lie from their centroids. Memory and threads' tools are kept from batch to batch. Rows are brought by the thread that then reads them, so that they are in its cache.
/// </summary>
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
    public double Run(Batch<T> batch, T* centroids, Crew crew)
    {
        var count = batch.Rows.Count;
        if (_labels.Length < count)
        {
            // Whole blocks: a search may write past the last row of one.
            _labels.Dispose();
            _labels = new AlignedBuffer<int>((long)((count / _search.BlockSize) + 1) * _search.BlockSize);
        }

        if (_hands.Length < crew.Size)
        {
            Array.Resize(ref _hands, crew.Size);
        }

        new Span<int>(Labels, count).Fill(-1);
        _search.Prepare(centroids, crew);
        var blocks = count / (_search.BlockSize * UnitsPerThread * crew.Size);
        crew.Run(count, _search.BlockSize * Math.Max(1, blocks), (double)clusters * dimensions, (thread, first, length) =>
            (_hands[thread] ??= new Hand(_search)).Take(batch, centroids, first, length, Labels));
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

        public void Take(Batch<T> batch, T* centroids, int first, int count, int* labels)
        {
            batch.Bring(first, count);
            for (var done = 0; done < count; done += search.BlockSize)
            {
                var block = Math.Min(search.BlockSize, count - done);
                _worker.FindNearest(batch.Rows, first + done, block, Math.Min(search.BlockSize, count - done - block), labels + first + done);
                InertiaPass<T>.AddBlock(batch.Rows, batch.Weights, centroids, labels, first + done, block, [_inertia]);
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
