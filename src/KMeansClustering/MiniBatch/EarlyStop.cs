namespace KMeansClustering.MiniBatch;

/// <summary>When a fit has learned enough (scikit-learn's rules): the exponentially weighted average of the batches' inertia has not reached a new low for a while, or the centroids hardly move.</summary>
/// <param name="smoothing">The weight of the newest batch in the average.</param>
/// <param name="maxNoImprovement">Batches without a new low; null for any number.</param>
/// <param name="settledShift">Σ‖Δc‖² of one batch at which the centroids count as settled; below 0 for never.</param>
internal sealed class EarlyStop(double smoothing, int? maxNoImprovement, double settledShift)
{
    private double _lowest = double.PositiveInfinity;
    private long _batches;
    private int _withoutImprovement;

    /// <summary>The average so far; null after the first batch, which shows the seeding only and is not in it.</summary>
    public double? Smoothed { get; private set; }

    /// <summary>Takes a batch into account; gives the reason if it is the last.</summary>
    public StopReason? After(double inertia, double shift)
    {
        if (++_batches == 1)
        {
            return null;
        }

        Smoothed = Smoothed is { } smoothed ? (smoothed * (1 - smoothing)) + (inertia * smoothing) : inertia;
        if (shift <= settledShift)
        {
            return StopReason.CentroidsSettled;
        }

        if (Smoothed < _lowest)
        {
            _lowest = Smoothed.Value;
            _withoutImprovement = 0;
        }
        else
        {
            _withoutImprovement++;
        }

        return _withoutImprovement >= maxNoImprovement ? StopReason.NoImprovement : null;
    }
}
