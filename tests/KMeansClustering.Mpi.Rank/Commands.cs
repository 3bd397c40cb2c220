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
        return Answer(mpi, Fits.Hash(mpi.InFits, cut, every));
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
        var progress = new Listener<KMeansProgress>(report =>
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
        TellProcess(mpi);
        while (true)
        {
            Fit(mpi, clusters: 5);
        }
    }

    /// <summary>Every rank tells its process, and goes on with a fit; rank 0 says where it stands.</summary>
    /// <param name="type">Single or Double.</param>
    /// <param name="folder">Of the checkpoints.</param>
    /// <param name="place">The fit stays here until it is killed; empty for nowhere.</param>
    public static int Resume(string type, string folder, string place)
    {
        using var mpi = MpiSession.Start();
        TellProcess(mpi);

        // All processes are known before any of them can be killed.
        mpi.Collective.Sum(new double[1]);
        var hash = ResumableFit.Run(mpi, type is nameof(Single) ? typeof(float) : typeof(double), folder, line =>
        {
            if (mpi.Rank == 0)
            {
                Console.WriteLine(line);
                if (place.Length > 0 && line.StartsWith(place, StringComparison.Ordinal))
                {
                    Thread.Sleep(Timeout.Infinite);
                }
            }
        });
        return Answer(mpi, $"end {hash}");
    }

    /// <summary>Each rank fits its own slice of one file.</summary>
    public static int MappedFile(string path, Cut cut)
    {
        using var mpi = MpiSession.Start();
        return Answer(mpi, Fits.HashOfFile(mpi.InFits, path, cut));
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

    private static void TellProcess(MpiSession mpi) => Console.WriteLine(FormattableString.Invariant($"rank {mpi.Rank} is process {Environment.ProcessId}"));

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
}
