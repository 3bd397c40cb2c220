using KMeansClustering.Metrics;

namespace KMeansClustering;

/// <content>Two labelings of the same points. Neither the names of labels nor the order of the points changes a bit of these.</content>
public static partial class ClusteringMetrics
{
    /// <summary>
    /// The Rand index (the share of pairs of points on which two labelings agree) adjusted for chance: 0 on average for random labelings, 1 for the same clusters. Symmetric. Time O(n).
    /// Hubert and Arabie, "Comparing partitions", 1985.
    /// </summary>
    /// <param name="first">n labels, one or more.</param>
    /// <param name="second">n labels of the same points.</param>
    /// <returns>From −0.5 to 1.</returns>
    /// <exception cref="ArgumentException">There are no labels, or the lengths differ.</exception>
    public static double AdjustedRandIndex(ReadOnlySpan<int> first, ReadOnlySpan<int> second) => Count(first, second).AdjustedRandIndex();

    /// <summary>The mutual information of two labelings, in nats: how much one tells of the other. Symmetric. Time O(n).</summary>
    /// <param name="first">n labels, one or more.</param>
    /// <param name="second">n labels of the same points.</param>
    /// <returns>From 0 to the smaller of the two entropies.</returns>
    /// <exception cref="ArgumentException">There are no labels, or the lengths differ.</exception>
    public static double MutualInformation(ReadOnlySpan<int> first, ReadOnlySpan<int> second) => Count(first, second).MutualInformation();

    /// <summary>The mutual information over the arithmetic mean of the two entropies; equal to <see cref="VMeasure"/> with β = 1. Not adjusted for chance: many small clusters raise it. Symmetric. Time O(n).</summary>
    /// <param name="first">n labels, one or more.</param>
    /// <param name="second">n labels of the same points.</param>
    /// <returns>From 0 to 1; 1 for the same clusters, also for one cluster on both sides.</returns>
    /// <exception cref="ArgumentException">There are no labels, or the lengths differ.</exception>
    public static double NormalizedMutualInformation(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var counts = Count(first, second);
        if (counts.IsSamePartition)
        {
            return 1;
        }

        var information = counts.MutualInformation();
        return information > 0 ? Math.Min(1, information / ((counts.FirstEntropy + counts.SecondEntropy) / 2)) : 0;
    }

    /// <summary>
    /// The mutual information adjusted for chance, (I − E[I])/(mean of the entropies − E[I]), arithmetic mean: 0 on average for random labelings with clusters of the same sizes, 1 for the same clusters. Symmetric.
    /// Time O(n), and for each pair of different cluster sizes about as many steps as the square root of the smaller.
    /// Vinh, Epps and Bailey, "Information theoretic measures for clusterings comparison", 2010.
    /// </summary>
    /// <param name="first">n labels, one or more.</param>
    /// <param name="second">n labels of the same points.</param>
    /// <returns>At most 1; below 0 for labelings that agree less than by chance.</returns>
    /// <exception cref="ArgumentException">There are no labels, or the lengths differ.</exception>
    public static double AdjustedMutualInformation(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        // Also where both have a cluster for each point, and all of the information is expected.
        var counts = Count(first, second);
        if (counts.IsSamePartition)
        {
            return 1;
        }

        // As in scikit-learn, a denominator that is 0 but for rounding is kept from 0.
        const double Least = 1.0 / (1L << 52);
        var expected = counts.ExpectedMutualInformation();
        var denominator = ((counts.FirstEntropy + counts.SecondEntropy) / 2) - expected;
        denominator = denominator < 0 ? Math.Min(denominator, -Least) : Math.Max(denominator, Least);
        return Math.Min(1, (counts.MutualInformation() - expected) / denominator);
    }

    /// <summary>How far each cluster holds points of one class only: I/H(classes). Time O(n). Rosenberg and Hirschberg, "V-measure", 2007.</summary>
    /// <param name="classes">The n true labels, one or more.</param>
    /// <param name="clusters">The n labels to be judged.</param>
    /// <returns>From 0 to 1; 1 also if there is one class only.</returns>
    /// <exception cref="ArgumentException">There are no labels, or the lengths differ.</exception>
    public static double Homogeneity(ReadOnlySpan<int> classes, ReadOnlySpan<int> clusters)
    {
        var counts = Count(classes, clusters);
        return Share(counts, counts.FirstEntropy);
    }

    /// <summary>How far all points of a class are in one cluster: I/H(clusters), which is <see cref="Homogeneity"/> with the labelings swapped. Time O(n).</summary>
    /// <param name="classes">The n true labels, one or more.</param>
    /// <param name="clusters">The n labels to be judged.</param>
    /// <returns>From 0 to 1; 1 also if there is one cluster only.</returns>
    /// <exception cref="ArgumentException">There are no labels, or the lengths differ.</exception>
    public static double Completeness(ReadOnlySpan<int> classes, ReadOnlySpan<int> clusters)
    {
        var counts = Count(classes, clusters);
        return Share(counts, counts.SecondEntropy);
    }

    /// <summary>The harmonic mean of homogeneity h and completeness c, (1 + β)·h·c/(β·h + c). Time O(n). Rosenberg and Hirschberg, "V-measure: a conditional entropy-based external cluster evaluation measure", 2007.</summary>
    /// <param name="classes">The n true labels, one or more.</param>
    /// <param name="clusters">The n labels to be judged.</param>
    /// <param name="beta">How much more completeness weighs than homogeneity, β: finite, 0 or more; 1 by default.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="ArgumentException">There are no labels, or the lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">β is negative or not finite.</exception>
    public static double VMeasure(ReadOnlySpan<int> classes, ReadOnlySpan<int> clusters, double beta = 1)
    {
        if (!(beta >= 0 && double.IsFinite(beta)))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "It must be finite and at least 0.");
        }

        var counts = Count(classes, clusters);
        var (homogeneity, completeness) = (Share(counts, counts.FirstEntropy), Share(counts, counts.SecondEntropy));
        return homogeneity * completeness > 0 ? Math.Min(1, (1 + beta) * homogeneity * completeness / ((beta * homogeneity) + completeness)) : 0;
    }

    private static double Share(Contingency counts, double entropy) =>
        entropy > 0 && !counts.IsSamePartition ? Math.Min(1, counts.MutualInformation() / entropy) : 1;

    private static Contingency Count(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        if (first.IsEmpty)
        {
            throw new ArgumentException("There must be at least one label.", nameof(first));
        }

        return first.Length == second.Length
            ? new Contingency(first, second)
            : throw new ArgumentException(FormattableString.Invariant($"There are {first.Length} labels on one side and {second.Length} on the other; both must be of the same points."), nameof(second));
    }
}
