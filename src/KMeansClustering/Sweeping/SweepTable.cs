using System.Globalization;
using System.Text;

namespace KMeansClustering.Sweeping;

/// <summary>A table of text: columns to the right, a star behind what a column suggests.</summary>
internal sealed class SweepTable
{
    private readonly List<string[]> _columns = [];

    /// <summary>Adds a column, if any row has a value.</summary>
    public void Add<TRow>(string head, TRow[] rows, Func<TRow, double?> value, string format, TRow? suggested = null)
        where TRow : class
    {
        if (Array.Exists(rows, row => value(row) is not null))
        {
            string[] cells = [.. rows.Select(row => (value(row)?.ToString(format, CultureInfo.InvariantCulture) ?? "") + (row == suggested ? "*" : " "))];
            _columns.Add([head + " ", .. cells]);
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        for (var line = 0; line < _columns[0].Length; line++)
        {
            var cells = _columns.Select(column => column[line].PadLeft(column.Max(cell => cell.Length)));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }
}
