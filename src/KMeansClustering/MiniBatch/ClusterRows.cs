using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.MiniBatch;

/// <summary>The rows of a batch, cluster by cluster, those of a cluster in their order.</summary>
/// <param name="clusters">k.</param>
internal sealed unsafe class ClusterRows(int clusters) : IDisposable
{
    private readonly AlignedBuffer<int> _starts = new(clusters + 1);
    private readonly AlignedBuffer<int> _touched = new(clusters);
    private AlignedBuffer<int> _order = new(0);

    /// <summary>How many clusters have rows.</summary>
    public int Touched { get; private set; }

    /// <summary>Sorts the rows of a batch by their labels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Sort(int* labels, int count)
    {
        if (_order.Length < count)
        {
            _order.Dispose();
            _order = new AlignedBuffer<int>(count);
        }

        // Each start is first the number of rows before it, then moves on with each row, and ends where the next one begins.
        var starts = _starts.Pointer;
        _starts.Clear();
        for (var i = 0; i < count; i++)
        {
            starts[labels[i]]++;
        }

        Touched = 0;
        for (int j = 0, before = 0; j <= clusters; j++)
        {
            var rows = starts[j];
            if (rows > 0)
            {
                _touched.Pointer[Touched++] = j;
            }

            starts[j] = before;
            before += rows;
        }

        for (var i = 0; i < count; i++)
        {
            _order.Pointer[starts[labels[i]]++] = i;
        }
    }

    /// <summary>One of the clusters that have rows, in ascending order.</summary>
    public int Cluster(int touched) => _touched.Pointer[touched];

    /// <summary>Where a cluster's rows stand in <see cref="Order"/>.</summary>
    public (int First, int Count) Rows(int cluster)
    {
        var first = cluster == 0 ? 0 : _starts.Pointer[cluster - 1];
        return (first, _starts.Pointer[cluster] - first);
    }

    /// <summary>The rows' numbers.</summary>
    public int* Order => _order.Pointer;

    public void Dispose()
    {
        _starts.Dispose();
        _touched.Dispose();
        _order.Dispose();
    }
}
