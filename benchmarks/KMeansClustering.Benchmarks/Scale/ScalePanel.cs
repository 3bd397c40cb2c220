using System.Globalization;

namespace KMeansClustering.Benchmarks.Scale;

/// <summary>One chart: the time of a pass while one number grows, the floors below it, and at each point the share of the peak that was reached.</summary>
internal sealed class ScalePanel
{
    private const double Width = 392;
    private const double Height = 250;

    private readonly Svg _svg;
    private readonly ScaleSeries _series;
    private readonly double _top;
    private readonly LogPanel _panel;

    public ScalePanel(Svg svg, ScaleSeries series, double left, double top)
    {
        (_svg, _series, _top) = (svg, series, top);
        _panel = new LogPanel(
            svg,
            left,
            top,
            Width,
            Height,
            [.. series.Points.Select(point => point.Along(series.Axis))],
            series.Points.SelectMany(point => new[] { point.MedianMs * 1.25, point.ArithmeticFloorMs, point.MemoryFloorMs / 1.25 }));
    }

    public void Draw(string title, string fixedSizes)
    {
        _panel.DrawTitles(title, fixedSizes);
        _panel.DrawGrid("ms");
        if (_series.Axis is "d")
        {
            DrawBorder(8, 9);
        }

        _panel.DrawLine(_series.Points.Select(point => point.MemoryFloorMs), "memory", Theme.Memory, 1.75, "2 5");
        _panel.DrawLine(_series.Points.Select(point => point.ArithmeticFloorMs), "arithmetic", Theme.Arithmetic, 1.75, "7 5");
        _panel.DrawLine(_series.Points.Select(point => point.MedianMs), "measured", Theme.Measured, 2.5);
        DrawPoints();
        _panel.DrawEndLabels();
    }

    // Where one kernel hands over to the other.
    private void DrawBorder(double last, double first)
    {
        var place = (_panel.X.Place(last) + _panel.X.Place(first)) / 2;
        _svg.Line(place, _top, place, _panel.Bottom, Theme.Axis, 1, "3 4");
        _svg.Text(place - 6, _top + 12, "a lane is a point", 11, Theme.Faint, Anchor.End, halo: Theme.Background);
        _svg.Text(place + 6, _top + 12, "a lane is a centroid", 11, Theme.Faint, halo: Theme.Background);
    }

    // The share of the peak stands left of and above its point, where a rising line is not.
    private void DrawPoints()
    {
        var falls = _series.Axis is "threads";
        var (first, last) = (_series.Points[0], _series.Points[^1]);
        var free = double.NegativeInfinity;
        foreach (var point in _series.Points)
        {
            var (x, y) = (_panel.X.Place(point.Along(_series.Axis)), _panel.Y.Place(point.MedianMs));
            _svg.Dot(x, y, 4, Theme.Measured, Theme.Background);
            var share = string.Create(CultureInfo.InvariantCulture, $"{100 * point.PeakShare:0} %");
            if (!falls && x >= free)
            {
                _svg.Text(point == first ? x + 2 : x - 5, y - 10, share, 11, Theme.Ink, Anchor.Middle, halo: Theme.Background);
                free = x + LogPanel.TickGap;
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
        var x = _panel.X.Place(point.Threads) + (anchor == Anchor.Start ? -LogPanel.Inset : LogPanel.Inset);
        _svg.Text(x, _panel.Y.Place(point.MedianMs) + y, text, 11, Theme.Ink, anchor, halo: Theme.Background);
    }
}
