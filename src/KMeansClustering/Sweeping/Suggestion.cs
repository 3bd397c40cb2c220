namespace KMeansClustering.Sweeping;

/// <summary>Rules that pick one of some numbers of clusters: its index among them, or −1 for none. The lowest wins a tie.</summary>
internal static class Suggestion
{
    /// <summary>The greatest of the values that there are.</summary>
    public static int Greatest(ReadOnlySpan<double?> values)
    {
        var best = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value && (best < 0 || value > values[best]))
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>The lowest number whose gap is not below the next one's less that one's error (Tibshirani, Walther and Hastie 2001).</summary>
    public static int Gap(ReadOnlySpan<double?> gaps, ReadOnlySpan<double?> errors)
    {
        for (var i = 0; i + 1 < gaps.Length; i++)
        {
            if (gaps[i] >= gaps[i + 1] - errors[i + 1])
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// The knee of a falling curve: the point farthest below the straight line from its first to its last point, both axes scaled to the same length. That is the rule of Kneedle (Satopää, Albrecht, Irwin and Raghavan
    /// 2011) without its smoothing, and for one knee. None where no point is below the line.
    /// </summary>
    public static int Knee(ReadOnlySpan<int> clusters, ReadOnlySpan<double> inertias)
    {
        var knee = -1;
        var farthest = 0.0;
        double width = clusters[^1] - clusters[0];
        var height = inertias[0] - inertias[^1];
        for (var i = 1; height > 0 && i < clusters.Length - 1; i++)
        {
            var below = ((inertias[0] - inertias[i]) / height) - ((clusters[i] - clusters[0]) / width);
            if (below > farthest)
            {
                farthest = below;
                knee = i;
            }
        }

        return knee;
    }
}
