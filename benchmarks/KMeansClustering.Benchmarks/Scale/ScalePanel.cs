using System.Globalization;

namespace KMeansClustering.Benchmarks.Scale;

/// <summary>One chart: the time of a pass while one number grows, the floors below it, and at each point the share of the peak that was reached.</summary>
internal sealed class ScalePanel
{
    private const double Width = 392;
    private const double Height = 250;
    private const double Inset = 16;
    private const double LabelGap = 13;
    private const double TickGap = 27;

    private readonly Svg _svg;
    private readonly ScaleSeries _series;
    private readonly double _left;
    private readonly double _top;
    private readonly LogAxis _x;
    private readonly LogAxis _y;

    public ScalePanel(Svg svg, ScaleSeries series, double left, double top)
    {
        _svg = svg;
        _series = series;
        _left = left;
        _top = top;
        var places = series.Points.Select(point => point.Along(series.Axis)).ToList();
        var greatest = Math.Max(places[^1], 2 * places[0]);
        _x = new LogAxis(places[0], greatest, left + Inset, left + Width - Inset);
        _y = LogAxis.Around(series.Points.SelectMany(point => new[] { point.MedianMs * 1.25, point.ArithmeticFloorMs, point.MemoryFloorMs / 1.25 }), top + Height, top);
    }

    private double Bottom => _top + Height;

    public void Draw(string title, string fixedSizes)
    {
        _svg.Text(_left, _top - 32, title, 15, Theme.Ink, bold: true);
        _svg.Text(_left, _top - 14, fixedSizes, 12, Theme.Faint);
        DrawGrid();
        if (_series.Axis is "d")
        {
            DrawBorder(8, 9);
        }

        List<(string Label, string Colour, double Y)> ends = [];
        ends.Add(DrawLine(point => point.MemoryFloorMs, "memory", Theme.Memory, 1.75, "2 5"));
        ends.Add(DrawLine(point => point.ArithmeticFloorMs, "arithmetic", Theme.Arithmetic, 1.75, "7 5"));
        ends.Add(DrawLine(point => point.MedianMs, "measured", Theme.Measured, 2.5, "none"));
        DrawPoints();
        DrawEndLabels(ends);
    }

    private void DrawGrid()
    {
        foreach (var tick in _y.MinorTicks)
        {
            _svg.Line(_left, _y.Place(tick), _left + Width, _y.Place(tick), Theme.FaintGrid);
        }

        foreach (var tick in _y.Ticks)
        {
            _svg.Line(_left, _y.Place(tick), _left + Width, _y.Place(tick), Theme.Grid);
            _svg.Text(_left - 8, _y.Place(tick) + 4, Short(tick) + " ms", 11, Theme.Faint, Anchor.End);
        }

        _svg.Line(_left, Bottom, _left + Width, Bottom, Theme.Axis);
        var free = double.NegativeInfinity;
        foreach (var value in _series.Points.Select(point => point.Along(_series.Axis)))
        {
            var place = _x.Place(value);
            _svg.Line(place, Bottom, place, Bottom + 4, Theme.Axis);
            if (place >= free)
            {
                _svg.Text(place, Bottom + 18, Short(value), 11, Theme.Faint, Anchor.Middle);
                free = place + TickGap;
            }
        }
    }

    // Where one kernel hands over to the other.
    private void DrawBorder(double last, double first)
    {
        var place = (_x.Place(last) + _x.Place(first)) / 2;
        _svg.Line(place, _top, place, Bottom, Theme.Axis, 1, "3 4");
        _svg.Text(place - 6, _top + 12, "a lane is a point", 11, Theme.Faint, Anchor.End, halo: Theme.Background);
        _svg.Text(place + 6, _top + 12, "a lane is a centroid", 11, Theme.Faint, halo: Theme.Background);
    }

    private (string Label, string Colour, double Y) DrawLine(Func<ScalePoint, double> value, string label, string colour, double width, string dashes)
    {
        var points = _series.Points.Select(point => (X: _x.Place(point.Along(_series.Axis)), Y: _y.Place(value(point)))).ToList();
        _svg.Path(points, colour, width, dashes);
        return (label, colour, points[^1].Y);
    }

    // The share of the peak stands left of and above its point, where a rising line is not.
    private void DrawPoints()
    {
        var falls = _series.Axis is "threads";
        var (first, last) = (_series.Points[0], _series.Points[^1]);
        var free = double.NegativeInfinity;
        foreach (var point in _series.Points)
        {
            var (x, y) = (_x.Place(point.Along(_series.Axis)), _y.Place(point.MedianMs));
            _svg.Dot(x, y, 4, Theme.Measured, Theme.Background);
            var share = string.Create(CultureInfo.InvariantCulture, $"{100 * point.PeakShare:0} %");
            if (!falls && x >= free)
            {
                _svg.Text(point == first ? x + 2 : x - 5, y - 10, share, 11, Theme.Ink, Anchor.Middle, halo: Theme.Background);
                free = x + TickGap;
            }
        }

        if (falls)
        {
            DrawThreads(first, y: -11, Anchor.Start, "");
            DrawThreads(last, y: -26, Anchor.End, string.Create(CultureInfo.InvariantCulture, $", {first.MedianMs / last.MedianMs:0.00} ×"));
        }
    }

    private void DrawThreads(ScalePoint point, double y, Anchor anchor, string more)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{point.MedianMs:G3} ms, {100 * point.PeakShare:0} %{more}");
        var x = _x.Place(point.Threads) + (anchor == Anchor.Start ? -Inset : Inset);
        _svg.Text(x, _y.Place(point.MedianMs) + y, text, 11, Theme.Ink, anchor, halo: Theme.Background);
    }

    // Beside the lines' ends, pushed apart where they would overlap.
    private void DrawEndLabels(List<(string Label, string Colour, double Y)> ends)
    {
        var last = double.NegativeInfinity;
        foreach (var (label, colour, y) in ends.OrderBy(end => end.Y))
        {
            last = Math.Max(y, last + LabelGap);
            _svg.Text(_left + Width - 4, last + 4, label, 12, colour, bold: true, halo: Theme.Background);
        }
    }

    private static string Short(double value) => value switch
    {
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:G3}M"),
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:G3}k"),
        _ => Math.Round(value, 6).ToString("0.######", CultureInfo.InvariantCulture),
    };
}
