using System.Globalization;
using System.Security;
using System.Text;

namespace KMeansClustering.Benchmarks.Scale;

/// <summary>A picture, written by hand: the few shapes that a chart needs.</summary>
internal sealed class Svg
{
    private readonly StringBuilder _text = new();

    public Svg(int width, int height, string title, string background, string font)
    {
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" font-family="{font}">""");
        Add($"<title>{SecurityElement.Escape(title)}</title>");
        Rectangle(0, 0, width, height, background);
    }

    public void Rectangle(double x, double y, double width, double height, string fill, double opacity = 1) =>
        Add($"""<rect x="{x:0.##}" y="{y:0.##}" width="{width:0.##}" height="{height:0.##}" fill="{fill}" fill-opacity="{opacity:0.##}"/>""");

    public void Line(double x1, double y1, double x2, double y2, string colour, double width = 1, string dashes = "none") =>
        Add($"""<line x1="{x1:0.##}" y1="{y1:0.##}" x2="{x2:0.##}" y2="{y2:0.##}" stroke="{colour}" stroke-width="{width:0.##}" stroke-dasharray="{dashes}"/>""");

    public void Path(IEnumerable<(double X, double Y)> points, string colour, double width, string dashes = "none")
    {
        var places = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.##},{point.Y:0.##}")));
        Add($"""<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width:0.##}" stroke-dasharray="{dashes}" stroke-linejoin="round" stroke-linecap="round"/>""");
    }

    public void Dot(double x, double y, double radius, string fill, string rim) =>
        Add($"""<circle cx="{x:0.##}" cy="{y:0.##}" r="{radius:0.##}" fill="{fill}" stroke="{rim}" stroke-width="1.5"/>""");

    /// <summary>Text that begins, is centred or ends at x; a halo of the background keeps lines from crossing it.</summary>
    public void Text(double x, double y, string text, double size, string colour, Anchor anchor = Anchor.Start, bool bold = false, string? halo = null)
    {
        var side = anchor switch
        {
            Anchor.Start => "start",
            Anchor.Middle => "middle",
            _ => "end",
        };
        var weight = bold ? 600 : 400;
        var rim = halo is null ? "" : $" stroke=\"{halo}\" stroke-width=\"3\" paint-order=\"stroke\" stroke-linejoin=\"round\"";
        Add($"""<text x="{x:0.##}" y="{y:0.##}" font-size="{size:0.##}" font-weight="{weight}" fill="{colour}" text-anchor="{side}"{rim}>{SecurityElement.Escape(text)}</text>""");
    }

    public override string ToString() => _text + "</svg>\n";

    private void Add(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}

/// <summary>Which end of a text stands where it is put.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}
