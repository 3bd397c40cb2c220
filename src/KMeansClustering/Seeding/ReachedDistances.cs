using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>D² in the order of the points; a <see cref="Reach{T}"/> says which of them a candidate comes closer to.</summary>
internal sealed unsafe class ReachedDistances<T> : NearestDistances<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The distances found for candidates are kept, for the one that is chosen, unless they are more than this part of the points.
    private const int KeptPart = 4;

    private readonly Helper?[] _helpers;
    private readonly int _mostKept;
    private readonly bool _rowsPay;
    private ShortRows<T>? _ownRows;
    private Reach<T>? _reach;

    public ReachedDistances(SeedingData<T> data, int rounds)
        : base(data)
    {
        _rowsPay = rounds > 1;
        _helpers = new Helper?[data.Crew.Size];
        _mostKept = (data.Points.Count / (KeptPart * data.Crew.Size)) + 1;
    }

    protected override Int128[] OwnGains(T* candidates, int count)
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
        _reach?.Dispose();
        _ownRows?.Dispose();
        foreach (var helper in _helpers)
        {
            helper?.Dispose();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Masses(int first, Span<double> masses)
    {
        for (var i = 0; i < masses.Length; i++)
        {
            masses[i] = Data.Weight(first + i) * Distances[first + i];
        }
    }

    protected override double MeasureFirst(T* centroid)
    {
        var threads = new double[Data.Crew.Size];
        Data.Crew.Run(Data.Points.Count, Potential.BlockSize, Data.Points.Dimensions, (thread, first, length) =>
        {
            MeasureBlock(first, length, centroid, null);
            threads[thread] = Math.Max(threads[thread], Greatest(first, length));
        });
        return threads.Max();
    }

    protected override MassReader FirstMasses(T* centroid) => Masses;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void MeasureBlock(int first, int length, T* centroids, int* labels)
    {
        var points = Data.Points;
        for (var point = first; point < first + length; point++)
        {
            var centroid = centroids + (labels == null ? 0 : (nint)labels[point] * points.Dimensions);
            var distance = Judge<T>.DistanceSquared(points.Row(point), centroid, points.Dimensions);
            if (distance < Distances[point])
            {
                Distances[point] = distance;
            }
        }
    }

    protected override void Take(T* centroid, int candidate)
    {
        if (Array.TrueForAll(_helpers, helper => helper is null || helper.KeepsAll))
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

    // When candidates first come: k-means‖ has none. Rows of seeding's own, if need be and there is memory for them; not for one time, as to make them takes longer than to measure all.
    private Reach<T> MakeReach()
    {
        if (Data.Rows is null && _rowsPay && Data.Budget.Holds(ShortRows<T>.Bytes(Data.Points.Count, Data.Points.Dimensions) + Reach<T>.BytesBesideRows(Data.Points.Count)))
        {
            _ownRows = new ShortRows<T>(Data.Points, null, Data.Crew);
        }

        var reach = _reach = (Data.Rows ?? _ownRows) is { } rows ? Reach<T>.Of(Data.Points, rows, Data.Crew) : new PlainReach<T>(Data.Points);
        Data.Crew.Run(Data.Points.Count, Potential.BlockSize, 1, (_, first, length) => AllCame(reach, first, length));
        return reach;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AllCame(Reach<T> reach, int first, int length)
    {
        for (var point = first; point < first + length; point++)
        {
            reach.Came(point, Distances[point]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private double Greatest(int first, int length)
    {
        var greatest = 0.0;
        for (var point = first; point < first + length; point++)
        {
            var mass = Data.Weight(point) * Distances[point];
            greatest = mass > greatest ? mass : greatest;
        }

        return greatest;
    }

    // Points that come closer are kept for later, or taken over at once.
    private void FindCloser(T* candidates, int count, bool keeps)
    {
        foreach (var helper in _helpers)
        {
            helper?.Clear();
        }

        var reach = _reach ?? MakeReach();
        reach.Prepare(candidates, count, Data.Crew);
        Data.Crew.Run(Potential.Blocks, 1, (double)Reach<T>.UnitSize * Data.Points.Dimensions, (thread, unit, _) =>
            (_helpers[thread] ??= new Helper(Potential, _mostKept)).Look(this, reach, thread, unit, keeps));
    }

    /// <summary>What one thread found.</summary>
    private sealed class Helper(Potential potential, int mostKept) : IDisposable
    {
        private readonly AlignedBuffer<CloserPair> _pairs = new(((long)Reach<T>.UnitSize * Reach<T>.MaxCandidates) + 1, clears: false);
        private readonly AlignedBuffer<CloserPair> _kept = new(mostKept, clears: false);
        private readonly long[] _high = new long[Reach<T>.MaxCandidates];
        private readonly long[] _low = new long[Reach<T>.MaxCandidates];
        private readonly Int128[] _changes = new Int128[potential.Blocks];
        private long _found;

        /// <summary>By how many units the potential would fall, for each candidate.</summary>
        public Int128[] Gains { get; } = new Int128[Reach<T>.MaxCandidates];

        /// <summary>Whether all that was found is kept.</summary>
        public bool KeepsAll => _found <= mostKept;

        public void Clear()
        {
            Array.Clear(Gains);
            _found = 0;
        }

        public void Look(ReachedDistances<T> nearest, Reach<T> reach, int thread, int unit, bool keeps)
        {
            var found = reach.Find(thread, unit, nearest.Distances, _pairs.Pointer);
            if (!keeps)
            {
                Apply(nearest, _pairs.Pointer, found, -1);
                return;
            }

            AddGains(nearest, found);
            if (_found + found <= mostKept)
            {
                new ReadOnlySpan<CloserPair>(_pairs.Pointer, found).CopyTo(new Span<CloserPair>(_kept.Pointer + _found, found));
            }

            _found += found;
        }

        public void ApplyKept(ReachedDistances<T> nearest, int chosen) => Apply(nearest, _kept.Pointer, (int)_found, chosen);

        /// <summary>Changes the potential.</summary>
        public void HandIn(Potential potential) => potential.Lower(_changes);

        public void Dispose()
        {
            _pairs.Dispose();
            _kept.Dispose();
        }

        // In two integers for a unit's pairs, which have room for them; then they go where there is room for more.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void AddGains(ReachedDistances<T> nearest, int found)
        {
            for (var pair = _pairs.Pointer; pair < _pairs.Pointer + found; pair++)
            {
                var weight = nearest.Data.Weight(pair->Place);
                var (oldHigh, oldLow) = nearest.Potential.Units(weight * nearest.Distances[pair->Place]);
                var (newHigh, newLow) = nearest.Potential.Units(weight * pair->Distance);
                _high[pair->Candidate] += oldHigh - newHigh;
                _low[pair->Candidate] += oldLow - newLow;
            }

            for (var candidate = 0; candidate < Reach<T>.MaxCandidates; candidate++)
            {
                Gains[candidate] += Potential.Join(_high[candidate], _low[candidate]);
                _high[candidate] = 0;
                _low[candidate] = 0;
            }
        }

        // Those of one candidate, or all.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Apply(ReachedDistances<T> nearest, CloserPair* pairs, int count, int chosen)
        {
            for (var pair = pairs; pair < pairs + count; pair++)
            {
                if (chosen < 0 || pair->Candidate == chosen)
                {
                    var weight = nearest.Data.Weight(pair->Place);
                    _changes[pair->Place / Potential.BlockSize] += nearest.Potential.Fall(weight * nearest.Distances[pair->Place], weight * pair->Distance);
                    nearest.Distances[pair->Place] = pair->Distance;
                    nearest._reach!.Came(pair->Place, pair->Distance);
                }
            }
        }
    }
}
