using KMeansClustering.Numerics;

namespace KMeansClustering.Metrics;

/// <summary>What is added up over the points, block by block.</summary>
internal interface IPointMeasure
{
    /// <summary>The most points it takes at once: as many as stay in the cache meanwhile.</summary>
    int BlockSize { get; }

    /// <summary>Multiplications or so that a point takes.</summary>
    double WorkPerPoint { get; }

    /// <summary>Takes some points into account.</summary>
    /// <param name="thread">Whose turn it is.</param>
    /// <param name="first">The first point.</param>
    /// <param name="count">How many.</param>
    /// <param name="upcoming">How many points behind these the same thread will take next.</param>
    void Measure(int thread, int first, int count, int upcoming);
}

/// <summary>One look at the points for all that is to be measured of them: a block is read from memory once. What is measured must not depend on how points are cut into blocks, nor on their order.</summary>
internal static class OneLook
{
    // A thread takes several blocks at once, so that it knows which comes next; few enough for a cancellation to be seen soon.
    private const int BlocksPerUnit = 8;

    /// <summary>Shows all points to all measures.</summary>
    /// <param name="points">n.</param>
    /// <param name="crew">The threads.</param>
    /// <param name="measures">No look is taken for none.</param>
    public static void Take(int points, Crew crew, params IPointMeasure[] measures)
    {
        if (measures.Length == 0)
        {
            return;
        }

        var block = measures.Min(measure => measure.BlockSize);
        crew.Run(points, BlocksPerUnit * block, measures.Sum(measure => measure.WorkPerPoint), (thread, first, count) =>
        {
            for (var done = 0; done < count; done += block)
            {
                var some = Math.Min(block, count - done);
                foreach (var measure in measures)
                {
                    measure.Measure(thread, first + done, some, Math.Min(block, count - done - some));
                }
            }
        });
    }
}
