using System.Runtime.ExceptionServices;

namespace KMeansClustering.Mpi;

/// <summary>The one thread that calls MPI. Others hand it their calls, one at a time, and wait.</summary>
internal sealed class MpiThread : IDisposable
{
    private readonly Lock _turn = new();
    private readonly ManualResetEventSlim _asked = new();
    private readonly ManualResetEventSlim _answered = new();
    private readonly Thread _thread;
    private Action? _call;
    private ExceptionDispatchInfo? _failure;

    public MpiThread()
    {
        _thread = new Thread(Serve) { IsBackground = true, Name = "MPI" };
        _thread.Start();
    }

    /// <summary>Runs a call on the thread, and waits for its end; what it throws is thrown here.</summary>
    public void Run(Action call)
    {
        lock (_turn)
        {
            _answered.Reset();
            _call = call;
            _asked.Set();
            _answered.Wait();
            _failure?.Throw();
        }
    }

    /// <summary>Ends the thread, after the call that it is at.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            _call = null;
            _asked.Set();
            _thread.Join();
            _asked.Dispose();
            _answered.Dispose();
        }
    }

    private void Serve()
    {
        while (true)
        {
            _asked.Wait();
            _asked.Reset();
            if (_call is not { } call)
            {
                return;
            }

            try
            {
                _failure = null;
                call();
            }
#pragma warning disable CA1031 // Whatever it is, it is thrown again where the call came from.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
            }

            _answered.Set();
        }
    }
}
