using System.Numerics;
using System.Runtime.InteropServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>D² in the order of the points; a <see cref="Reach{T}"/> says which of them a candidate comes closer to.</summary>
internal sealed unsafe class ReachedDistances<T> : NearestDistances<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The distances found for candidates are kept, for the one that is chosen, unless they are more than this part of the points.
    private const int KeptPart = 4;

    private readonly Reach<T> _reach;
    private readonly Helper?[] _helpers;
    private readonly int _mostKept;

    public ReachedDistances(SeedingData<T> data)
        : base(data)
    {
        _reach = data.Reach;
        _reach.Begin();
        _helpers = new Helper?[data.Crew.Size];
        _mostKept = (data.Points.Count / (KeptPart * data.Crew.Size)) + 1;
    }

    public override Int128[] Gains(T* candidates, int count)
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

    public override void Dispose()
    {
        foreach (var helper in _helpers)
        {
            helper?.Dispose();
        }
    }

    protected override int PlaceOf(int point) => point;

    protected override void Take(T* centroid, int candidate)
    {
        if (Array.TrueForAll(_helpers, helper => helper is null || helper.Kept.Count < _mostKept))
        {
            Data.Crew.Run(_helpers.Length, 1, double.MaxValue, (_, number, _) => _helpers[number]?.ApplyKept(this, candidate));
        }
        else
        {
            FindCloser(centroid, 1, keeps: false);
        }

        foreach (var helper in _helpers)
        {
            helper?.HandIn(Potential);
        }
    }

    protected override void Came(int place, double distance) => _reach.Came(place, distance);

    // Points that come closer are kept for later, or taken over at once.
    private void FindCloser(T* candidates, int count, bool keeps)
    {
        foreach (var helper in _helpers)
        {
            helper?.Clear();
        }

        _reach.Prepare(candidates, count, Data.Crew);
        Data.Crew.Run(_reach.Units, 1, (double)Reach<T>.UnitSize * Data.Points.Dimensions, (thread, unit, _) =>
            (_helpers[thread] ??= new Helper(Reach<T>.UnitSize, Potential)).Look(this, thread, unit, keeps));
    }

    private Int128 GainOf(in CloserPair pair) => Gain(Data.Weight(pair.Place), Distances[pair.Place], pair.Distance);

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

        public void Look(ReachedDistances<T> nearest, int thread, int unit, bool keeps)
        {
            var found = nearest._reach.Find(thread, unit, nearest.Distances, _pairs.Pointer);
            foreach (ref readonly var pair in new ReadOnlySpan<CloserPair>(_pairs.Pointer, found))
            {
                Take(nearest, pair, keeps);
            }
        }

        public void ApplyKept(ReachedDistances<T> nearest, int chosen)
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

        private void Take(ReachedDistances<T> nearest, in CloserPair pair, bool keeps)
        {
            if (!keeps)
            {
                Apply(nearest, pair);
                return;
            }

            Gains[pair.Candidate] += nearest.GainOf(pair);
            if (Kept.Count < nearest._mostKept)
            {
                Kept.Add(pair);
            }
        }

        private void Apply(ReachedDistances<T> nearest, in CloserPair pair)
        {
            _changes[pair.Place / Potential.BlockSize] += nearest.GainOf(pair);
            nearest.Distances[pair.Place] = pair.Distance;
            nearest._reach.Came(pair.Place, pair.Distance);
        }
    }
}
