using KMeansClustering.Numerics;

namespace KMeansClustering.Tests;

/// <summary>The threads of a job: every item once, never more threads than allowed, nobody at work after the end.</summary>
public sealed class CrewTests
{
    private const double Heavy = 1e9; // as many operations an item, so that every thread is worth waking

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Every_item_is_taken_exactly_once_in_every_region(int size)
    {
        using Crew crew = new(size);
        Random random = new(size);
        for (int region = 0; region < 2_000; region++)
        {
            int count = random.Next(0, 200);
            int[] taken = new int[count];
            crew.Run(count, random.Next(1, 20), Heavy, (thread, first, length) =>
            {
                thread.Should().BeInRange(0, size - 1);
                for (int i = first; i < first + length; i++)
                {
                    Interlocked.Increment(ref taken[i]);
                }
            });

            taken.All(times => times == 1).Should().BeTrue();
        }
    }

    [Fact]
    public void One_thread_is_the_calling_one()
    {
        using Crew crew = new(1);
        int caller = Environment.CurrentManagedThreadId;

        crew.Run(1_000, 1, Heavy, (_, _, _) => Environment.CurrentManagedThreadId.Should().Be(caller));
    }

    [Fact]
    public void A_thread_number_is_never_in_two_places_at_once_nor_at_work_after_the_end()
    {
        using Crew crew = new(4);
        int[] busy = new int[4];
        for (int region = 0; region < 2_000; region++)
        {
            crew.Run(40, 1, Heavy, (thread, _, _) =>
            {
                Interlocked.Increment(ref busy[thread]).Should().Be(1);
                Thread.SpinWait(20);
                Interlocked.Decrement(ref busy[thread]);
            });

            busy.Should().OnlyContain(inside => inside == 0);
        }
    }

    [Fact]
    public void What_a_body_throws_arrives_as_it_is_and_the_crew_goes_on()
    {
        using Crew crew = new(3);
        for (int region = 0; region < 200; region++)
        {
            Action act = () => crew.Run(100, 1, Heavy, (_, first, _) =>
            {
                if (first == 57)
                {
                    throw new TimeoutException("57");
                }
            });

            act.Should().ThrowExactly<TimeoutException>().WithMessage("57");
        }

        int sum = 0;
        crew.Run(100, 7, Heavy, (_, first, length) => Interlocked.Add(ref sum, Enumerable.Range(first, length).Sum()));
        sum.Should().Be(4_950);
    }

    [Fact]
    public void Cancellation_is_seen_before_the_next_block()
    {
        using CancellationTokenSource source = new();
        using Crew crew = new(1, source.Token);
        int blocks = 0;

        Action act = () => crew.Run(1_000, 10, Heavy, (_, first, _) =>
        {
            blocks++;
            if (first == 300)
            {
                source.Cancel();
            }
        });

        act.Should().Throw<OperationCanceledException>();
        blocks.Should().Be(31);
    }

    [Fact]
    public void Many_crews_at_once_share_the_pool()
    {
        Parallel.For(0, 64, job =>
        {
            using Crew crew = new(1 + (job % 5));
            for (int region = 0; region < 50; region++)
            {
                int sum = 0;
                crew.Run(100, 3, Heavy, (_, first, length) => Interlocked.Add(ref sum, Enumerable.Range(first, length).Sum()));
                sum.Should().Be(4_950);
            }
        });
    }
}
