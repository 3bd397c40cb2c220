using System.Runtime.ExceptionServices;

namespace KMeansClustering;

/// <summary>
/// Ranks that are threads of this process: to test code that is meant for many processes, and the shortest example of an <see cref="ICollective"/>. Where all points are in one
/// process anyway, <see cref="KMeans"/> is faster.
/// </summary>
/// <remarks>It never hangs: a rank that fails, or ends while others wait for it, and calls that do not fit together end all ranks with an error that says so.</remarks>
public static class InProcessRanks
{
    /// <summary>Runs a body once for each rank, all at the same time.</summary>
    /// <typeparam name="TResult">What a rank gives.</typeparam>
    /// <param name="size">How many ranks, at least 1.</param>
    /// <param name="body">What each does with its collective.</param>
    /// <param name="cancellationToken">Ends every operation that waits, and every later one.</param>
    /// <returns>What the ranks gave, by rank.</returns>
    /// <exception cref="CollectiveException">The ranks' calls did not fit together. (If a rank throws, its exception is thrown here; the others get this one in their operations.)</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TResult[] Run<TResult>(int size, Func<ICollective, TResult> body, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentNullException.ThrowIfNull(body);
        var results = new TResult[size];
        var meeting = new Meeting(size);
        using var registration = cancellationToken.Register(() =>
            meeting.Break(new OperationCanceledException(cancellationToken), () => new OperationCanceledException(cancellationToken)));
        var threads = new Thread[size];
        for (var i = 0; i < size; i++)
        {
            var rank = i;
            threads[rank] = new Thread(() => meeting.Attend(rank, () => results[rank] = body(new Member(meeting, rank)))) { IsBackground = true };
            threads[rank].Start();
        }

        Array.ForEach(threads, thread => thread.Join());
        if (meeting.Cause is not null)
        {
            ExceptionDispatchInfo.Throw(meeting.Cause);
        }

        return results;
    }

    /// <summary>One rank's view.</summary>
    private sealed class Member(Meeting meeting, int rank) : ICollective
    {
        public int Rank => rank;

        public int Size => meeting.Size;

        public void Sum(Span<double> values) => Reduce(nameof(Sum), values, static (a, b) => a + b);

        public void Max(Span<double> values) => Reduce(nameof(Max), values, Math.Max);

        public void Broadcast(Span<double> values, int root)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(root);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
            meeting.Meet(rank, new Call(nameof(Broadcast), values.Length, root), values)[root].CopyTo(values);
        }

        public void AllGather(ReadOnlySpan<double> mine, Span<double> all)
        {
            if (all.Length != (long)Size * mine.Length)
            {
                throw new ArgumentException(FormattableString.Invariant($"The length is {all.Length}; it must be {Size} times {mine.Length}."), nameof(all));
            }

            var posts = meeting.Meet(rank, new Call(nameof(AllGather), mine.Length, 0), mine);
            for (var other = 0; other < posts.Length; other++)
            {
                posts[other].CopyTo(all[(other * mine.Length)..]);
            }
        }

        private void Reduce(string operation, Span<double> values, Func<double, double, double> combine)
        {
            var posts = meeting.Meet(rank, new Call(operation, values.Length, 0), values);
            for (var i = 0; i < values.Length; i++)
            {
                var value = posts[0][i];
                for (var other = 1; other < posts.Length; other++)
                {
                    value = combine(value, posts[other][i]);
                }

                values[i] = value;
            }
        }
    }

    /// <summary>What a rank calls: the same on all.</summary>
    private sealed record Call(string Operation, int Length, int Root)
    {
        public override string ToString() => FormattableString.Invariant($"{Operation}, {Length} values, root {Root}");
    }

    /// <summary>Where the ranks come together: in each round every rank leaves its values, and when the last has come all take everybody's.</summary>
    private sealed class Meeting(int size)
    {
        private readonly object _gate = new();
        private Round _round = new(size);
        private Exception? _cause;
        private Func<Exception>? _told;
        private int? _gone;

        public int Size => size;

        /// <summary>Why all operations throw from now on, or null; what came first counts.</summary>
        public Exception? Cause => _cause;

        /// <summary>Runs a rank to its end.</summary>
        public void Attend(int rank, Action body)
        {
            try
            {
                body();
            }
#pragma warning disable CA1031 // Whatever it is, Run throws it again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Break(failure, () => new CollectiveException(FormattableString.Invariant($"Rank {rank} failed: {failure.Message}"), failure));
            }

            lock (_gate)
            {
                _gone = rank;
                if (_round.Arrived > 0)
                {
                    Refuse(FormattableString.Invariant($"Rank {rank} has ended, but others wait for it in {_round.Call}."));
                }
            }
        }

        /// <summary>Leaves values, waits for the others', and gives all.</summary>
        public double[][] Meet(int rank, Call call, ReadOnlySpan<double> values)
        {
            lock (_gate)
            {
                var round = _round;
                if (_gone is { } gone)
                {
                    Refuse(FormattableString.Invariant($"Rank {rank} calls {call}, but rank {gone} has ended."));
                }
                else if (round.Arrived > 0 && round.Call != call)
                {
                    Refuse(FormattableString.Invariant($"Rank {rank} calls {call}, others call {round.Call}."));
                }

                if (_told is not null)
                {
                    throw _told();
                }

                round.Call = call;
                round.Posts[rank] = values.ToArray();
                if (++round.Arrived == size)
                {
                    _round = new Round(size);
                    Monitor.PulseAll(_gate);
                }

                while (round.Arrived < size && _told is null)
                {
                    Monitor.Wait(_gate);
                }

                return round.Arrived == size ? round.Posts : throw _told!();
            }
        }

        /// <summary>Ends all operations, unless they have ended already.</summary>
        /// <param name="cause">What Run is to throw.</param>
        /// <param name="told">Makes what the operations throw.</param>
        public void Break(Exception cause, Func<Exception> told)
        {
            lock (_gate)
            {
                if (_cause is null)
                {
                    (_cause, _told) = (cause, told);
                    Monitor.PulseAll(_gate);
                }
            }
        }

        private void Refuse(string message) => Break(new CollectiveException(message), () => new CollectiveException(message));
    }

    /// <summary>One operation.</summary>
    private sealed class Round(int size)
    {
        public double[][] Posts { get; } = new double[size][];

        public Call? Call { get; set; }

        public int Arrived { get; set; }
    }
}
