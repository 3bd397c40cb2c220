using System.Numerics;
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
        _places = new AlignedBuffer<int>(tree.Count);
        _weights = data.Weighted ? new AlignedBuffer<T>(tree.Count + (2 * TSimd.Count)) : null;
        data.Crew.Run(tree.Count, Potential.BlockSize, 1, (_, first, count) =>
        {
            for (var place = first; place < first + count; place++)
            {
                _places.Pointer[tree.Order[place]] = place;
                if (_weights is not null)
                {
                    _weights.Pointer[place] = data.Weights[tree.Order[place]];
                }
            }
        });
        _greatest = new AlignedBuffer<double>(tree.Nodes.Length);
        new Span<double>(_greatest.Pointer, tree.Nodes.Length).Fill(double.PositiveInfinity);
        _candidates = new CandidateLanes<T, TVector, TSimd>(tree.Dimensions);
        _scans = new TreeScan<T, TVector, TSimd>?[data.Crew.Size];
    }

    public override Int128[] Gains(T* candidates, int count)
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

    protected override int PlaceOf(int point) => _places.Pointer[point];

    protected override void Take(T* centroid, int candidate)
    {
        _candidates.Set(centroid, 1);
        Data.Crew.Run(_units.Length, 1, (double)Potential.BlockSize * _tree.Dimensions, (thread, unit, _) => Scan(thread).Take(_units[unit]));
        foreach (var scan in _scans)
        {
            scan?.HandInChanges();
        }
    }

    protected override void Came(int place, double distance)
    {
    }

    private TreeScan<T, TVector, TSimd> Scan(int thread) =>
        _scans[thread] ??= new TreeScan<T, TVector, TSimd>(_tree, _candidates, Potential, Distances, _greatest.Pointer, _weights is null ? null : _weights.Pointer);
}
