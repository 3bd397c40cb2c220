namespace KMeansClustering.Tests.Support;

/// <summary>
/// The engine's half of the laws of <see cref="ICollective"/>, for any implementation: every rank calls <see cref="Check"/>, and the first law that is broken throws. It uses no test
/// framework, so that processes under a launcher can run it.
/// </summary>
internal static class CollectiveLaws
{
    // 0, 1, and lengths on both sides of where engines change their algorithm or cut a message.
    private static readonly int[] s_lengths = [0, 1, 2, 3, 17, 1_000, 4_097, 150_001];

    public static void Check(ICollective collective)
    {
        Require(collective.Size >= 1 && collective.Rank >= 0 && collective.Rank < collective.Size, $"rank {collective.Rank} of {collective.Size}");
        RanksAreAllThere(collective);
        foreach (int length in s_lengths)
        {
            Sums(collective, length);
            Maxima(collective, length);
            Broadcasts(collective, length);
            Gathers(collective, length);
        }

        ManyInARow(collective);
        AnyThread(collective);
    }

    private static void RanksAreAllThere(ICollective collective)
    {
        double[] there = new double[collective.Size];
        there[collective.Rank] = 1;
        collective.Sum(there);
        Require(there.All(count => count == 1), "each rank is there once");
    }

    // Whole numbers as large as they may be: sums next to 2⁵³, and sums in which nearly all cancels.
    private static void Sums(ICollective collective, int length)
    {
        double most = Math.Floor((double)((1L << 53) - 1) / collective.Size);
        double Value(int rank, int i) => ((rank * (i % 2)) + i) switch
        {
            var turn when turn % 4 == 0 => most - i,
            var turn when turn % 4 == 1 => rank + 1 - most,
            _ => rank - i,
        };
        Within(length, "Sum", collective.Sum, i => Value(collective.Rank, i), i => Enumerable.Range(0, collective.Size).Sum(rank => Value(rank, i)), zerosAreEqual: true);
    }

    private static void Maxima(ICollective collective, int length)
    {
        double[] special = [double.NegativeInfinity, double.PositiveInfinity, double.MaxValue, -double.MaxValue, double.Epsilon, -double.Epsilon, 0, 1.5];
        double Value(int rank, int i) => i % 5 == 0 && rank != i % collective.Size ? double.NegativeInfinity : special[(i + (3 * rank)) % special.Length];
        Within(length, "Max", collective.Max, i => Value(collective.Rank, i), i => Enumerable.Range(0, collective.Size).Max(rank => Value(rank, i)), zerosAreEqual: true);

        double[] nothing = [double.NegativeInfinity];
        collective.Max(nothing);
        Require(double.IsNegativeInfinity(nothing[0]), "Max: −∞ on every rank stays −∞");
    }

    private static void Broadcasts(ICollective collective, int length)
    {
        for (int root = 0; root < collective.Size; root++)
        {
            int from = root;
            Within(length, "Broadcast", values => collective.Broadcast(values, from), i => AnyBits(collective.Rank, i), i => AnyBits(from, i));
        }
    }

    private static void Gathers(ICollective collective, int length)
    {
        double[] mine = [.. Enumerable.Range(0, length).Select(i => AnyBits(collective.Rank, i))];
        Within(
            collective.Size * length,
            "AllGather",
            all =>
            {
                collective.AllGather(mine, all);
                for (int i = 0; i < length; i++)
                {
                    Require(Same(mine[i], AnyBits(collective.Rank, i)), "AllGather leaves a rank's own values alone");
                }
            },
            _ => 0,
            i => AnyBits(i / length, i % length));
    }

    // Results of one operation must not be seen in the next one.
    private static void ManyInARow(ICollective collective)
    {
        double expected = collective.Size * (collective.Size - 1) / 2.0;
        double[] value = new double[1];
        for (int round = 0; round < 300; round++)
        {
            value[0] = collective.Rank + round;
            collective.Sum(value);
            Require(value[0] == expected + (collective.Size * round), $"sum {round} in a row");
            value[0] = collective.Rank == round % collective.Size ? round : -1;
            collective.Max(value);
            Require(value[0] == round, $"maximum {round} in a row");
        }
    }

    private static void AnyThread(ICollective collective)
    {
        for (int round = 0; round < 3; round++)
        {
            double value = 1;
            Thread thread = new(() => collective.Sum(new Span<double>(ref value)));
            thread.Start();
            thread.Join();
            Require(value == collective.Size, "a sum called from another thread");
        }
    }

    // Every pattern of bits that a double can have, not-a-number and negative zero among them.
    private static double AnyBits(int rank, int i) => i switch
    {
        0 => -0.0,
        1 => BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000 + (ulong)(rank + 1)),
        _ => BitConverter.UInt64BitsToDouble(new Draw((rank * 1_000_003) + i).Bits()),
    };

    /// <summary>Runs an operation on the middle of a span, and compares what is there and beside it.</summary>
    private static void Within(int length, string operation, SpanAction act, Func<int, double> given, Func<int, double> expected, bool zerosAreEqual = false)
    {
        const int Margin = 3;
        const double Untouched = 0.125;
        double[] values = new double[length + (2 * Margin)];
        Array.Fill(values, Untouched);
        for (int i = 0; i < length; i++)
        {
            values[Margin + i] = given(i);
        }

        act(values.AsSpan(Margin, length));
        for (int i = -Margin; i < length + Margin; i++)
        {
            bool beside = i < 0 || i >= length;
            double wanted = beside ? Untouched : expected(i);
            double found = values[Margin + i];
            if (!Same(found, wanted) && !(zerosAreEqual && found == wanted))
            {
                throw Broken($"{operation} of {length} values: {found:R} at {i}, not {wanted:R}");
            }
        }
    }

    private static bool Same(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b);

    private static void Require(bool kept, string law)
    {
        if (!kept)
        {
            throw Broken(law);
        }
    }

    private static InvalidOperationException Broken(string law) => new($"A law of collectives is broken: {law}.");

    private delegate void SpanAction(Span<double> values);
}
