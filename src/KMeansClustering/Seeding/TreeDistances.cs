using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Trees;

namespace KMeansClustering.Seeding;

/// <summary>
/// D² in the order of a tree: a node keeps the largest D² of its points (or what it was, as D² only falls), and a candidate that is not nearer to its box goes no further. A
/// leaf's points are measured by the judge, a lane each.
/// </summary>
internal sealed unsafe class TreeDistances<T, TVector, TSimd> : NearestDistances<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, double>
{
    private readonly PointTree<T> _tree;
    private readonly int[] _units;
    private readonly AlignedBuffer<int> _places;
    private readonly AlignedBuffer<double> _greatest;
    private readonly AlignedBuffer<T>? _weights;
    private readonly CandidateLanes<T, TVector, TSimd> _candidates;
    private readonly TreeScan<T, TVector, TSimd>?[] _scans;

    public TreeDistances(SeedingData<T> data, PointTree<T> tree)
        : base(data)
    {
        _tree = tree;
        _units = tree.Cut(Potential.BlockSize);
        _places = new AlignedBuffer<int>(tree.Count, clears: false);
        _weights = data.Weighted ? new AlignedBuffer<T>(tree.Count + (2 * TSimd.Count)) : null;
        data.Crew.Run(tree.Count, Potential.BlockSize, 1, (_, first, count) => SetPlaces(first, count));
        _greatest = new AlignedBuffer<double>(tree.Nodes.Length);
        new Span<double>(_greatest.Pointer, tree.Nodes.Length).Fill(double.PositiveInfinity);
        _candidates = new CandidateLanes<T, TVector, TSimd>(tree.Dimensions);
        _scans = new TreeScan<T, TVector, TSimd>?[data.Crew.Size];
    }

    protected override Int128[] OwnGains(T* candidates, int count)
    {
        _candidates.Set(candidates, count);
        Data.Crew.Run(_units.Length, 1, (double)Potential.BlockSize * _tree.Dimensions, (thread, unit, _) => Scan(thread).AddGains(_units[unit]));
        var total = new Int128[count];
        foreach (var scan in _scans)
        {
            scan?.HandInGains(total);
        }

        return total;
    }

    public override void Dispose()
    {
        _places.Dispose();
        _greatest.Dispose();
        _weights?.Dispose();
        _candidates.Dispose();
        foreach (var scan in _scans)
        {
            scan?.Dispose();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Masses(int first, Span<double> masses)
    {
        var places = _places.Pointer;
        for (var i = 0; i < masses.Length; i++)
        {
            masses[i] = Data.Weight(first + i) * Distances[places[first + i]];
        }
    }

    protected override double MeasureFirst(T* centroid)
    {
        _candidates.Set(centroid, 1);
        var threads = new double[Data.Crew.Size];
        Data.Crew.Run(_units.Length, 1, (double)Potential.BlockSize * _tree.Dimensions, (thread, unit, _) =>
            threads[thread] = Math.Max(threads[thread], Scan(thread).MeasureFirst(_units[unit])));
        return threads.Max();
    }

    // To measure a short row once more takes less time than to look for its distance in another order.
    protected override MassReader FirstMasses(T* centroid) => (first, masses) => MeasureMasses(first, masses, centroid);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void MeasureBlock(int first, int length, T* centroids, int* labels)
    {
        var points = Data.Points;
        for (var point = first; point < first + length; point++)
        {
            var centroid = centroids + (labels == null ? 0 : (nint)labels[point] * points.Dimensions);
            var distance = Judge<T>.DistanceSquared(points.Row(point), centroid, points.Dimensions);
            var place = _places.Pointer[point];
            if (distance < Distances[place])
            {
                Distances[place] = distance;
            }
        }
    }

    protected override void Take(T* centroid, int candidate)
    {
        _candidates.Set(centroid, 1);
        Data.Crew.Run(_units.Length, 1, (double)Potential.BlockSize * _tree.Dimensions, (thread, unit, _) => Scan(thread).Take(_units[unit]));
        foreach (var scan in _scans)
        {
            scan?.HandInChanges();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void MeasureMasses(int first, Span<double> masses, T* centroid)
    {
        var points = Data.Points;
        for (var i = 0; i < masses.Length; i++)
        {
            masses[i] = Data.Weight(first + i) * Judge<T>.DistanceSquared(points.Row(first + i), centroid, points.Dimensions);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void SetPlaces(int first, int count)
    {
        var order = _tree.Order;
        var places = _places.Pointer;
        for (var place = first; place < first + count; place++)
        {
            places[order[place]] = place;
            if (_weights is not null)
            {
                _weights.Pointer[place] = Data.Weights[order[place]];
            }
        }
    }

    private TreeScan<T, TVector, TSimd> Scan(int thread) =>
        _scans[thread] ??= new TreeScan<T, TVector, TSimd>(_tree, _candidates, Potential, Distances, _greatest.Pointer, _weights is null ? null : _weights.Pointer);
}
