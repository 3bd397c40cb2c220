using KMeansClustering.Numerics;
using KMeansClustering.Seeding;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>What is taken away from the potential leaves what would be there if it were added up anew.</summary>
public sealed class PotentialTests
{
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(1_023, 1e-300)]
    [InlineData(1_024, 1e300)]
    [InlineData(1_025, 1.0)]
    [InlineData(5_000, 1e-320)]
    public void Lowering_block_by_block_leaves_what_adding_up_gives(int count, double size)
    {
        Draw draw = new(count);
        double[] masses = [.. Enumerable.Range(0, count).Select(_ => draw.Uniform() * size * Math.ScaleB(1, -draw.Below(90)))];
        using Crew crew = new(2);
        Potential potential = new(PointShare.All(count));
        potential.TryRescale((first, block) => masses.AsSpan(first, block.Length).CopyTo(block), crew).Should().BeTrue();
        for (int round = 0; round < 5; round++)
        {
            Int128[] lost = new Int128[potential.Blocks];
            for (int i = 0; i < count; i += 1 + draw.Below(3))
            {
                double less = draw.Below(4) == 0 ? 0 : masses[i] * draw.Uniform();
                (long High, long Low) before = potential.Units(masses[i]);
                (long High, long Low) after = potential.Units(less);
                lost[i / Potential.BlockSize] += Potential.Join(before.High - after.High, before.Low - after.Low);
                masses[i] = less;
            }

            for (int block = 0; block < lost.Length; block++)
            {
                potential.Lower(block, lost[block]);
            }

            potential.Share();
            Int128 lowered = potential.Total;
            if (lowered > 0)
            {
                RequireDraws(potential, masses, draw); // from the blocks as they were lowered
            }

            for (int first = 0; first < count; first += Potential.BlockSize)
            {
                potential.SumBlock(first, Math.Min(Potential.BlockSize, count - first), (first, block) => masses.AsSpan(first, block.Length).CopyTo(block));
            }

            potential.SumBlocks();
            Same.Value(potential.Total, lowered, $"total in round {round}");
        }
    }

    [Fact]
    public void Nothing_left_is_no_unit()
    {
        using Crew crew = new(1);
        Potential potential = new(PointShare.All(3_000));

        potential.TryRescale((_, block) => block.Clear(), crew).Should().BeFalse();
        (potential.Total == 0).Should().BeTrue();
        potential.IsCoarse.Should().BeTrue();
    }

    private static void RequireDraws(Potential potential, double[] masses, Draw draw)
    {
        for (int i = 0; i < 20; i++)
        {
            ulong bits = draw.Bits() >> 11;
            System.Numerics.BigInteger target = (System.Numerics.BigInteger)bits * (System.Numerics.BigInteger)potential.Total >> 53;
            int expected = -1;
            for (Int128 sum = 0; sum <= (Int128)target;)
            {
                (long high, long low) = potential.Units(masses[++expected]);
                sum += Potential.Join(high, low);
            }

            long[] drawn = new long[1];
            potential.Draw([bits], (first, block) => masses.AsSpan(first, block.Length).CopyTo(block), drawn);
            Same.Value(expected, drawn[0], "the point drawn");
        }
    }
}
