namespace KMeansClustering.Numerics;

/// <summary>
/// A collective on which what fails in one process ends all, with the same message: each operation begins by asking whether anyone has failed. A process that fails tells the
/// others when they come to their next operation, whichever that is.
/// </summary>
/// <remarks>Invariant: whatever a process does next on the inner collective begins with <see cref="Exchange"/>, so that all are always at the same operation.
/// KMeansClustering.Mpi relies on it: in a fit the maximum of one number is its roll call.</remarks>
internal sealed class GuardedCollective(ICollective inner) : ICollective
{
    // An operation of the engine has failed, or a fault has been told: nothing more can be said.
    private bool _silent;

    public int Rank => inner.Rank;

    public int Size => inner.Size;

    public void Sum(Span<double> values)
    {
        Exchange(null);
        _silent = true;
        inner.Sum(values);
        _silent = false;
    }

    public void Max(Span<double> values)
    {
        Exchange(null);
        _silent = true;
        inner.Max(values);
        _silent = false;
    }

    public void Broadcast(Span<double> values, int root)
    {
        Exchange(null);
        _silent = true;
        inner.Broadcast(values, root);
        _silent = false;
    }

    public void AllGather(ReadOnlySpan<double> mine, Span<double> all)
    {
        Exchange(null);
        _silent = true;
        inner.AllGather(mine, all);
        _silent = false;
    }

    /// <summary>To be called by all when their work is done, with what came of it: nobody may fail after it.</summary>
    public TResult Finish<TResult>(TResult result)
    {
        Exchange(null);
        return result;
    }

    /// <summary>Tells the others of a failure, and gives what is to be thrown: the same by all processes.</summary>
    public Exception Fail(Exception failure)
    {
        if (_silent)
        {
            return failure;
        }

        try
        {
            Exchange(failure);
            return failure;
        }
        catch (Exception common)
        {
            return common;
        }
    }

    // The lowest process that has failed says why.
    private void Exchange(Exception? failure)
    {
        if (Size == 1)
        {
            return;
        }

        _silent = true;
        var worst = inner.Max(failure is null ? 0 : Size - Rank);
        if (worst > 0)
        {
            var rank = Size - (int)worst;
            var own = rank == Rank ? failure : null;
            Span<double> header = own is null ? [0, 0] : [Fault.Kind(own), own.Message.Length];
            inner.Broadcast(header, rank);
            var text = new double[(int)header[1]];
            for (var i = 0; own is not null && i < text.Length; i++)
            {
                text[i] = own.Message[i];
            }

            inner.Broadcast(text, rank);
            throw Fault.Create((int)header[0], $"Process {rank} of {Size}: {string.Concat(text.Select(character => (char)character))}", own);
        }

        _silent = false;
    }

    /// <summary>Exceptions by number, so that all processes throw the same.</summary>
    private static class Fault
    {
        public static int Kind(Exception failure) => failure switch
        {
            OperationCanceledException => 1,
            ArgumentOutOfRangeException => 2,
            ArgumentException => 3,
            NotSupportedException => 4,
            _ => 0,
        };

        public static Exception Create(int kind, string message, Exception? inner) => kind switch
        {
            1 => new OperationCanceledException(message, inner, (inner as OperationCanceledException)?.CancellationToken ?? default),
            2 => OutOfRange(message, inner),
            3 => new ArgumentException(message, paramName: null, inner),
            4 => new NotSupportedException(message, inner),
            _ => new InvalidOperationException(message, inner),
        };

#pragma warning disable MA0015 // The message names the parameter.
        private static ArgumentOutOfRangeException OutOfRange(string message, Exception? inner) => new(message, inner);
#pragma warning restore MA0015
    }
}
