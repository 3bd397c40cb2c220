using System.Globalization;

namespace KMeansClustering.Benchmarks.Scale;

/// <summary>The frame of a chart on two logarithmic axes: titles, grid, lines, and the lines' names beside their ends.</summary>
internal sealed class LogPanel
{
    public const double Inset = 16;
    public const double TickGap = 27;
    private const double LabelGap = 13;

    // With more powers of ten on the lower axis, they alone are named.
    private const int MaxDecades = 3;

    private readonly Svg _svg;
    private readonly double _left;
    private readonly double _top;
    private readonly double _width;
    private readonly double _height;
    private readonly IReadOnlyList<double> _places;
    private readonly List<(string Label, string Colour, double Y)> _ends = [];

    /// <summary>A frame in the picture.</summary>
    /// <param name="svg">The picture.</param>
    /// <param name="left">Where the grid begins.</param>
    /// <param name="top">Where it begins.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="places">Where the points stand on the lower axis, ascending.</param>
    /// <param name="values">What the left axis must hold.</param>
    public LogPanel(Svg svg, double left, double top, double width, double height, IReadOnlyList<double> places, IEnumerable<double> values)
    {
        (_svg, _left, _top, _width, _height, _places) = (svg, left, top, width, height, places);
        var greatest = Math.Max(places[^1], 2 * places[0]);
        X = new LogAxis(places[0], greatest, left + Inset, left + width - Inset);
        Y = LogAxis.Around(values, Bottom, top);
    }

    public LogAxis X { get; }

    public LogAxis Y { get; }

    public double Bottom => _top + _height;

    public void DrawTitles(string title, string fixedSizes)
    {
        _svg.Text(_left, _top - 32, title, 15, Theme.Ink, bold: true);
        _svg.Text(_left, _top - 14, fixedSizes, 12, Theme.Faint);
    }

    public void DrawGrid(string unit)
    {
        foreach (var tick in Y.MinorTicks)
        {
            _svg.Line(_left, Y.Place(tick), _left + _width, Y.Place(tick), Theme.FaintGrid);
        }

        foreach (var tick in Y.Ticks)
        {
            _svg.Line(_left, Y.Place(tick), _left + _width, Y.Place(tick), Theme.Grid);
            _svg.Text(_left - 8, Y.Place(tick) + 4, $"{Short(tick)} {unit}", 11, Theme.Faint, Anchor.End);
        }

        _svg.Line(_left, Bottom, _left + _width, Bottom, Theme.Axis);
        var free = double.NegativeInfinity;
        var powersOnly = _places.Count(LogAxis.IsPowerOfTen) > MaxDecades;
        foreach (var value in _places)
        {
            var place = X.Place(value);
            _svg.Line(place, Bottom, place, Bottom + 4, Theme.Axis);
            if (powersOnly ? LogAxis.IsPowerOfTen(value) : place >= free)
            {
                _svg.Text(place, Bottom + 18, Short(value), 11, Theme.Faint, Anchor.Middle);
                free = place + TickGap;
            }
        }
    }

    /// <summary>Draws a line through a value at each place, and remembers its name.</summary>
    public void DrawLine(IEnumerable<double> values, string label, string colour, double width, string dashes = "none")
    {
        var points = _places.Zip(values, (place, value) => (X: X.Place(place), Y: Y.Place(value))).ToList();
        _svg.Path(points, colour, width, dashes);
        _ends.Add((label, colour, points[^1].Y));
    }

    /// <summary>Draws the names beside the lines' ends, pushed apart where they would overlap.</summary>
    public void DrawEndLabels()
    {
        var last = double.NegativeInfinity;
        foreach (var (label, colour, y) in _ends.OrderBy(end => end.Y))
        {
            last = Math.Max(y, last + LabelGap);
            _svg.Text(_left + _width - 4, last + 4, label, 12, colour, bold: true, halo: Theme.Background);
        }
    }

    private static string Short(double value) => value switch
    {
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:G3}M"),
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:G3}k"),
        _ => Math.Round(value, 6).ToString("0.######", CultureInfo.InvariantCulture),
    };
}
