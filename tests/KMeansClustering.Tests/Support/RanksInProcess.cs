using KMeansClustering.Numerics;

namespace KMeansClustering.Tests.Support;

/// <summary>Processes, played by threads of this one: each reduction waits until all have come.</summary>
internal sealed class RanksInProcess : IDisposable
{
    private readonly double[][] _posted;
    private readonly Barrier _barrier;

    private RanksInProcess(int size)
    {
        _posted = new double[size][];
        _barrier = new Barrier(size);
    }

    /// <summary>Runs the body once for each rank, at the same time, and gives what they gave.</summary>
    public static TResult[] Run<TResult>(int size, Func<ICollective, TResult> body)
    {
        using RanksInProcess ranks = new(size);
        TResult[] results = new TResult[size];
        Exception?[] faults = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = body(new Member(ranks, rank));
            }
            catch (Exception fault)
            {
                faults[rank] = fault;
                ranks._barrier.RemoveParticipant();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return faults.FirstOrDefault(fault => fault is not null) is { } first ? throw new InvalidOperationException("A rank failed.", first) : results;
    }

    public void Dispose() => _barrier.Dispose();

    private void Reduce(int rank, Span<double> values, Func<double, double, double> combine)
    {
        _posted[rank] = values.ToArray();
        _barrier.SignalAndWait();
        for (int i = 0; i < values.Length; i++)
        {
            double value = _posted[0][i];
            for (int other = 1; other < _posted.Length; other++)
            {
                value = combine(value, _posted[other][i]);
            }

            values[i] = value;
        }

        _barrier.SignalAndWait();
    }

    private sealed class Member(RanksInProcess ranks, int rank) : ICollective
    {
        public int Rank => rank;

        public int Size => ranks._posted.Length;

        public void Sum(Span<double> values) => ranks.Reduce(rank, values, (a, b) => a + b);

        public void Max(Span<double> values) => ranks.Reduce(rank, values, Math.Max);

        public void Broadcast(Span<double> values, int root)
        {
            ranks._posted[rank] = values.ToArray();
            ranks._barrier.SignalAndWait();
            ranks._posted[root].CopyTo(values);
            ranks._barrier.SignalAndWait();
        }
    }
}
