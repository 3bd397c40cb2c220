using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>
/// D²: each point's squared distance (the <see cref="Judge{T}"/>'s) from the nearest centroid chosen so far, 8 bytes a point, and the <see cref="Potential"/> of w·D². A
/// <see cref="Reach{T}"/> says which points a new centroid may come closer to; the others are not looked at.
/// </summary>
internal sealed unsafe class NearestDistances<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The distances found for candidates are kept, for the one that is chosen, unless they are more than this part of the points.
    private const int KeptPart = 4;

    private readonly SeedingData<T> _data;
    private readonly Reach<T> _reach;
    private readonly double* _distances;
    private readonly Func<int, double> _mass;
    private readonly Helper?[] _helpers;
    private readonly int _mostKept;

    public NearestDistances(SeedingData<T> data)
    {
        _data = data;
        _reach = data.Reach;
        _reach.Begin();
        _distances = data.Distances.Pointer;
        _mass = Mass;
        _helpers = new Helper?[data.Crew.Size];
        _mostKept = (data.Points.Count / (KeptPart * data.Crew.Size)) + 1;
        new Span<double>(_distances, data.Points.Count).Fill(double.PositiveInfinity);
        Potential = new Potential(data.Points.Count);
    }

    public Potential Potential { get; }

    /// <summary>w·D², one rounding.</summary>
    public double Mass(int point) => _data.Weight(point) * _distances[_reach.PlaceOf(point)];

    /// <summary>The point that 53 random bits draw with a chance proportional to w·D².</summary>
    public int Draw(ulong bits) => Potential.Draw(bits, _mass);

    /// <summary>Takes the first centroid into account.</summary>
    public void IncludeFirst(T* centroid) => MeasureAll(centroid, null);

    /// <summary>Takes many centroids into account: the nearest of them is found as in an assignment.</summary>
    public void Include(T* centroids, int count)
    {
        _data.AssignToNearest(centroids, count);
        MeasureAll(centroids, _data.Labels);
    }

    /// <summary>By how many units each of some candidates would lower the potential.</summary>
    public Int128[] Gains(T* candidates, int count)
    {
        FindCloser(candidates, count, keeps: true);
        var total = new Int128[count];
        foreach (var helper in _helpers)
        {
            for (var candidate = 0; helper is not null && candidate < count; candidate++)
            {
                total[candidate] += helper.Gains[candidate];
            }
        }

        return total;
    }

    /// <summary>Takes one of the candidates into account whose <see cref="Gains"/> were asked for last.</summary>
    public void IncludeCandidate(T* candidates, int chosen)
    {
        if (Array.TrueForAll(_helpers, helper => helper is null || helper.Kept.Count < _mostKept))
        {
            _data.Crew.Run(_helpers.Length, 1, double.MaxValue, (_, number, _) => _helpers[number]?.ApplyKept(this, chosen));
        }
        else
        {
            FindCloser(candidates + ((nint)chosen * _data.Points.Dimensions), 1, keeps: false);
        }

        foreach (var helper in _helpers)
        {
            helper?.HandIn(Potential);
        }

        Rescale();
    }

    public void Dispose()
    {
        foreach (var helper in _helpers)
        {
            helper?.Dispose();
        }
    }

    // Points that come closer are kept for later, or taken over at once.
    private void FindCloser(T* candidates, int count, bool keeps)
    {
        foreach (var helper in _helpers)
        {
            helper?.Clear();
        }

        _reach.Prepare(candidates, count, _data.Crew);
        _data.Crew.Run(_reach.Units, 1, (double)_reach.UnitSize * _data.Points.Dimensions, (thread, unit, _) =>
            (_helpers[thread] ??= new Helper(_reach.UnitSize, Potential)).Look(this, thread, unit, keeps));
    }

    // labels: which of the centroids is the nearest; null where there is one.
    private void MeasureAll(T* centroids, int* labels)
    {
        var points = _data.Points;
        _data.Crew.Run(points.Count, Potential.BlockSize, points.Dimensions, (_, first, length) =>
        {
            for (var point = first; point < first + length; point++)
            {
                var centroid = centroids + (labels == null ? 0 : (nint)labels[point] * points.Dimensions);
                var distance = Judge<T>.DistanceSquared(points.Row(point), centroid, points.Dimensions);
                var place = _reach.PlaceOf(point);
                if (distance < _distances[place])
                {
                    _distances[place] = distance;
                    _reach.Came(place, distance);
                }
            }

            Potential.SumBlock(first, length, _mass);
        });
        Potential.SumBlocks();
        Rescale();
    }

    private void Rescale()
    {
        if (Potential.IsCoarse)
        {
            Potential.TryRescale(_mass, _data.Crew);
        }
    }

    /// <summary>What one thread found.</summary>
    private sealed class Helper(int unitSize, Potential potential) : IDisposable
    {
        private readonly AlignedBuffer<CloserPair> _pairs = new((long)unitSize * Reach<T>.MaxCandidates);
        private readonly Int128[] _changes = new Int128[potential.Blocks];

        /// <summary>By how many units the potential would fall, for each candidate.</summary>
        public Int128[] Gains { get; } = new Int128[Reach<T>.MaxCandidates];

        /// <summary>Places and the candidates that come closer to them.</summary>
        public List<CloserPair> Kept { get; } = [];

        public void Clear()
        {
            Array.Clear(Gains);
            Kept.Clear();
        }

        public void Look(NearestDistances<T> nearest, int thread, int unit, bool keeps)
        {
            var found = nearest._reach.Find(thread, unit, nearest._distances, _pairs.Pointer);
            foreach (ref readonly var pair in new ReadOnlySpan<CloserPair>(_pairs.Pointer, found))
            {
                Take(nearest, pair, keeps);
            }
        }

        public void ApplyKept(NearestDistances<T> nearest, int chosen)
        {
            foreach (ref readonly var pair in CollectionsMarshal.AsSpan(Kept))
            {
                if (pair.Candidate == chosen)
                {
                    Apply(nearest, pair);
                }
            }
        }

        /// <summary>Changes the potential.</summary>
        public void HandIn(Potential potential)
        {
            for (var block = 0; block < _changes.Length; block++)
            {
                potential.Lower(block, _changes[block]);
                _changes[block] = 0;
            }
        }

        public void Dispose() => _pairs.Dispose();

        private void Take(NearestDistances<T> nearest, in CloserPair pair, bool keeps)
        {
            if (!keeps)
            {
                Apply(nearest, pair);
                return;
            }

            Gains[pair.Candidate] += Gain(nearest, pair, nearest._reach.PointAt(pair.Place));
            if (Kept.Count < nearest._mostKept)
            {
                Kept.Add(pair);
            }
        }

        private void Apply(NearestDistances<T> nearest, in CloserPair pair)
        {
            var point = nearest._reach.PointAt(pair.Place);
            _changes[point / Potential.BlockSize] += Gain(nearest, pair, point);
            nearest._distances[pair.Place] = pair.Distance;
            nearest._reach.Came(pair.Place, pair.Distance);
        }

        private static Int128 Gain(NearestDistances<T> nearest, in CloserPair pair, int point)
        {
            var weight = nearest._data.Weight(point);
            var (oldHigh, oldLow) = nearest.Potential.Units(weight * nearest._distances[pair.Place]);
            var (newHigh, newLow) = nearest.Potential.Units(weight * pair.Distance);
            return Potential.Join(oldHigh - newHigh, oldLow - newLow);
        }
    }
}
