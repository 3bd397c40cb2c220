using System.Numerics;
using System.Numerics.Tensors;

namespace KMeansClustering.Mpi;

/// <summary>
/// k-means over the processes that <c>mpirun</c> has started, each with rows of its own: the answer has the bits that <see cref="KMeans"/> gives for all rows together, rank 0's first.
/// Open MPI and MPICH, by whichever has started the process; a process that was started without either is a session of one rank.
/// </summary>
/// <remarks>
/// What fails in a fit on one rank ends the fit on all, with the same message. Elsewhere a rank may give up in any way, and nobody waits for it for ever: if its session is disposed, as an exception does that leaves
/// a <c>using</c>, the others' next fit or operation throws a <see cref="CollectiveException"/>; if its process ends without that, or by <see cref="Abort"/>, the launcher ends theirs.
/// <see cref="Dispose"/> waits for all ranks.
/// </remarks>
/// <example><code>
/// using var mpi = MpiSession.Start();
/// var result = mpi.Fit(localPoints, dimensions: 100, clusters: 1000);
/// </code></example>
public sealed class MpiSession : IDisposable
{
    private static int s_started;

    private readonly MpiThread? _thread;
    private readonly MpiLibrary? _library;
    private readonly RollCall? _rollCall;
    private bool _isEnded;

    private MpiSession()
    {
        Collective = InFits = SingleProcess.Instance;
        Library = "none";
    }

