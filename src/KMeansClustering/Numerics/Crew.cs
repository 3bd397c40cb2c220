namespace KMeansClustering.Numerics;

/// <summary>
/// The threads of one job: the calling thread and, where there is work enough, others of the pool, never more than allowed.
/// Work is cut into fixed blocks that the threads take one by one, so what a block does may not depend on who does it.
/// </summary>
internal sealed class Crew
{
    /// <summary>Below this many operations waking a second thread costs more than it brings.</summary>
    private const double WorkPerThread = 1 << 17;

    private readonly CancellationToken _cancellation;

    public Crew(int maxDegreeOfParallelism, CancellationToken cancellation)
    {
        Size = maxDegreeOfParallelism < 0 ? Environment.ProcessorCount : maxDegreeOfParallelism;
        _cancellation = cancellation;
    }

    /// <summary>All processors, without cancellation.</summary>
    public static Crew Everyone { get; } = new(-1, CancellationToken.None);

    /// <summary>The most threads at work at once.</summary>
    public int Size { get; }

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
        var taken = 0;
        Exception? fault = null;
        if (threads == 1)
        {
            TakeBlocks(0);
        }
        else
        {
            // The calling thread takes part, and whoever comes late finds nothing left: a busy pool delays nobody.
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, TakeBlocks);
        }

        if (fault is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        }

        ThrowIfCancelled();

        void TakeBlocks(int thread)
        {
            try
            {
                while (!_cancellation.IsCancellationRequested && Volatile.Read(ref fault) is null)
                {
                    var block = Interlocked.Increment(ref taken) - 1;
                    if ((uint)block >= (uint)blocks)
                    {
                        return;
                    }

                    var first = block * blockSize;
                    body(thread, first, Math.Min(blockSize, count - first));
                }
            }
#pragma warning disable CA1031 // Whatever it is, it is thrown again on the calling thread, as itself and not in an AggregateException.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref fault, exception, null);
            }
        }
    }
}
