using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// D²: each point's squared distance (the <see cref="Assignment.Judge{T}"/>'s) from the nearest centroid chosen so far, 8 bytes a point, and the <see cref="Potential"/> of w·D². However they are
/// kept and whatever is skipped, they are what the judge would say of every point.
/// </summary>
internal abstract unsafe class NearestDistances<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected NearestDistances(SeedingData<T> data)
    {
        Data = data;
        Distances = data.Distances.Pointer;
        data.Crew.Run(data.Points.Count, Potential.BlockSize, 1, (_, first, length) => SetInfinite(first, length));
        Potential = new Potential(data.Share);
    }

    public Potential Potential { get; }

    protected SeedingData<T> Data { get; }

    /// <summary>D² of each place.</summary>
    protected double* Distances { get; }

    /// <summary>For the points of a seeding, by their tree where there is one.</summary>
    /// <param name="data">The points.</param>
    /// <param name="rounds">How many times candidates will be asked for.</param>
    public static NearestDistances<T> Of(SeedingData<T> data, int rounds)
    {
        if (data.Tree is null)
        {
            return new ReachedDistances<T>(data, rounds);
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

    /// <summary>w·D² of points that follow each other, one rounding each.</summary>
    public abstract void Masses(int first, Span<double> masses);

    /// <summary>The points that 53 random bits each draw with a chance proportional to w·D².</summary>
    public void Draw(ReadOnlySpan<ulong> bits, Span<long> points) => Potential.Draw(bits, Masses, points);

    /// <summary>Takes the first centroid into account.</summary>
    public void IncludeFirst(T* centroid)
    {
        var greatest = MeasureFirst(centroid);
        Potential.TryRescale(greatest, FirstMasses(centroid), Data.Crew);
    }

    /// <summary>Takes many centroids into account: the nearest of them is found as in an assignment.</summary>
    public void Include(T* centroids, int count)
    {
        Data.AssignToNearest(centroids, count);
        Data.Crew.Run(Data.Points.Count, Potential.BlockSize, Data.Points.Dimensions, (_, first, length) =>
        {
            MeasureBlock(first, length, centroids, Data.Labels);
            Potential.SumBlock(first, length, Masses);
        });
        Potential.SumBlocks();
        Rescale();
    }

    /// <summary>By how many units each of some candidates would lower the potential: at most <see cref="Reach{T}.MaxCandidates"/>.</summary>
    public Int128[] Gains(T* candidates, int count)
    {
        var gains = OwnGains(candidates, count);
        Data.Share.Collective.Sum(gains, Potential.PartsOfSum);
        return gains;
    }

    /// <summary>Takes one of the candidates into account whose <see cref="Gains"/> were asked for last.</summary>
    public void IncludeCandidate(T* candidates, int chosen)
    {
        Take(candidates + ((nint)chosen * Data.Points.Dimensions), chosen);
        Potential.Share();
        Rescale();
    }

    public abstract void Dispose();

    /// <summary>By how many units each candidate would lower the masses of this process's points.</summary>
    protected abstract Int128[] OwnGains(T* candidates, int count);

    /// <summary>Sets D² to the distances from the first centroid; gives the greatest w·D².</summary>
    protected abstract double MeasureFirst(T* centroid);

    /// <summary>What <see cref="Masses"/> gives after <see cref="MeasureFirst"/>, for all points in their order.</summary>
    protected abstract MassReader FirstMasses(T* centroid);

    /// <summary>Takes the centroids into account that labels say are the nearest to the points of a block; no labels, for one centroid.</summary>
    protected abstract void MeasureBlock(int first, int length, T* centroids, int* labels);

    /// <summary>Brings D² and the potential up to date with one centroid, which was a candidate just now.</summary>
    protected abstract void Take(T* centroid, int candidate);

    // Cut in blocks: to come by the memory takes longer than to write it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void SetInfinite(int first, int length)
    {
        for (var place = first; place < first + length; place++)
        {
            Distances[place] = double.PositiveInfinity;
        }
    }

    private void Rescale()
    {
        if (Potential.IsCoarse)
        {
            Potential.TryRescale(Masses, Data.Crew);
        }
    }
}
