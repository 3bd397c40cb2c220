using System.Runtime.CompilerServices;
using KMeansClustering.Centroids;
using KMeansClustering.Numerics;

namespace KMeansClustering.Seeding;

/// <summary>Reads the masses of points that follow each other, at most <see cref="Potential.BlockSize"/>.</summary>
/// <param name="first">The first of them.</param>
/// <param name="masses">Receives them.</param>
internal delegate void MassReader(int first, Span<double> masses);

/// <summary>
/// The distribution that seeding draws from: a mass for each point of all processes, in fixed point, so that sums and draws have no order. A mass v counts as
/// round(v·2^(41 − e))·2⁴⁰ + round(rest·2⁴⁰) units, 2^e being above all of them; the sums of blocks of points are kept, so a draw reads few of the points.
/// </summary>
internal sealed class Potential
{
    /// <summary>Points in a block. A block's limbs stay far below 2⁶³, and a cancellation is seen after a block.</summary>
    public const int BlockSize = 1 << 10;

    // A mass costs about as much as this many multiplications and additions.
    private const int WorkPerMass = 16;

    // With all masses far below 2^e the units become too coarse: then e is chosen anew.
    private const int CoarseBits = 60;

    /// <summary>In how many parts a sum goes from process to process: units below 2⁸¹ of up to 2⁴⁴ points.</summary>
    public const int PartsOfSum = 3;

    private readonly Int128[] _blocks;
    private readonly Int128[] _ranks;
    private readonly PointShare _share;
    private double _factor;
    private double _secondFactor = 1;

    /// <summary>Room for the masses of this process's points, which lie in the blocks of <see cref="BlockSize"/> in their order.</summary>
    public Potential(PointShare share)
    {
        _share = share;
        _ranks = new Int128[share.Collective.Size];
        _blocks = new Int128[(share.Count + BlockSize - 1) / BlockSize];
    }

    /// <summary>How many blocks there are.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>The sum of all masses, in units, when <see cref="Share"/> was called last.</summary>
    public Int128 Total { get; private set; }

    /// <summary>The sum of all masses, as a double.</summary>
    public double TotalMass => ToMass(Total);

    /// <summary>Whether the units are too coarse for what is left (or were never chosen), so that <see cref="TryRescale(MassReader, Crew)"/> is due.</summary>
    public bool IsCoarse => Total < (Int128.One << CoarseBits);

    /// <summary>Chooses e for the masses as they are now, and adds them up; false if all are 0.</summary>
    public bool TryRescale(MassReader masses, Crew crew)
    {
        var threads = new double[crew.Size];
        crew.Run(_share.Count, BlockSize, WorkPerMass, (thread, first, length) => threads[thread] = Math.Max(threads[thread], Greatest(first, length, masses)));
        return TryRescale(threads.Max(), masses, crew);
    }

    /// <summary>The same where the greatest mass of this process is known.</summary>
    public bool TryRescale(double greatest, MassReader masses, Crew crew)
    {
        greatest = _share.Collective.Max(greatest);
        if (greatest > 0)
        {
            SetScale(greatest);
            crew.Run(_share.Count, BlockSize, WorkPerMass, (_, first, length) => SumBlock(first, length, masses));
        }

        SumBlocks();
        return greatest > 0;
    }

    /// <summary>Takes a point's mass away.</summary>
    public void Remove(int point, double mass)
    {
        var (high, low) = Units(mass);
        Lower(point / BlockSize, Join(high, low));
    }

    /// <summary>Some masses of a block fell, by so many units in all.</summary>
    public void Lower(int block, Int128 units)
    {
        _blocks[block] -= units;
        _ranks[_share.Collective.Rank] -= units;
    }

    /// <summary>Some masses of each block fell, by so many units in all; they are cleared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Lower(Span<Int128> units)
    {
        for (var block = 0; block < units.Length; block++)
        {
            Lower(block, units[block]);
        }

        units.Clear();
    }

