using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace KMeansClustering.Numerics;

/// <summary>
/// The threads of one job: the calling thread and, where there is work enough, helpers from the pool, never more than allowed.
/// Work is cut into fixed blocks that the threads take one by one, so what a block does may not depend on who does it.
/// </summary>
/// <remarks>
/// A helper that has run out of work watches for more for a moment before it goes back to the pool: to wake a sleeping thread can take longer than a whole pass over the
/// points does. It goes at once where there are more threads than processors, or other work waits in the pool; it never sleeps in it.
/// Invariant: nobody runs a region's body once <see cref="Run"/> has returned.
/// </remarks>
internal sealed class Crew : IDisposable
{
    /// <summary>Below this many operations waking a second thread costs more than it brings.</summary>
    private const double WorkPerThread = 1 << 17;

    private static readonly long s_watchfulTicks = Stopwatch.Frequency / 1000;

    private readonly CancellationToken _cancellation;
    private readonly int[] _present;
    private Region? _region;

    /// <summary>A crew for one job of one thread, which is to dispose it.</summary>
    /// <param name="maxDegreeOfParallelism">−1 for all processors.</param>
    /// <param name="cancellation">Looked at before each block.</param>
    public Crew(int maxDegreeOfParallelism = -1, CancellationToken cancellation = default)
    {
        Size = maxDegreeOfParallelism < 0 ? Environment.ProcessorCount : maxDegreeOfParallelism;
        _cancellation = cancellation;
        _present = new int[Size];
    }

    /// <summary>The most threads at work at once.</summary>
    public int Size { get; }

    /// <summary>A crew of one thread with the same cancellation, for a block of this one's work that is itself a job.</summary>
    public Crew OfOne() => new(1, _cancellation);

    public void ThrowIfCancelled() => _cancellation.ThrowIfCancellationRequested();

    /// <summary>
    /// Cuts <paramref name="count"/> items into blocks and runs the body on each: (thread, first, count), thread from 0 to <see cref="Size"/> − 1.
    /// Cancellation is looked at before each block.
    /// </summary>
    /// <param name="count">Items.</param>
    /// <param name="blockSize">Items in a block, the last excepted.</param>
    /// <param name="workPerItem">Operations an item takes, roughly: decides how many threads are worth waking.</param>
    /// <param name="body">What to do with a block.</param>
    public void Run(int count, int blockSize, double workPerItem, Action<int, int, int> body)
    {
        var blocks = (int)(((long)count + blockSize - 1) / blockSize);
        var threads = (int)Math.Clamp(count * workPerItem / WorkPerThread, 1, Math.Min(Size, Math.Max(blocks, 1)));
        var region = new Region(count, blockSize, blocks, threads, body, _cancellation);
        if (threads > 1)
        {
            Announce(region);
        }

        region.TakeBlocks(0);
        region.Close();
        ThrowIfCancelled();
    }

    /// <summary>Sends the helpers back.</summary>
    public void Dispose() => Interlocked.Exchange(ref _region, Region.None);

    // A busy pool delays nobody: a helper that comes late finds nothing left to do.
    private void Announce(Region region)
    {
        Interlocked.Exchange(ref _region, region);
        for (var thread = 1; thread < region.Threads; thread++)
        {
            if (TryBePresent(thread))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static helper => helper.Crew.Help(helper.Thread), (Crew: this, Thread: thread), preferLocal: false);
            }
        }
    }

    private bool TryBePresent(int thread) => Interlocked.CompareExchange(ref _present[thread], 1, 0) == 0;

    private void Help(int thread)
    {
        Region? last = null;
        do
        {
            while (Volatile.Read(ref _region) is { } region && region != last)
            {
                if (thread < region.Threads)
                {
                    region.TakeBlocks(thread);
                }

                last = region;
                Watch(last);
            }

            // Whoever announces a region now calls a new helper, unless this one sees it first and stays.
            Interlocked.Exchange(ref _present[thread], 0);
        }
        while (Volatile.Read(ref _region) != last && TryBePresent(thread));
    }

    private void Watch(Region last)
    {
        if (Size > Environment.ProcessorCount || last == Region.None)
        {
            return;
        }

        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - begin < s_watchfulTicks && ThreadPool.PendingWorkItemCount == 0;)
        {
            // Between two looks at the clock and the pool, many at the region.
            for (var look = 0; look < 16; look++)
            {
                if (Volatile.Read(ref _region) != last)
                {
                    return;
                }

                Thread.SpinWait(8);
            }
        }
    }

    /// <summary>One call of <see cref="Run"/>.</summary>
    private sealed class Region(int count, int blockSize, int blocks, int threads, Action<int, int, int> body, CancellationToken cancellation)
    {
        /// <summary>Nothing to do any more.</summary>
        public static readonly Region None = new(0, 1, 0, 0, static (_, _, _) => { }, CancellationToken.None);

        private int _taken;
        private int _inside;
        private bool _closed;
        private Exception? _fault;

        public int Threads => threads;

        public void TakeBlocks(int thread)
        {
            // Who enters after the region was closed sees that it is; who entered before is waited for.
            Interlocked.Increment(ref _inside);
            try
            {
                while (!Volatile.Read(ref _closed) && !cancellation.IsCancellationRequested && Volatile.Read(ref _fault) is null)
                {
                    var block = Interlocked.Increment(ref _taken) - 1;
                    if ((uint)block >= (uint)blocks)
                    {
                        return;
                    }

                    var first = block * blockSize;
                    body(thread, first, Math.Min(blockSize, count - first));
                }
            }
#pragma warning disable CA1031 // Whatever it is, it is thrown again on the calling thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _fault, exception, null);
            }
            finally
            {
                Interlocked.Decrement(ref _inside);
            }
        }

        /// <summary>Waits for those inside, each of which has at most one block to end, and throws what they threw.</summary>
        public void Close()
        {
            Interlocked.Exchange(ref _closed, true);
            var wait = default(SpinWait);
            while (Volatile.Read(ref _inside) > 0)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }

            if (_fault is not null)
            {
                ExceptionDispatchInfo.Throw(_fault);
            }
        }
    }
}
