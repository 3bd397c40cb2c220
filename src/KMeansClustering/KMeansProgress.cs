using System.Numerics;
using System.Runtime.InteropServices;
using KMeansClustering.Fitting;

namespace KMeansClustering;

/// <summary>Where a fit stands; reported after each seeded centroid (or round of k-means‖) and after each iteration.</summary>
public sealed record KMeansProgress
{
    /// <summary>Which of the restarts this is, from 0.</summary>
    public required int Restart { get; init; }

    /// <summary>How many starting centroids have been chosen so far; the number of clusters once iterations run.</summary>
    public required int CentroidsSeeded { get; init; }

    /// <summary>The iteration that has just ended, from 1; 0 while the starting centroids are being chosen.</summary>
    public required int Iteration { get; init; }

    /// <summary>How many points changed their cluster in this iteration.</summary>
    public long LabelsChanged { get; init; }

    /// <summary>The sum of the centroids' squared movements in this iteration.</summary>
    public double CentroidShift { get; init; }

    /// <summary>The inertia of this iteration's labels, when <see cref="KMeansOptions.TrackInertia"/> is set.</summary>
    public double? Inertia { get; init; }

    /// <summary>Why this restart ends with this iteration; null while it goes on.</summary>
    public StopReason? StopReason { get; init; }

    internal ReportedModel Current { get; init; } = ReportedModel.None;

    /// <summary>
    /// A copy of the centroids as this iteration has left them: to save, to look at, or to start another fit from. A fit that starts from them with
    /// the iterations that are left ends in the same bits as the one that made them (docs/checkpoint.md).
    /// </summary>
    /// <typeparam name="T">The type of the fit's values, <see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <remarks>
    /// It can be called, on any thread, until <see cref="IProgress{T}.Report"/> returns; the fit waits for a copy under way. <see cref="Progress{T}"/> returns at once
    /// and calls back later: implement <see cref="IProgress{T}"/> instead. Nothing is copied unless this is called.
    /// </remarks>
    /// <exception cref="InvalidOperationException"><see cref="IProgress{T}.Report"/> has returned; starting centroids are still being chosen (<see cref="Iteration"/> is 0); or the fit's values are of another type.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither <see cref="float"/> nor <see cref="double"/>.</exception>
    public KMeansModel<T> CopyModel<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check.Supported<T>();
        return Current.Copy<T>();
    }
}

/// <summary>What one iteration did. The first three are part of the answer and the same everywhere; the work is not.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct KMeansIteration
{
    /// <summary>The sum of the centroids' squared movements, Σ‖Δc‖².</summary>
    public required double CentroidShift { get; init; }

    /// <summary>How many points changed their cluster; all of them in the first iteration.</summary>
    public required long LabelsChanged { get; init; }

    /// <summary>The inertia of this iteration's labels against the centroids they were assigned to; null unless <see cref="KMeansOptions.TrackInertia"/> is set.</summary>
    public double? Inertia { get; init; }

    /// <summary>The algorithm that ran in this iteration: <see cref="KMeansAlgorithm.Auto"/> may change between two.</summary>
    public KMeansAlgorithm Algorithm { get; init; }

    /// <summary>How many points were settled without a look at them or their sketch: by bounds, or with a whole node of a tree.</summary>
    public long PointsSkipped { get; init; }

    /// <summary>How many pairs of a tree's node and a centroid were compared.</summary>
    public long NodeDistances { get; init; }

    /// <summary>How many point–centroid pairs were compared by their sketches.</summary>
    public long SketchDistances { get; init; }

    /// <summary>How many point–centroid pairs were compared in all dimensions by the fast, bounded arithmetic of the tile.</summary>
    public long TileDistances { get; init; }

    /// <summary>How many point–centroid pairs the filters could not rule out, so that the exact distance decided.</summary>
    public long ExactDistances { get; init; }
}
