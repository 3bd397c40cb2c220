using System.Numerics;
using System.Runtime.InteropServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>Whether the processes of a fit were asked for the same.</summary>
internal static class Agreement
{
    /// <summary>
    /// Refuses arguments that differ from process to process; how each finds the nearest centroids, and with how many threads, is its own affair. Gives whether points have weights.
    /// </summary>
    /// <param name="share">Which of all points are this process's.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="clusters">k.</param>
    /// <param name="initialCentroids">Where the centroids start, or null.</param>
    /// <param name="weighted">Whether this process has weights; one without points need not know.</param>
    /// <param name="options">Checked already.</param>
    /// <exception cref="ArgumentException">They differ; the message says in what.</exception>
    public static bool Check<T>(PointShare share, int dimensions, int clusters, T[]? initialCentroids, bool weighted, KMeansOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (share.Collective.Size == 1)
        {
            return weighted;
        }

        var (start, moreOfStart) = Fingerprint<T>(initialCentroids);
        (string Name, double Value)[] all =
        [
            ("whether there are weights", weighted ? 1 : 0),
            ("the type of the values", Marshal.SizeOf<T>()),
            ("the number of dimensions", dimensions),
            ("the number of clusters", clusters),
            ("the starting centroids", start),
            ("the starting centroids", moreOfStart),
            (nameof(options.Seeding), (int)options.Seeding),
            (nameof(options.Metric), (int)options.Metric),
            (nameof(options.Restarts), options.Restarts),
            (nameof(options.MaxIterations), options.MaxIterations),
            (nameof(options.Tolerance), options.Tolerance),
            (nameof(options.Seed), options.Seed),
            (nameof(options.EmptyClusters), (int)options.EmptyClusters),
            (nameof(options.TrackInertia), options.TrackInertia ? 1 : 0),
        ];

        var greatest = Array.ConvertAll(all, item => item.Value);
        var least = Array.ConvertAll(all, item => -item.Value);
        if (share.Count == 0)
        {
            (greatest[0], least[0]) = (double.NegativeInfinity, double.NegativeInfinity);
        }

        share.Collective.Max(greatest);
        share.Collective.Max(least);
        for (var i = 0; i < all.Length; i++)
        {
            if (greatest[i] != -least[i])
            {
                throw new ArgumentException($"The processes were called with different arguments: they disagree about {all[i].Name}.", paramName: null);
            }
        }

        return greatest[0] > 0;
    }

    // 64 bits of a hash (FNV-1a) in two numbers that a double holds.
    private static (double High, double Low) Fingerprint<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var part in MemoryMarshal.AsBytes(values))
        {
            hash = (hash ^ part) * 0x100000001B3UL;
        }

        return (hash >> 32, (uint)hash);
    }
}
