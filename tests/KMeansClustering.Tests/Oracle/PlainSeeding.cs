using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Tests.Oracle;

/// <summary>
/// Greedy k-means++ and k-means‖ as docs/algorithms.md has them, in plain loops: every candidate is measured against every point, and every sum is made anew. Only the generator is the library's.
/// </summary>
internal sealed class PlainSeeding<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int UnitBits = 81;
    private static readonly Int128 Coarse = Int128.One << 60;

    private readonly T[] _points;
    private readonly int _dimensions;
    private readonly double[]? _weights;
    private readonly double[] _distances;
    private readonly Int128[] _units;
    private Int128 _total;
    private int _exponent;

    public PlainSeeding(T[] points, int dimensions, T[]? weights)
    {
        _points = points;
        _dimensions = dimensions;
        _weights = weights is null ? null : Array.ConvertAll(weights, double.CreateChecked);
        _distances = new double[points.Length / dimensions];
        _units = new Int128[_distances.Length];
        Array.Fill(_distances, double.PositiveInfinity);
    }

    private int Count => _distances.Length;

    /// <summary>The rows that greedy k-means++ chooses.</summary>
    public int[] KMeansPlusPlus(int clusters, Xoshiro256 random)
    {
        int draws = 2 + (int)Math.Floor(Math.Log(clusters)); // never near an integer for the k tested here
        List<int> chosen = [First(random)];
        while (chosen.Count < clusters)
        {
            Include([chosen[^1]]);
            if (_total == 0)
            {
                return FillUp(chosen, clusters);
            }

            int[] candidates = [.. Enumerable.Range(0, draws).Select(_ => DrawOne(random.Next53()))];
            Int128[] potentials = Array.ConvertAll(candidates, PotentialWith);
            chosen.Add(candidates[Array.IndexOf(potentials, potentials.Min())]);
        }

        return [.. chosen];
    }

    /// <summary>The rows that k-means‖ chooses.</summary>
    public int[] KMeansParallel(int clusters, Xoshiro256 random)
    {
        ulong seed = random.NextUInt64();
        List<int> all = [];
        List<int> latest = [First(random)];
        for (int round = 0; ; round++)
        {
            all.AddRange(latest);
            if (latest.Count > 0)
            {
                Include(latest);
            }

            if (_total == 0 || round == 30 || (round >= 5 && all.Count >= clusters))
            {
                break;
            }

            double total = Math.ScaleB((double)_total, _exponent - UnitBits);
            latest = [.. Enumerable.Range(0, Count).Where(i =>
                Mass(i) > 0 && Math.ScaleB(Xoshiro256.DrawAt(seed, round, i), -53) * total < 2.0 * clusters * Mass(i))];
        }

        if (all.Count <= clusters)
        {
            return FillUp(all, clusters);
        }

        T[] rows = [.. all.SelectMany(row => Point(row).ToArray())];
        int[] labels = JudgeDistance.NearestOfEach<T>(_points, _dimensions, rows);
        _exponent = ExponentOf(Enumerable.Range(0, Count).Max(Weight));
        Int128[] weights = new Int128[all.Count];
        for (int i = 0; i < Count; i++)
        {
            weights[labels[i]] += Units(Weight(i));
        }

        // Divided by a power of two above the greatest: none times a distance overflows.
        int scale = -(Math.ILogB((double)weights.Max()) + 1);
        PlainSeeding<T> reduced = new(rows, _dimensions, Array.ConvertAll(weights, units => T.CreateChecked(Math.ScaleB((double)units, scale))));
        return Array.ConvertAll(reduced.KMeansPlusPlus(clusters, random), j => all[j]);
    }

    private ReadOnlySpan<T> Point(int row) => _points.AsSpan(row * _dimensions, _dimensions);

    private double Weight(int i) => _weights is null ? 1 : _weights[i];

    private double Mass(int i) => Weight(i) * _distances[i];

    private static int ExponentOf(double greatest) => Math.ILogB(greatest) + 1;

    /// <summary>By weight; where there are none, uniformly.</summary>
    private int First(Xoshiro256 random)
    {
        if (_weights is null)
        {
            return (int)random.Next(Count);
        }

        _exponent = ExponentOf(_weights.Max());
        SumUp(Weight);
        int first = DrawOne(random.Next53());
        _total = 0; // a unit for D² is yet to be chosen
        return first;
    }

    private void Include(List<int> rows)
    {
        bool hasUnit = _total > 0;
        for (int i = 0; i < Count; i++)
        {
            foreach (int row in rows)
            {
                _distances[i] = Math.Min(_distances[i], JudgeDistance.Squared(Point(i), Point(row)));
            }
        }

        if (hasUnit)
        {
            SumUp(Mass);
        }

        double greatest = Enumerable.Range(0, Count).Max(Mass);
        if (_total < Coarse && greatest > 0)
        {
            _exponent = ExponentOf(greatest);
            SumUp(Mass);
        }
    }

    private void SumUp(Func<int, double> mass)
    {
        _total = 0;
        for (int i = 0; i < Count; i++)
        {
            _units[i] = Units(mass(i));
            _total += _units[i];
        }
    }

    /// <summary>A mass in units of 2^(e − 81), rounded to the nearest integer, a tie to the even one.</summary>
    private Int128 Units(double mass)
    {
        ExactNumber exact = ExactNumber.From(mass);
        int shift = exact.Exponent + UnitBits - _exponent;
        if (shift >= 0)
        {
            return (Int128)exact.Mantissa << shift;
        }

        if (shift < -60)
        {
            return 0;
        }

        long mantissa = (long)exact.Mantissa;
        long kept = mantissa >> -shift;
        long lost = mantissa - (kept << -shift);
        long half = 1L << (-shift - 1);
        return lost > half || (lost == half && kept % 2 == 1) ? kept + 1 : kept;
    }

    /// <summary>The lowest point whose running sum passes ⌊m·T/2⁵³⌋.</summary>
    private int DrawOne(ulong bits)
    {
        BigInteger target = (BigInteger)bits * (BigInteger)_total >> 53;
        Int128 sum = 0;
        int point = -1;
        while (sum <= (Int128)target)
        {
            sum += _units[++point];
        }

        return point;
    }

    private Int128 PotentialWith(int candidate)
    {
        Int128 sum = 0;
        for (int i = 0; i < Count; i++)
        {
            double distance = JudgeDistance.Squared(Point(i), Point(candidate));
            sum += distance < _distances[i] ? Units(Weight(i) * distance) : _units[i];
        }

        return sum;
    }

    /// <summary>The lowest rows not taken yet.</summary>
    private int[] FillUp(List<int> taken, int clusters) => [.. taken, .. Enumerable.Range(0, Count).Except(taken).Take(clusters - taken.Count)];
}
