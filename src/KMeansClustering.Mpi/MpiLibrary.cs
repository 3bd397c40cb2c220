using System.Runtime.InteropServices;
using System.Text;

namespace KMeansClustering.Mpi;

/// <summary>The functions of an MPI library that a fit needs, by function pointers. To be called from one thread, the one that has called <see cref="Initialize"/>.</summary>
/// <remarks>The library is loaded lazily and globally (<c>dlopen</c> with RTLD_GLOBAL): Open MPI's components look for its symbols among those of the process.</remarks>
internal sealed unsafe partial class MpiLibrary
{
    private const int Lazy = 0x001;
    private const int Global = 0x100;
    private const int Funneled = 1;

    // More than either library's longest message.
    private const int LongestText = 8192;

    private readonly MpiAbi _abi;
    private readonly nint _library;
    private readonly nint _world;
    private readonly nint _double;
    private readonly nint _sum;
    private readonly nint _max;
    private readonly delegate* unmanaged<void*, void*, int, nint, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> _allGather;

    private MpiLibrary(MpiAbi abi, nint library)
    {
        _abi = abi;
        _library = library;
        _world = MpiAbi.Handle(library, abi.World);
        _double = MpiAbi.Handle(library, abi.Double);
        _sum = MpiAbi.Handle(library, abi.Sum);
        _max = MpiAbi.Handle(library, abi.Max);
        _allReduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Function("MPI_Allreduce");
        _broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Function("MPI_Bcast");
        _allGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Function("MPI_Allgather");
    }

    /// <summary>Loads the library of a launcher.</summary>
    /// <exception cref="DllNotFoundException">It is not installed.</exception>
    public static MpiLibrary Load(Launcher launcher)
    {
        // UCX would take SIGSEGV from .NET, which makes its NullReferenceException of it. Only the C library's own environment reaches it.
        SetVariable("UCX_ERROR_SIGNALS", "", overwrite: 0);
        var abi = launcher == Launcher.OpenMpi ? MpiAbi.OpenMpi : MpiAbi.Mpich;
        foreach (var name in abi.Libraries)
        {
            if (Open(name, Lazy | Global) is var library and not 0)
            {
                return new MpiLibrary(abi, library);
            }
        }

        throw new DllNotFoundException(
            $"This process was started by {(launcher == Launcher.OpenMpi ? "Open MPI" : "MPICH")}, but its library is not found (looked for: {string.Join(", ", abi.Libraries)}). Install it, or add its folder to LD_LIBRARY_PATH.");
    }

    /// <summary>Starts MPI, for this thread.</summary>
    /// <returns>This process's rank, and how many there are.</returns>
    public (int Rank, int Size) Initialize()
    {
        int provided;
        Check(((delegate* unmanaged<int*, void*, int, int*, int>)Function("MPI_Init_thread"))(null, null, Funneled, &provided), "MPI_Init_thread");
        Check(((delegate* unmanaged<nint, nint, int>)Function("MPI_Comm_set_errhandler"))(_world, MpiAbi.Handle(_library, _abi.ErrorsReturn)), "MPI_Comm_set_errhandler");
        int rank, size;
        Check(((delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank"))(_world, &rank), "MPI_Comm_rank");
        Check(((delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size"))(_world, &size), "MPI_Comm_size");
        return (rank, size);
    }

    /// <summary>What the library calls itself, in one line.</summary>
    public string Version()
    {
        var text = stackalloc byte[LongestText];
        int length;
        Check(((delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version"))(text, &length), "MPI_Get_library_version");
        return string.Join(' ', Encoding.UTF8.GetString(text, length).Split('\n', ',')[0].Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries));
    }

    public void Sum(double* values, int count) => Check(_allReduce((void*)_abi.InPlace, values, count, _double, _sum, _world), "MPI_Allreduce");

    public void Max(double* values, int count) => Check(_allReduce((void*)_abi.InPlace, values, count, _double, _max, _world), "MPI_Allreduce");

    public void Broadcast(double* values, int count, int root) => Check(_broadcast(values, count, _double, root, _world), "MPI_Bcast");

    public void AllGather(double* mine, int count, double* all) => Check(_allGather(mine, count, _double, all, count, _double, _world), "MPI_Allgather");

    /// <summary>Ends MPI; waits for all ranks.</summary>
    public void Finish() => Check(((delegate* unmanaged<int>)Function("MPI_Finalize"))(), "MPI_Finalize");

    /// <summary>Ends the processes of all ranks. May be called from any thread, as the last thing.</summary>
    public void Abort(int code) => _ = ((delegate* unmanaged<nint, int, int>)Function("MPI_Abort"))(_world, code);

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string name, int flags);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    private nint Function(string name) => NativeLibrary.GetExport(_library, name);

    private void Check(int code, string function)
    {
        if (code == 0)
        {
            return;
        }

        var text = stackalloc byte[LongestText];
        int length;
        var isKnown = ((delegate* unmanaged<int, byte*, int*, int>)Function("MPI_Error_string"))(code, text, &length) == 0;
        throw new CollectiveException($"{function} failed: {(isKnown ? Encoding.UTF8.GetString(text, length) : $"error {code}")}");
    }
}
