using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// D²: each point's squared distance (the <see cref="Judge{T}"/>'s) from the nearest centroid chosen so far, 8 bytes a point, and the <see cref="Potential"/> of w·D².
/// </summary>
internal sealed unsafe class NearestDistances<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SeedingData<T> _data;
    private readonly AlignedBuffer<double> _distances;
    private readonly Func<int, double> _mass;

    public NearestDistances(SeedingData<T> data)
    {
        _data = data;
        _distances = data.Distances;
        _mass = Mass;
        new Span<double>(_distances.Pointer, data.Points.Count).Fill(double.PositiveInfinity);
        Potential = new Potential(data.Points.Count);
    }

    public Potential Potential { get; }

    /// <summary>w·D², one rounding.</summary>
    public double Mass(int point) => _data.Weight(point) * _distances.Pointer[point];

    /// <summary>The point that 53 random bits draw with a chance proportional to w·D².</summary>
    public int Draw(ulong bits) => Potential.Draw(bits, _mass);

    /// <summary>Takes a centroid into account.</summary>
    public void Include(T* centroid) => Update(centroid, null);

    /// <summary>Takes many centroids into account: the nearest of them is found as in an assignment.</summary>
    public void Include(T* centroids, int count)
    {
        using var pass = new SearchPass<T>(_data.Points, null, count, null, _data.Crew);
        pass.Run(centroids, _data.Labels, out _);
        Update(centroids, _data.Labels);
    }

    /// <summary>By how many units each of some candidates would lower the potential.</summary>
    public Int128[] Gains(T* candidates, int count)
    {
        var threads = new Int128[]?[_data.Crew.Size];
        _data.Crew.Run(_data.Points.Count, Potential.BlockSize, (double)count * _data.Points.Dimensions, (thread, first, length) =>
            AddGains(threads[thread] ??= new Int128[count], candidates, first, length));
        var total = new Int128[count];
        foreach (var gains in threads)
        {
            for (var candidate = 0; gains is not null && candidate < count; candidate++)
            {
                total[candidate] += gains[candidate];
            }
        }

        return total;
    }

    // Only the points that a candidate comes closer to change the potential.
    private void AddGains(Int128[] gains, T* candidates, int first, int length)
    {
        var points = _data.Points;
        Span<long> parts = stackalloc long[2 * gains.Length];
        parts.Clear();
        for (var i = first; i < first + length; i++)
        {
            var distance = _distances.Pointer[i];
            var row = points.Row(i);
            for (var candidate = 0; candidate < gains.Length; candidate++)
            {
                var closer = Judge<T>.DistanceSquared(row, candidates + ((nint)candidate * points.Dimensions), points.Dimensions);
                if (closer < distance)
                {
                    var (oldHigh, oldLow) = Potential.Units(Mass(i));
                    var (newHigh, newLow) = Potential.Units(_data.Weight(i) * closer);
                    parts[2 * candidate] += oldHigh - newHigh;
                    parts[(2 * candidate) + 1] += oldLow - newLow;
                }
            }
        }

        for (var candidate = 0; candidate < gains.Length; candidate++)
        {
            gains[candidate] += Potential.Join(parts[2 * candidate], parts[(2 * candidate) + 1]);
        }
    }

    // labels: which of the centroids is the nearest; null where there is one.
    private void Update(T* centroids, int* labels)
    {
        var points = _data.Points;
        _data.Crew.Run(points.Count, Potential.BlockSize, points.Dimensions, (_, first, length) =>
        {
            for (var i = first; i < first + length; i++)
            {
                var centroid = centroids + (labels == null ? 0 : (nint)labels[i] * points.Dimensions);
                _distances.Pointer[i] = Math.Min(_distances.Pointer[i], Judge<T>.DistanceSquared(points.Row(i), centroid, points.Dimensions));
            }

            Potential.SumBlock(first, length, _mass);
        });
        Potential.SumBlocks();
        if (Potential.IsCoarse)
        {
            Potential.TryRescale(_mass, _data.Crew);
        }
    }
}
