namespace KMeansClustering.Benchmarks.Scale;

/// <summary>Colours of the charts: on white, and told apart by the colour-blind (Okabe and Ito 2008, darkened where they are text).</summary>
internal static class Theme
{
    public const string Font = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif";
    public const string Background = "#ffffff";
    public const string Ink = "#1f2328";
    public const string Faint = "#59636e";
    public const string Axis = "#8c959f";
    public const string Grid = "#e1e4e8";
    public const string FaintGrid = "#f3f4f6";
    public const string Measured = "#0065a9";
    public const string Arithmetic = "#c04f00";
    public const string Memory = "#00795a";
    public const string Auto = Measured;
    public const string Lloyd = Arithmetic;
    public const string Node = Memory;
    public const string Sketch = Measured;
    public const string Tile = Arithmetic;
    public const string Judge = "#a0287a";
}
