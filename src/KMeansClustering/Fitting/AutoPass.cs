using System.Numerics;
using System.Runtime.Intrinsics;
using KMeansClustering.Assignment;
using KMeansClustering.Centroids;
using KMeansClustering.Trees;

namespace KMeansClustering.Fitting;

/// <summary>
/// <see cref="KMeansAlgorithm.Auto"/>: each iteration by the pass that is likely to be the fastest, judged by what the last ones skipped. A tree is used from the beginning, where there is one, and between two centroids the bound of their own.
/// In many dimensions sketches come after a plain pass. Otherwise plain passes as long as many points change their cluster; then bounds, for bounds hold only while centroids move little.
/// </summary>
/// <remarks>Whatever it does, the labels are the same.</remarks>
internal sealed unsafe class AutoPass<T> : AssignmentPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A fit in which fewer points than this share still change their cluster goes without sketches: it is about to end.
    private const double StillMoving = 0.005;

    // A point that its bounds do not settle costs as much as so many multiplications of a lane of the plain pass, beside those of the groups that it looks at.
    private const int LookCost = 960;
    private const int GatheredCost = 2;

    // With clusters and dimensions enough bounds begin to pay where fewer points than this share change their cluster.
    private const double FewChanges = 0.1;
    private const int MinBoundedDimensions = 9;
    private const double MinBoundedWork = 512;

    private readonly FitData<T> _data;
    private readonly int _clusters;
    private readonly ClusterTotals<T> _totals;
    private readonly bool _boundsMayPay;
    private AssignmentPass<T> _pass;
    private AssignmentPass<T>? _plain;
    private KMeansAlgorithm _last;
    private int _runs;
    private readonly double _lookCost = LookCost * Lanes;
    private int _patience = 8;
    private int _wait;
    private bool _sketchesFailed;

    public AutoPass(FitData<T> data, int clusters, ClusterTotals<T> totals)
    {
        _data = data;
        _clusters = clusters;
        _totals = totals;
        var dimensions = data.Points.Dimensions;
        _boundsMayPay = (double)data.Points.Count * clusters * dimensions >= PointFilters<T>.LeastWork
            && dimensions >= MinBoundedDimensions && (double)clusters * dimensions >= MinBoundedWork;
        _pass = data.Filters.Tree is not null ? Passes.Create(KMeansAlgorithm.KdTree, data, clusters, totals)
            : clusters == 2 && dimensions >= PointFilters<T>.LeastPairDimensions && data.Filters.Budget.Holds((double)data.Points.Count * sizeof(T)) ? Passes.Create(KMeansAlgorithm.Hamerly, data, clusters, totals)
            : Plain();
    }

    public override KMeansAlgorithm Algorithm => _last;

    public override int Run(T* centroids, int* labels, out PassWork work)
    {
        _last = _pass.Algorithm;
        var changed = _pass.Run(centroids, labels, out work);
        _runs++;
        Choose(changed, work);
        return changed;
    }

    public override void Forget(int point) => _pass.Forget(point);

    public override void Dispose()
    {
        _pass.Dispose();
        _plain?.Dispose();
    }

    // From the numbers of this process's own points, and without a word to the others.
    private void Choose(int changed, PassWork work)
    {
        double points = _data.Points.Count;
        double dimensions = _data.Points.Dimensions;
        var pairs = points * _clusters;
        switch (_last)
        {
            case KMeansAlgorithm.KdTree when work.ExactDistances > pairs / 6:
                Use(Plain());
                break;
            case KMeansAlgorithm.Sketch when _runs > 1 && work.ExactDistances > (2 * points) + (pairs / 8):
                _sketchesFailed = true;
                Use(Plain());
                break;
            case KMeansAlgorithm.Lloyd when !_sketchesFailed && _data.Filters.Rows is { Form.IsSketch: true }:
                if (changed >= StillMoving * points)
                {
                    Use(Passes.Create(KMeansAlgorithm.Sketch, _data, _clusters, _totals));
                }

                break;
            case KMeansAlgorithm.Yinyang when _runs > 1 && ((points - work.PointsSkipped) * _lookCost) + (GatheredCost * work.SketchDistances * dimensions) > pairs * dimensions:
                _wait = _patience;
                _patience *= 2;
                Use(Plain());
                break;
            case KMeansAlgorithm.Lloyd when _boundsMayPay && _data.Filters.Rows is { Form.IsSketch: false } rows && --_wait < 0
                && changed <= FewChanges * Math.Min(1, _clusters * dimensions / (10 * _lookCost)) * points && _data.Filters.Budget.Holds(Passes.BytesOfBounds(rows)):
                Use(Passes.Create(KMeansAlgorithm.Yinyang, _data, _clusters, _totals));
                break;
            default:
                break;
        }
    }

    private static int Lanes => Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256.IsHardwareAccelerated ? Vector256<T>.Count : Vector128<T>.Count;

    private AssignmentPass<T> Plain() => _plain ??= Passes.Create(KMeansAlgorithm.Lloyd, _data, _clusters, _totals);

    private void Use(AssignmentPass<T> pass)
    {
        if (_pass != _plain)
        {
            _pass.Dispose();
        }

        _pass = pass;
        _runs = 0;
    }
}
