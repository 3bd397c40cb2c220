using System.Runtime.InteropServices;

namespace KMeansClustering.Mpi;

/// <summary>
/// What the two binary interfaces of MPI differ in. Handles are addresses of exported symbols in Open MPI, and 32-bit numbers in MPICH; both travel in one register, so the same
/// calls serve both.
/// </summary>
/// <param name="Libraries">Names of the library, the likeliest first.</param>
/// <param name="World">The communicator of all processes.</param>
/// <param name="Double">The type of a double.</param>
/// <param name="Sum">The sum.</param>
/// <param name="Max">The maximum.</param>
/// <param name="ErrorsReturn">The error handler that lets functions return what went wrong.</param>
/// <param name="InPlace">What stands for "the values are where the result goes".</param>
internal sealed record MpiAbi(string[] Libraries, string World, string Double, string Sum, string Max, string ErrorsReturn, nint InPlace)
{
    /// <summary>Open MPI 4 and 5.</summary>
    public static MpiAbi OpenMpi { get; } = new(
        ["libmpi.so.40", "libmpi.so"], "ompi_mpi_comm_world", "ompi_mpi_double", "ompi_mpi_op_sum", "ompi_mpi_op_max", "ompi_mpi_errors_return", 1);

    /// <summary>MPICH 3 and 4, and the libraries that keep its interface (Intel MPI, MVAPICH).</summary>
    public static MpiAbi Mpich { get; } = new(
        ["libmpich.so.12", "libmpi.so.12", "libmpich.so"], "0x44000000", "0x4c00080b", "0x58000003", "0x58000001", "0x54000001", -1);

    /// <summary>The value of a handle: a number, or the address of a symbol.</summary>
    public static nint Handle(nint library, string handle) => handle.StartsWith("0x", StringComparison.Ordinal)
        ? Convert.ToInt32(handle, 16)
        : NativeLibrary.GetExport(library, handle);
}
