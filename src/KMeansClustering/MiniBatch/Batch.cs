using System.Numerics;
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
    private readonly T* _weights = weights;

    public PointView<T> Rows { get; } = rows;

    public T* Weights => _weights;

    /// <summary>Puts all rows in their places.</summary>
    public void BringAll(Crew crew)
    {
        if (bring is not null)
        {
            crew.Run(Rows.Count, BringSize, Rows.Dimensions, (_, first, count) => bring(first, count));
        }
    }

    public void Bring(int first, int count) => bring?.Invoke(first, count);

    /// <summary>Some of the rows.</summary>
    public Batch<T> Part(int first, int count)
    {
        var whole = bring;
        return new(
            new PointView<T>(Rows.Row(first), count, Rows.Dimensions, Rows.Stride),
            _weights == null ? null : _weights + first,
            whole is null ? null : (begin, length) => whole(first + begin, length));
    }

    private const int BringSize = 64;
}
