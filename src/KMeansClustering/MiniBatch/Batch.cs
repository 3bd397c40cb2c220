using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>The rows of a batch.</summary>
/// <param name="rows">At least one.</param>
/// <param name="weights">Their weights, above 0; null for 1 each.</param>
/// <param name="bring">Puts some of the rows in their places: to be called, with the first of them and how many, before they are read; by any thread. Null where they are there.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct Batch<T>(PointView<T> rows, T* weights, Action<int, int>? bring = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BringSize = 64;

    private readonly T* _weights = weights;
    private readonly Action<int, int>? _bring = bring;

    public PointView<T> Rows { get; } = rows;

    public T* Weights => _weights;

    /// <summary>Σ w, in the order of the rows; to be called when they are in their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public double TotalWeight()
    {
        if (_weights == null)
        {
            return Rows.Count;
        }

        var total = 0.0;
        for (var i = 0; i < Rows.Count; i++)
        {
            total += double.CreateTruncating(_weights[i]);
        }

        return total;
    }

    /// <summary>Puts all rows in their places.</summary>
    public void BringAll(Crew crew)
    {
        if (_bring is { } bring)
        {
            crew.Run(Rows.Count, BringSize, Rows.Dimensions, (_, first, count) => bring(first, count));
        }
    }

    /// <summary>Puts some rows in their places.</summary>
    public void Bring(int first, int count) => _bring?.Invoke(first, count);
}
