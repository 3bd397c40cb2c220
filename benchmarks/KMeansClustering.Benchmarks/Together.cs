using System.Diagnostics;

namespace KMeansClustering.Benchmarks;

/// <summary>Runs the same work on several threads that start at one moment.</summary>
internal static class Together
{
    /// <summary>How much a second all threads do together: the best of several runs, each timed until its last thread is done.</summary>
    /// <param name="threads">How many; 1 is the calling thread.</param>
    /// <param name="runs">How many runs.</param>
    /// <param name="workPerThread">What each thread does in a run, in whatever unit.</param>
    /// <param name="work">Does it, told which thread it is.</param>
    public static double BestRate(int threads, int runs, double workPerThread, Action<int> work)
    {
        var best = 0.0;
        var start = 0L;
        using var begin = new Barrier(threads, _ => start = Stopwatch.GetTimestamp());
        using var end = new Barrier(threads, _ => best = Math.Max(best, threads * workPerThread / Stopwatch.GetElapsedTime(start).TotalSeconds));
        var others = Enumerable.Range(1, threads - 1).Select(thread => new Thread(() => Run(thread)) { IsBackground = true }).ToList();
        others.ForEach(other => other.Start());
        Run(0);
        others.ForEach(other => other.Join());
        return best;

        void Run(int thread)
        {
            for (var run = 0; run < runs; run++)
            {
                begin.SignalAndWait();
                work(thread);
                end.SignalAndWait();
            }
        }
    }
}
