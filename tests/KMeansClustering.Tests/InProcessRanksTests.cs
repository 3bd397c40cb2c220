using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The embedded engines keep the laws, end with a clear error instead of waiting for ever, and the check of the laws finds engines that break them.</summary>
public sealed class InProcessRanksTests
{
    public static TheoryData<string> Faults => [.. Faulty.Names];

    [Fact]
    public void A_single_process_keeps_the_laws() => CollectiveLaws.Check(SingleProcess.Instance);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Threads_keep_the_laws(int size) => InProcessRanks.Run(size, collective =>
    {
        CollectiveLaws.Check(collective);
        return 0;
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void An_engine_that_breaks_a_law_is_found(string fault)
    {
        Action check = () => InProcessRanks.Run(3, collective =>
        {
            CollectiveLaws.Check(new Faulty(collective, fault));
            return 0;
        });

        check.Should().Throw<InvalidOperationException>().WithMessage("A law of collectives is broken*");
    }

    [Fact]
    public void What_a_rank_throws_ends_all_and_is_thrown_to_the_caller()
    {
        Exception?[] seen = new Exception?[3];
        Action run = () => InProcessRanks.Run(3, collective =>
        {
            if (collective.Rank == 1)
            {
                throw new FormatException("no such file");
            }

            seen[collective.Rank] = collective.Invoking(other => other.Sum(new double[2])).Should().Throw<CollectiveException>().Which;
            return 0;
        });

        run.Should().Throw<FormatException>().WithMessage("no such file");
        foreach (Exception? told in new[] { seen[0], seen[2] })
        {
            told!.Message.Should().Be("Rank 1 failed: no such file");
            told.InnerException.Should().BeOfType<FormatException>();
        }
    }

    [Fact]
    public void A_rank_that_ends_while_others_wait_for_it_is_an_error()
    {
        Refused(collective =>
        {
            if (collective.Rank > 0)
            {
                collective.Max(new double[5]);
            }
        }).WithMessage("Rank *Max, 5 values*ended*");
    }

    [Fact]
    public void Calls_that_do_not_fit_together_are_an_error()
    {
        Refused(collective => collective.Sum(new double[collective.Rank == 2 ? 4 : 3])).WithMessage("Rank * calls Sum, * values, root 0, others call Sum, * values, root 0.");
        Refused(collective => collective.Broadcast(new double[1], collective.Rank == 1 ? 1 : 2)).WithMessage("*Broadcast, 1 values, root*");
        Refused(collective =>
        {
            if (collective.Rank == 0)
            {
                collective.Sum(new double[1]);
            }
            else
            {
                collective.Max(new double[1]);
            }
        }).WithMessage("Rank * calls *, 1 values, root 0, others call *, 1 values, root 0.");
    }

    [Fact]
    public void Arguments_that_cannot_be_are_refused()
    {
        InProcessRanks.Run(2, collective =>
        {
            collective.Invoking(one => one.Broadcast(new double[1], 2)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("root");
            collective.Invoking(one => one.Broadcast(new double[1], -1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("root");
            collective.Invoking(one => one.AllGather(new double[2], new double[3])).Should().Throw<ArgumentException>().WithMessage("The length is 3; it must be 2 times 2.*");
            return 0;
        });
        Action none = () => InProcessRanks.Run(0, _ => 0);
        Action nothing = () => InProcessRanks.Run<int>(1, null!);
        none.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("size");
        nothing.Should().Throw<ArgumentNullException>().WithParameterName("body");
    }

    [Fact]
    public void Cancelling_ends_ranks_that_wait()
    {
        using CancellationTokenSource source = new();
        Action run = () => InProcessRanks.Run(
            3,
            collective =>
            {
                // The others wait for one that never comes.
                if (collective.Rank == 2)
                {
                    source.Cancel();
                    return 0;
                }

                collective.Sum(new double[1]);
                return 1;
            },
            source.Token);

        run.Should().Throw<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
    }

    private static FluentAssertions.Specialized.ExceptionAssertions<CollectiveException> Refused(Action<ICollective> body)
    {
        Action run = () => InProcessRanks.Run(3, collective =>
        {
            body(collective);
            return 0;
        });
        return run.Should().Throw<CollectiveException>();
    }

    /// <summary>An engine that is wrong in one way.</summary>
    private sealed class Faulty(ICollective inner, string fault) : ICollective
    {
        public static readonly string[] Names =
        [
            "sums nothing", "sums in single precision", "leaves the last value of long sums", "forgets a rank's values", "sums on one rank only", "takes maxima above zero only",
            "loses minus infinity", "broadcasts from rank 0", "broadcasts through single precision", "gathers in reverse", "gathers nothing of its own", "writes beyond the end",
            "says the wrong size", "says the wrong rank", "is bound to a thread",
        ];

        private readonly Thread _home = Thread.CurrentThread;

        public int Rank => Is("says the wrong rank") ? 0 : inner.Rank;

        public int Size => Is("says the wrong size") ? inner.Size + 1 : inner.Size;

        public void Sum(Span<double> values)
        {
            if (Is("is bound to a thread") && Thread.CurrentThread != _home)
            {
                // What such an engine would do is undefined; this one sums nothing.
                return;
            }

            if (Is("forgets a rank's values") && inner.Rank == 2 && values.Length > 1)
            {
                values.Clear();
            }

            double[] own = values.ToArray();
            inner.Sum(values);
            if (Is("sums nothing") || (Is("sums on one rank only") && inner.Rank > 0))
            {
                own.CopyTo(values);
            }

            foreach (ref double value in values)
            {
                value = Is("sums in single precision") ? (float)value : value;
            }

            if (Is("leaves the last value of long sums") && values.Length > 4_096)
            {
                values[^1] = own[^1];
            }
        }

        public void Max(Span<double> values)
        {
            foreach (ref double value in values)
            {
                value = Is("takes maxima above zero only") ? Math.Max(value, 0) : Is("loses minus infinity") ? Math.Max(value, -double.MaxValue) : value;
            }

            inner.Max(values);
        }

        public void Broadcast(Span<double> values, int root)
        {
            inner.Broadcast(values, Is("broadcasts from rank 0") ? 0 : root);
            foreach (ref double value in values)
            {
                value = Is("broadcasts through single precision") ? (float)value : value;
            }

            if (Is("writes beyond the end") && values.Length > 0)
            {
                System.Runtime.CompilerServices.Unsafe.Add(ref values[0], values.Length) = 1;
            }
        }

        public void AllGather(ReadOnlySpan<double> mine, Span<double> all)
        {
            inner.AllGather(mine, all);
            if (Is("gathers in reverse"))
            {
                all.Reverse();
            }

            if (Is("gathers nothing of its own"))
            {
                all.Slice(inner.Rank * mine.Length, mine.Length).Clear();
            }
        }

        private bool Is(string name) => string.Equals(fault, name, StringComparison.Ordinal);
    }
}
