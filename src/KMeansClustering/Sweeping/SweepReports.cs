namespace KMeansClustering.Sweeping;

/// <summary>Turns what one fit after another reports into reports of the whole sweep.</summary>
/// <param name="progress">Is told; or null.</param>
/// <param name="clusters">The numbers of clusters that each set of points is fitted with.</param>
/// <param name="sets">How many sets of points there are.</param>
internal sealed class SweepReports(IProgress<KMeansSweepProgress>? progress, int[] clusters, int sets) : IProgress<KMeansProgress>
{
    // A fit's work grows with its number of clusters, more or less.
    private readonly double _total = (double)sets * clusters.Sum(k => (long)k);
    private double _done;
    private int _clusters;
    private int _set;
    private KMeansProgress? _latest;

    /// <summary>A fit begins; gives what it is to report to, or null.</summary>
    public IProgress<KMeansProgress>? Begin(int k, int set)
    {
        _clusters = k;
        _set = set;
        return progress is null ? null : this;
    }

    public void Report(KMeansProgress value)
    {
        _latest = value;
        progress?.Report(new KMeansSweepProgress { Clusters = _clusters, ReferenceSet = _set, Fit = value, Share = _done / _total });
    }

    /// <summary>The fit has ended.</summary>
    public void End()
    {
        _done += _clusters;
        if (_latest is not null)
        {
            Report(_latest);
        }
    }
}