    /// <summary>Adds up the masses of a block; blocks may be added up by different threads.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void SumBlock(int first, int length, MassReader masses)
    {
        Span<double> block = stackalloc double[BlockSize];
        block = block[..length];
        masses(first, block);
        long high = 0, low = 0;
        foreach (var mass in block)
        {
            var (massHigh, massLow) = Units(mass);
            high += massHigh;
            low += massLow;
        }

        _blocks[first / BlockSize] = Join(high, low);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Greatest(int first, int length, MassReader masses)
    {
        Span<double> block = stackalloc double[BlockSize];
        block = block[..length];
        masses(first, block);
        var greatest = 0.0;
        foreach (var mass in block)
        {
            greatest = mass > greatest ? mass : greatest;
        }

        return greatest;
    }

    private void SetScale(double greatest)
    {
        // Two factors, as 2^(41 − e) may pass the largest double.
        var shift = SumScale.FirstBits - (Math.ILogB(greatest) + 1);
        _factor = Math.ScaleB(1, shift / 2);
        _secondFactor = Math.ScaleB(1, shift - (shift / 2));
    }

    /// <summary>The mass of some units.</summary>
    public double ToMass(Int128 units) => (double)units / (1L << SumScale.LimbBits) / _factor / _secondFactor;

    /// <summary>A mass in units: high·2⁴⁰ + low.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (long High, long Low) Units(double mass)
    {
        var value = mass * _factor * _secondFactor;
        var whole = value + SumScale.RoundingOffset - SumScale.RoundingOffset;
        var rest = ((value - whole) * (1L << SumScale.LimbBits)) + SumScale.RoundingOffset - SumScale.RoundingOffset;
        return ((long)whole, (long)rest);
    }

    /// <summary>The units by which a mass falls.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Int128 Fall(double before, double after)
    {
        var (oldHigh, oldLow) = Units(before);
        var (newHigh, newLow) = Units(after);
        return Join(oldHigh - newHigh, oldLow - newLow);
    }

    /// <summary>What a mass is multiplied with for <see cref="Units"/>, in two steps.</summary>
    public (double First, double Second) Factors => (_factor, _secondFactor);

    /// <summary>The sum of up to <see cref="BlockSize"/> masses' units, from the sums of their parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int128 Join(long high, long low) => ((Int128)high << SumScale.LimbBits) + low;

    /// <summary>Adds the blocks up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumBlocks()
    {
        var sum = Int128.Zero;
        foreach (var block in _blocks)
        {
            sum += block;
        }

        _ranks[_share.Collective.Rank] = sum;
        Share();
    }

    /// <summary>Brings the sums of all processes together, after any of their masses fell.</summary>
    public void Share()
    {
        if (_share.Collective.Size > 1)
        {
            _share.Collective.AllGather(_ranks[_share.Collective.Rank], _ranks);
        }

        Total = 0;
        foreach (var sum in _ranks)
        {
            Total += sum;
        }
    }

    /// <summary>For each m of some 53 random bits the lowest of all points at which the running sum passes ⌊m·Total/2⁵³⌋; Total must not be 0.</summary>
    public void Draw(ReadOnlySpan<ulong> bits, MassReader masses, Span<long> points)
    {
        Span<double> drawn = stackalloc double[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            // m·T/2⁵³ in two parts, as m·T may have more than 128 bits.
            var high = (UInt128)(ulong)(Total >> 64) * bits[i];
            var low = (UInt128)(ulong)Total * bits[i];
            var target = (Int128)((high << 11) + (low >> 53));
            var rank = 0;
            for (; target >= _ranks[rank]; rank++)
            {
                target -= _ranks[rank];
            }

            drawn[i] = rank == _share.Collective.Rank ? _share.First + DrawOwn(target, masses) : -1;
        }

        _share.Collective.Max(drawn);
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = (long)drawn[i];
        }
    }

    // The lowest point of this process at which the running sum passes the target.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int DrawOwn(Int128 target, MassReader masses)
    {
        var block = 0;
        for (; target >= _blocks[block]; block++)
        {
            target -= _blocks[block];
        }

        var first = block * BlockSize;
        Span<double> drawn = stackalloc double[BlockSize];
        drawn = drawn[..Math.Min(BlockSize, _share.Count - first)];
        masses(first, drawn);
        var place = 0;
        for (; place < drawn.Length - 1; place++)
        {
            var (massHigh, massLow) = Units(drawn[place]);
            target -= Join(massHigh, massLow);
            if (target < 0)
            {
                break;
            }
        }

        return first + place;
    }
}