    private MpiSession(MpiThread thread, MpiLibrary library, int rank, int size, string version)
    {
        (_thread, _library, _rollCall) = (thread, library, new RollCall(library, rank, size));
        Collective = new MpiCollective(thread, library, _rollCall);

        // Whatever the ranks do in a fit begins with a maximum of one number.
        InFits = new MpiCollective(thread, library, _rollCall, isGuarded: true);
        Library = version;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>This process among those of the job, from 0.</summary>
    public int Rank => Collective.Rank;

    /// <summary>How many processes the job has.</summary>
    public int Size => Collective.Size;

    /// <summary>What the MPI library calls itself; "none" where the process was not started by a launcher.</summary>
    public string Library { get; }

    /// <summary>The processes, for <see cref="DistributedKMeans"/> or reductions of one's own.</summary>
    public ICollective Collective { get; }

    /// <summary>Joins the job that this process was started in. MPI can be started once in a process.</summary>
    /// <exception cref="DllNotFoundException">The MPI library of the launcher is not installed.</exception>
    /// <exception cref="InvalidOperationException">A session was started before.</exception>
    /// <exception cref="CollectiveException">MPI could not be started.</exception>
    public static MpiSession Start()
    {
        if (Interlocked.Exchange(ref s_started, 1) != 0)
        {
            throw new InvalidOperationException("A session was started before; MPI can be started once in a process.");
        }

        var launcher = Launchers.Of(Environment.GetEnvironmentVariable);
        if (launcher == Launcher.None)
        {
            return new MpiSession();
        }

        var thread = new MpiThread();
        try
        {
            MpiSession? session = null;
            thread.Run(() =>
            {
                var library = MpiLibrary.Load(launcher);
                var (rank, size) = library.Initialize();
                session = new MpiSession(thread, library, rank, size, library.Version());
            });
            return session!;
        }
        catch
        {
            thread.Dispose();
            throw;
        }
    }

    /// <summary>Clusters the points of all ranks, into k clusters. See <see cref="DistributedKMeans.Fit{T}(ICollective, ReadOnlySpan{T}, int, int, KMeansOptions?, ReadOnlySpan{T}, IProgress{KMeansProgress}?, CancellationToken)"/>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="localPoints">This rank's rows: n × d finite values, row-major; none, if it has none.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="clusters">How many clusters, k: from 1 to the number of all ranks' points.</param>
    /// <param name="options">The same on all ranks, but for threads and algorithm; null for the defaults. For many clusters over many ranks <see cref="SeedingMethod.KMeansParallel"/>.</param>
    /// <param name="weights">A weight for each of this rank's points; or none, on all ranks.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread; may be there on some ranks only.</param>
    /// <param name="cancellationToken">Ends the fit on all ranks, at the latest when they next talk to each other.</param>
    /// <returns>The model, the labels of this rank's rows, and how the fit went.</returns>
    public KMeansResult<T> Fit<T>(
        ReadOnlySpan<T> localPoints,
        int dimensions,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DistributedKMeans.Fit(Running(), localPoints, dimensions, clusters, options, weights, progress, cancellationToken);

    /// <summary>Clusters the points of all ranks, from given starting centroids: the same on all.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="localPoints">This rank's rows: n × d finite values, row-major; none, if it has none.</param>
    /// <param name="dimensions">How many values a point has, d.</param>
    /// <param name="initialCentroids">k × d values, row-major: where the centroids start, such as those of a saved model.</param>
    /// <param name="options">The same on all ranks, but for threads and algorithm; null for the defaults.</param>
    /// <param name="weights">A weight for each of this rank's points; or none, on all ranks.</param>
    /// <param name="progress">Is told of each iteration, on the calling thread; may be there on some ranks only.</param>
    /// <param name="cancellationToken">Ends the fit on all ranks, at the latest when they next talk to each other.</param>
    /// <returns>The model, the labels of this rank's rows, and how the fit went.</returns>
    public KMeansResult<T> Fit<T>(
        ReadOnlySpan<T> localPoints,
        int dimensions,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DistributedKMeans.Fit(Running(), localPoints, dimensions, initialCentroids, options, weights, progress, cancellationToken);

    /// <summary>Clusters the rows of the tensors of all ranks, such as slices of a mapped file, into k clusters.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="localPoints">This rank's rows, a tensor of shape [n, d]; n·d may pass 2³¹.</param>
    /// <param name="clusters">How many clusters, k: from 1 to the number of all ranks' points.</param>
    /// <param name="options">The same on all ranks, but for threads and algorithm; null for the defaults. For many clusters over many ranks <see cref="SeedingMethod.KMeansParallel"/>.</param>
    /// <param name="weights">A weight for each of this rank's points; or none, on all ranks.</param>
    /// <param name="progress">Is told of each seeded centroid and each iteration, on the calling thread; may be there on some ranks only.</param>
    /// <param name="cancellationToken">Ends the fit on all ranks, at the latest when they next talk to each other.</param>
    /// <returns>The model, the labels of this rank's rows, and how the fit went.</returns>
    public KMeansResult<T> Fit<T>(
        in ReadOnlyTensorSpan<T> localPoints,
        int clusters,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DistributedKMeans.Fit(Running(), localPoints, clusters, options, weights, progress, cancellationToken);

    /// <summary>Clusters the rows of the tensors of all ranks, from given starting centroids: the same on all.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="localPoints">This rank's rows, a tensor of shape [n, d]; n·d may pass 2³¹.</param>
    /// <param name="initialCentroids">k × d values, row-major: where the centroids start, such as those of a saved model.</param>
    /// <param name="options">The same on all ranks, but for threads and algorithm; null for the defaults.</param>
    /// <param name="weights">A weight for each of this rank's points; or none, on all ranks.</param>
    /// <param name="progress">Is told of each iteration, on the calling thread; may be there on some ranks only.</param>
    /// <param name="cancellationToken">Ends the fit on all ranks, at the latest when they next talk to each other.</param>
    /// <returns>The model, the labels of this rank's rows, and how the fit went.</returns>
    public KMeansResult<T> Fit<T>(
        in ReadOnlyTensorSpan<T> localPoints,
        ReadOnlySpan<T> initialCentroids,
        KMeansOptions? options = null,
        ReadOnlySpan<T> weights = default,
        IProgress<KMeansProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        DistributedKMeans.Fit(Running(), localPoints, initialCentroids, options, weights, progress, cancellationToken);

    /// <summary>Ends the processes of all ranks at once, for when this one cannot go on.</summary>
    /// <param name="message">Why; it goes to standard error.</param>
    public void Abort(string message)
    {
        Console.Error.WriteLine(FormattableString.Invariant($"Rank {Rank} of {Size} aborts the job: {message}"));
        Console.Error.Flush();
        _isEnded = true;
        _library?.Abort(1);
        Environment.Exit(1);
    }

    /// <summary>
    /// Leaves the job, when all ranks do: they are waited for. If others are in a fit or another operation, or come to one, it throws there: this rank has left.
    /// </summary>
    public void Dispose()
    {
        if (_isEnded)
        {
            return;
        }

        if (_rollCall is { HasFailed: false, Failure: { } fault })
        {
            // The others may not know of it, and wait.
            Abort(fault.Message);
        }

        _isEnded = true;
        if (_thread is not null)
        {
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
            ((MpiCollective)Collective).Leave();
            _thread.Run(_library!.Finish);
            _thread.Dispose();
        }
    }

    /// <summary>The same processes, as fits have them.</summary>
    internal ICollective InFits { get; }

    /// <summary>The same processes, with calls of MPI cut as they are where an array is longer than MPI can count.</summary>
    internal ICollective InParts(int mostValues) => _thread is null ? Collective : new MpiCollective(_thread, _library!, _rollCall!, mostValues: mostValues);

    // A process that ends, by Environment.Exit, SIGTERM or a Main that has forgotten Dispose, cannot wait for the others any more.
    private void OnExit(object? sender, EventArgs e)
    {
        if (!_isEnded)
        {
            Abort("its process ends, and its session was not disposed.");
        }
    }

    private ICollective Running()
    {
        ObjectDisposedException.ThrowIf(_isEnded, this);
        return InFits;
    }
}
