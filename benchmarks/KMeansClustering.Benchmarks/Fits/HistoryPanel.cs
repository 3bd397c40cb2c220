using System.Globalization;
using KMeansClustering.Benchmarks.Scale;

namespace KMeansClustering.Benchmarks.Fits;

/// <summary>One chart: of all pairs, the share that each filter compared in each iteration, and which algorithm ran.</summary>
internal sealed class HistoryPanel
{
    private const double Width = 440;
    private const double Height = 170;
    private const double Inset = 10;
    private const int MaxTicks = 8;
    private static readonly int[] _steps = [1, 2, 5, 10, 20, 50, 100];

    private readonly Svg _svg;
    private readonly FitHistory _history;
    private readonly double _left;
    private readonly double _top;
    private readonly LogAxis _y;

    public HistoryPanel(Svg svg, FitHistory history, double left, double top)
    {
        (_svg, _history, _left, _top) = (svg, history, left, top);
        _y = new LogAxis(1e-6, 1, Bottom, top);
    }

    /// <summary>What is drawn, the strictest filter on top.</summary>
    public static IReadOnlyList<HistoryLine> Lines { get; } =
    [
        new("points not skipped", Theme.Faint, 1.75, "2 4", (done, history) => 1 - (done.PointsSkipped / (double)history.N)),
        new("tree", Theme.Node, 2.25, "none", (done, history) => done.NodeDistances / history.Pairs),
        new("sketch", Theme.Sketch, 2.25, "none", (done, history) => done.SketchDistances / history.Pairs),
        new("tile", Theme.Tile, 2.25, "7 4", (done, history) => done.TileDistances / history.Pairs),
        new("exact distance", Theme.Judge, 2.25, "none", (done, history) => done.ExactDistances / history.Pairs),
    ];

    private double Bottom => _top + Height;

    private int Last => _history.Iterations.Count;

    public void Draw()
    {
        _svg.Text(_left, _top - 28, FormattableString.Invariant($"{_history.Data}, k = {_history.K:N0}"), 15, Theme.Ink, bold: true);
        DrawGrid();
        _svg.Text(_left, _top - 11, string.Join(", ", DrawAlgorithms()), 12, Theme.Faint);
        foreach (var line in Lines)
        {
            var shares = _history.Iterations.Select(done => line.Share(done, _history)).ToList();
            var places = shares.Select((share, i) => (X: Place(i + 1), Y: _y.Place(Math.Clamp(share, _y.Least, _y.Greatest)))).ToList();
            var first = shares.FindIndex(share => share > 0);
            if (first >= 0)
            {
                _svg.Path(places[first..], line.Colour, line.Width, line.Dashes);
            }

            if (first >= 0 && first == Last - 1)
            {
                _svg.Dot(places[first].X, places[first].Y, 3.5, line.Colour, Theme.Background);
            }
        }
    }

    private void DrawGrid()
    {
        foreach (var tick in _y.Ticks)
        {
            _svg.Line(_left, _y.Place(tick), _left + Width, _y.Place(tick), Theme.Grid);
            var atMost = tick == _y.Least ? "≤ " : "";
            _svg.Text(_left - 8, _y.Place(tick) + 4, atMost + Math.Round(100 * tick, 6).ToString("0.######", CultureInfo.InvariantCulture) + " %", 11, Theme.Faint, Anchor.End);
        }

        _svg.Line(_left, Bottom, _left + Width, Bottom, Theme.Axis);
        var step = _steps.First(step => Last / step <= MaxTicks || step == _steps[^1]);
        foreach (var iteration in Enumerable.Range(1, Last).Where(iteration => iteration == 1 || iteration % step == 0))
        {
            _svg.Line(Place(iteration), Bottom, Place(iteration), Bottom + 4, Theme.Axis);
            _svg.Text(Place(iteration), Bottom + 18, iteration.ToString(CultureInfo.InvariantCulture), 11, Theme.Faint, Anchor.Middle);
        }
    }

    // A line where the algorithm changes; returns what ran from which iteration on.
    private IEnumerable<string> DrawAlgorithms()
    {
        for (var i = 0; i < Last; i++)
        {
            var algorithm = _history.Iterations[i].Algorithm;
            if (i == 0)
            {
                yield return algorithm.ToString();
            }
            else if (algorithm != _history.Iterations[i - 1].Algorithm)
            {
                var place = (Place(i) + Place(i + 1)) / 2;
                _svg.Line(place, _top, place, Bottom, Theme.Axis, 1, "3 4");
                yield return FormattableString.Invariant($"{algorithm} from {i + 1}");
            }
        }
    }

    private double Place(int iteration) => _left + Inset + ((Width - (2 * Inset)) * (iteration - 1) / Math.Max(1, Last - 1));
}

/// <summary>A line of the charts.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Width">Its width.</param>
/// <param name="Dashes">How it is broken.</param>
/// <param name="Share">What it shows of an iteration.</param>
internal sealed record HistoryLine(string Label, string Colour, double Width, string Dashes, Func<FitIteration, FitHistory, double> Share);
