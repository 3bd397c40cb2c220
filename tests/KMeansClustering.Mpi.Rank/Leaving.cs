using System.Runtime.InteropServices;

namespace KMeansClustering.Mpi.Rank;

/// <summary>Ways in which rank 1 can leave a job whose other ranks still need it.</summary>
internal static class Leaving
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    public static int By(string way)
    {
        try
        {
            using var mpi = MpiSession.Start();
            return mpi.Rank == 1 ? Leave(mpi, way) : Need(mpi, way);
        }
        catch (Exception failure) when (way is "caught" or "call")
        {
            // As in a Main that prints what is wrong; it takes this for the session to be disposed.
            Console.WriteLine($"{failure.GetType().Name}: {failure.Message}");
            return 3;
        }
    }

    private static int Leave(MpiSession mpi, string way)
    {
        switch (way)
        {
            case "exception" or "caught":
                throw new FormatException("rank 1 has had enough");
            case "thread":
                new Thread(() => throw new FormatException("rank 1 has had enough")).Start();
                break;
            case "exit":
                Environment.Exit(0);
                break;
            case "return":
                return 0;
            case "exit inside":
                new Thread(() => Environment.Exit(0)).Start();
                mpi.Collective.Sum(new double[1]);
                break;
            case "abort":
                mpi.Abort("rank 1 gives up");
                break;
            case "call":
                mpi.Collective.Max(new double[7]);
                break;
            case "interrupt":
                _ = Signal(Environment.ProcessId, Interrupt);
                break;
            case "terminate":
                _ = Signal(Environment.ProcessId, Terminate);
                break;
            case "terminate inside":
                _ = Signal(Environment.ProcessId, Terminate);
                mpi.Collective.Sum(new double[1]);
                break;
            default:
                return 64;
        }

        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    // Where rank 1 is to be in an operation when it happens, the others must not end that.
    private static int Need(MpiSession mpi, string way)
    {
        if (way.EndsWith("inside", StringComparison.Ordinal))
        {
            Thread.Sleep(Timeout.Infinite);
        }

        mpi.Collective.Sum(new double[1]);
        return 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
