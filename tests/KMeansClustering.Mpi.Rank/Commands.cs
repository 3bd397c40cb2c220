using KMeansClustering.Tests.Support;

namespace KMeansClustering.Mpi.Rank;

/// <summary>What a rank can be told to do; each gives the exit code.</summary>
internal static class Commands
{
    private const int Dimensions = 3;

    /// <summary>The laws of <see cref="ICollective"/>, also where long arrays go in parts.</summary>
    public static int Laws()
    {
        using var mpi = MpiSession.Start();
        CollectiveLaws.Check(mpi.Collective);
        CollectiveLaws.Check(mpi.InParts(1_000));
        return Answer(mpi, $"{mpi.Size} ranks of {mpi.Library} keep the laws");
    }

    public static int Hash(Cut cut, int every)
    {
        using var mpi = MpiSession.Start();
        return Answer(mpi, Fits.Hash(mpi.Collective, cut, every));
    }

    /// <summary>Rank 1 asks for another number of clusters.</summary>
    public static int Disagree()
    {
        using var mpi = MpiSession.Start();
        return Refused(mpi, () => Fit(mpi, clusters: mpi.Rank == 1 ? 4 : 5));
    }

    /// <summary>The last rank has a point that is no number.</summary>
    public static int Refuse()
    {
        using var mpi = MpiSession.Start();
        return Refused(mpi, () => Fit(mpi, clusters: 5, spoils: mpi.Rank == mpi.Size - 1));
    }

    /// <summary>Rank 0 cancels its fit in the second iteration.</summary>
    public static int Cancel()
    {
        using var mpi = MpiSession.Start();
        using var source = new CancellationTokenSource();
        var progress = new Listener(report =>
        {
            if (report.Iteration == 2)
            {
                source.Cancel();
            }
        });
        return Refused(mpi, () => Fit(mpi, clusters: 5, progress: progress, token: mpi.Rank == 0 ? source.Token : default));
    }

    /// <summary>A NullReferenceException is a SIGSEGV that .NET must get, not the MPI library.</summary>
    public static int Survive()
    {
        using var mpi = MpiSession.Start();
        string? nothing = null;
        try
        {
            Console.WriteLine(nothing!.Length);
        }
        catch (NullReferenceException)
        {
            Fit(mpi, clusters: 5);
            return Answer(mpi, "survived");
        }

        return 1;
    }

    /// <summary>Every rank tells its process, and fits on and on, until it is killed.</summary>
    public static int Work()
    {
        using var mpi = MpiSession.Start();
        Console.WriteLine(FormattableString.Invariant($"rank {mpi.Rank} is process {Environment.ProcessId}"));
        while (true)
        {
            Fit(mpi, clusters: 5);
        }
    }

    private static void Fit(MpiSession mpi, int clusters, bool spoils = false, IProgress<KMeansProgress>? progress = null, CancellationToken token = default)
    {
        var points = Fits.Points<float>(900, Dimensions);
        if (spoils)
        {
            points[^1] = float.NaN;
        }

        var (first, end) = Fits.Share(mpi.Rank, mpi.Size, 900, Cut.Equal);
        mpi.Fit<float>(points.AsSpan(first * Dimensions, (end - first) * Dimensions), Dimensions, clusters, new KMeansOptions { Tolerance = 0 }, progress: progress, cancellationToken: token);
    }

    // Every rank must be refused, and prints why.
    private static int Refused(MpiSession mpi, Action fit)
    {
        try
        {
            fit();
            return 1;
        }
        catch (Exception refusal) when (refusal is ArgumentException or OperationCanceledException)
        {
            Console.WriteLine($"{refusal.GetType().Name}: {refusal.Message}");
            return 0;
        }
    }

    private static int Answer(MpiSession mpi, string answer)
    {
        if (mpi.Rank == 0)
        {
            Console.WriteLine(answer);
        }

        return 0;
    }

    private sealed class Listener(Action<KMeansProgress> report) : IProgress<KMeansProgress>
    {
        public void Report(KMeansProgress value) => report(value);
    }
}
