using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>
/// Labels the rows of one batch after another, and sums up how far they lie from their centroids. Memory and threads' tools are kept from batch to batch. Rows are brought by the thread that reads them first, so that they are in its cache.
/// </summary>
/// <remarks>Many clusters pay for rows of 16 bits, made of each batch anew. Their form is chosen from a batch, and chosen again now and then, as a stream may drift away from it.</remarks>
internal sealed unsafe class BatchSearch<T>(int clusters, int dimensions) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int UnitsPerThread = 8;

    // To write a row in 16 bits takes about as long as to compare it with so many centroids.
    private const int LeastShortClusters = 128;
    private const int LeastShortDimensions = 9;

    // Rows of 16 bits at once, so that their memory does not grow with the batch; and batches after which their form is chosen anew.
    private const int MostShortRows = 1 << 12;
    private const int FormLasts = 1 << 8;

    private readonly bool _isShort = clusters >= LeastShortClusters && dimensions >= LeastShortDimensions;
    private readonly ExactSum _total = new();
    private NearestSearch<T>? _search;
    private ShortRows<T>? _rows;
    private Hand?[] _hands = [];
    private AlignedBuffer<int> _labels = new(0);
    private int _searched;

    /// <summary>The labels of the last batch.</summary>
    public int* Labels => _labels.Pointer;

    /// <summary>Gives each row its nearest centroid; returns Σ w·D, exact and rounded once.</summary>
    public double Run(Batch<T> batch, T* centroids, Crew crew)
    {
        var count = batch.Rows.Count;
        if (_labels.Length < count)
        {
            _labels.Dispose();
            _labels = new AlignedBuffer<int>(count);
        }

        new Span<int>(Labels, count).Fill(-1);
        Choose(batch, crew);
        _total.Clear();
        var most = _isShort ? MostShortRows : count;
        for (var first = 0; first < count; first += most)
        {
            RunPart(first == 0 && count <= most ? batch : batch.Part(first, Math.Min(most, count - first)), centroids, Labels + first, crew);
        }

        foreach (var hand in _hands)
        {
            hand?.HandIn(_total);
        }

        return _total.ToDouble();
    }

    public void Dispose()
    {
        Free();
        _labels.Dispose();
    }

    private void Choose(Batch<T> batch, Crew crew)
    {
        if (_search is not null && (!_isShort || _searched++ < FormLasts))
        {
            return;
        }

        Free();
        _searched = 1;
        _hands = new Hand?[crew.Size];
        if (_isShort)
        {
            batch.BringAll(crew);
            _rows = new ShortRows<T>(ShortForm<T>.Of(batch.Rows, null, crew), MostShortRows);
        }

        _search = _rows is null ? NearestSearch<T>.Create(clusters, dimensions) : NearestSearch<T>.Short(_rows, clusters);
    }

    private void RunPart(Batch<T> batch, T* centroids, int* labels, Crew crew)
    {
        var (search, rows, count) = (_search!, _rows, batch.Rows.Count);
        rows?.Fill(batch.Rows, crew, batch.Bring);
        search.Prepare(centroids, crew);
        var blocks = count / (search.BlockSize * UnitsPerThread * crew.Size);
        crew.Run(count, search.BlockSize * Math.Max(1, blocks), (double)clusters * dimensions, (thread, first, length) =>
        {
            if (rows is null)
            {
                batch.Bring(first, length);
            }

            (_hands[thread] ??= new Hand(search)).Take(batch, centroids, first, length, labels);
        });
    }

    private void Free()
    {
        foreach (var hand in _hands)
        {
            hand?.Dispose();
        }

        _search?.Dispose();
        _rows?.Dispose();
    }

    /// <summary>One thread.</summary>
    private sealed class Hand(NearestSearch<T> search) : IDisposable
    {
        private readonly NearestSearch<T>.Worker _worker = search.CreateWorker();
        private readonly ExactSum _inertia = new();

        public void Take(Batch<T> batch, T* centroids, int first, int count, int* labels)
        {
            for (var done = 0; done < count; done += search.BlockSize)
            {
                var block = Math.Min(search.BlockSize, count - done);
                _worker.FindNearest(batch.Rows, first + done, block, Math.Min(search.BlockSize, count - done - block), labels + first + done);
                InertiaPass<T>.AddBlock(batch.Rows, batch.Weights, centroids, labels, first + done, block, _inertia);
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
