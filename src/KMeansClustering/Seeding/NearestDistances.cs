using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// D²: each point's squared distance (the <see cref="Judge{T}"/>'s) from the nearest centroid chosen so far, 8 bytes a point, and the <see cref="Potential"/> of w·D². However they are
/// kept and whatever is skipped, they are what the judge would say of every point.
/// </summary>
internal abstract unsafe class NearestDistances<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<int, double> _mass;

    protected NearestDistances(SeedingData<T> data)
    {
        Data = data;
        Distances = data.Distances.Pointer;
        new Span<double>(Distances, data.Points.Count).Fill(double.PositiveInfinity);
        _mass = Mass;
        Potential = new Potential(data.Points.Count);
    }

    public Potential Potential { get; }

    protected SeedingData<T> Data { get; }

    /// <summary>D² of each place.</summary>
    protected double* Distances { get; }

    /// <summary>For the points of a seeding, by their tree where there is one.</summary>
    public static NearestDistances<T> Of(SeedingData<T> data)
    {
        if (data.Tree is null)
        {
            return new ReachedDistances<T>(data);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            return new TreeDistances<T, Vector512<double>, Simd512<double>>(data, data.Tree);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new TreeDistances<T, Vector256<double>, Simd256<double>>(data, data.Tree);
        }

        return Vector128.IsHardwareAccelerated
            ? new TreeDistances<T, Vector128<double>, Simd128<double>>(data, data.Tree)
            : new TreeDistances<T, double, SimdScalar<double>>(data, data.Tree);
    }

    /// <summary>w·D², one rounding.</summary>
    public double Mass(int point) => Data.Weight(point) * Distances[PlaceOf(point)];

    /// <summary>The point that 53 random bits draw with a chance proportional to w·D².</summary>
    public int Draw(ulong bits) => Potential.Draw(bits, _mass);

    /// <summary>Takes the first centroid into account.</summary>
    public void IncludeFirst(T* centroid)
    {
        MeasureAll(centroid, null);
        Potential.TryRescale(_mass, Data.Crew);
    }

    /// <summary>Takes many centroids into account: the nearest of them is found as in an assignment.</summary>
    public void Include(T* centroids, int count)
    {
        Data.AssignToNearest(centroids, count);
        MeasureAll(centroids, Data.Labels);
        Data.Crew.Run(Data.Points.Count, Potential.BlockSize, Data.Points.Dimensions, (_, first, length) => Potential.SumBlock(first, length, _mass));
        Potential.SumBlocks();
        Rescale();
    }

    /// <summary>By how many units each of some candidates would lower the potential: at most <see cref="Reach{T}.MaxCandidates"/>.</summary>
    public abstract Int128[] Gains(T* candidates, int count);

    /// <summary>Takes one of the candidates into account whose <see cref="Gains"/> were asked for last.</summary>
    public void IncludeCandidate(T* candidates, int chosen)
    {
        Take(candidates + ((nint)chosen * Data.Points.Dimensions), chosen);
        Rescale();
    }

    public abstract void Dispose();

    /// <summary>The place of a point in this object's order.</summary>
    protected abstract int PlaceOf(int point);

    /// <summary>Brings D² and the potential up to date with one centroid, which was a candidate just now.</summary>
    protected abstract void Take(T* centroid, int candidate);

    /// <summary>D² of a place was set from outside.</summary>
    protected abstract void Came(int place, double distance);

    // labels: which of the centroids is the nearest; null where there is one.
    private void MeasureAll(T* centroids, int* labels)
    {
        var points = Data.Points;
        Data.Crew.Run(points.Count, Potential.BlockSize, points.Dimensions, (_, first, length) =>
        {
            for (var point = first; point < first + length; point++)
            {
                var centroid = centroids + (labels == null ? 0 : (nint)labels[point] * points.Dimensions);
                var distance = Judge<T>.DistanceSquared(points.Row(point), centroid, points.Dimensions);
                var place = PlaceOf(point);
                if (distance < Distances[place])
                {
                    Distances[place] = distance;
                    Came(place, distance);
                }
            }
        });
    }

    private void Rescale()
    {
        if (Potential.IsCoarse)
        {
            Potential.TryRescale(_mass, Data.Crew);
        }
    }
}
