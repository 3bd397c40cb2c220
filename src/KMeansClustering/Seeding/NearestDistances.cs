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
internal sealed unsafe class NearestDistances<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The distances found for candidates are kept, for the one that is chosen, unless they are more than this part of the points.
    private const int KeptPart = 4;
    private const int ReadAhead = 4;

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

    // Points that come closer are kept for later, or taken over at once.
    private void FindCloser(T* candidates, int count, bool keeps)
    {
        foreach (var helper in _helpers)
        {
            helper?.Clear();
        }

        _reach.Prepare(candidates, count, _distances, _data.Crew);
        _data.Crew.Run(_reach.Units, 1, (double)_reach.UnitSize * _data.Points.Dimensions * Math.Sqrt(count), (thread, unit, _) =>
            (_helpers[thread] ??= new Helper(_reach.UnitSize, Potential)).Look(this, candidates, thread, unit, keeps));
    }

    // labels: which of the centroids is the nearest; null where there is one.
    private void MeasureAll(T* centroids, int* labels)
    {
        var points = _reach.Points;
        _data.Crew.Run(points.Count, Potential.BlockSize, points.Dimensions, (_, first, length) =>
        {
            for (var place = first; place < first + length; place++)
            {
                var centroid = centroids + (labels == null ? 0 : (nint)labels[_reach.PointAt(place)] * points.Dimensions);
                var distance = Judge<T>.DistanceSquared(points.Row(place), centroid, points.Dimensions);
                if (distance < _distances[place])
                {
                    _distances[place] = distance;
                    _reach.Closer(place, distance);
                }
            }
        });
        _data.Crew.Run(points.Count, Potential.BlockSize, points.Dimensions, (_, first, length) => Potential.SumBlock(first, length, _mass));
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
    private sealed class Helper(int unitSize, Potential potential)
    {
        private readonly int[] _places = new int[unitSize];
        private readonly uint[] _candidates = new uint[unitSize];
        private readonly Int128[] _changes = new Int128[potential.Blocks];

        /// <summary>By how many units the potential would fall, for each candidate.</summary>
        public Int128[] Gains { get; } = new Int128[Reach<T>.MaxCandidates];

        /// <summary>Places and the candidates that come closer to them.</summary>
        public List<(int Place, int Candidate, double Distance)> Kept { get; } = [];

        public void Clear()
        {
            Array.Clear(Gains);
            Kept.Clear();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Look(NearestDistances<T> nearest, T* candidates, int thread, int unit, bool keeps)
        {
            var points = nearest._reach.Points;
            var dimensions = points.Dimensions;
            fixed (int* places = _places)
            fixed (uint* bits = _candidates)
            {
                var found = nearest._reach.Find(thread, unit, nearest._distances, places, bits);
                for (var i = 0; i < found; i++)
                {
                    Prefetch.Row(points, places[Math.Min(i + ReadAhead, found - 1)]);
                    for (var left = bits[i]; left != 0; left &= left - 1)
                    {
                        var candidate = BitOperations.TrailingZeroCount(left);
                        var distance = Judge<T>.DistanceSquared(points.Row(places[i]), candidates + ((nint)candidate * dimensions), dimensions);
                        if (distance < nearest._distances[places[i]])
                        {
                            Take(nearest, places[i], candidate, distance, keeps);
                        }
                    }
                }
            }
        }

        public void ApplyKept(NearestDistances<T> nearest, int chosen)
        {
            foreach (var (place, candidate, distance) in CollectionsMarshal.AsSpan(Kept))
            {
                if (candidate == chosen)
                {
                    Apply(nearest, place, distance);
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

        private void Take(NearestDistances<T> nearest, int place, int candidate, double distance, bool keeps)
        {
            if (!keeps)
            {
                Apply(nearest, place, distance);
                return;
            }

            Gains[candidate] += Gain(nearest, place, nearest._reach.PointAt(place), distance);
            if (Kept.Count < nearest._mostKept)
            {
                Kept.Add((place, candidate, distance));
            }
        }

        private void Apply(NearestDistances<T> nearest, int place, double distance)
        {
            var point = nearest._reach.PointAt(place);
            _changes[point / Potential.BlockSize] += Gain(nearest, place, point, distance);
            nearest._distances[place] = distance;
            nearest._reach.Closer(place, distance);
        }

        private static Int128 Gain(NearestDistances<T> nearest, int place, int point, double distance)
        {
            var weight = nearest._data.Weight(point);
            var (oldHigh, oldLow) = nearest.Potential.Units(weight * nearest._distances[place]);
            var (newHigh, newLow) = nearest.Potential.Units(weight * distance);
            return Potential.Join(oldHigh - newHigh, oldLow - newLow);
        }
    }
}
