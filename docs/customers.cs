#:project ../src/KMeansClustering
#:package CsvHelper
#:property PublishAot=false

// Groups of customers, from a CSV file: columns made comparable, the number of groups chosen, each group's profile.
// The customers are invented: docs/customers-make.cs.
//
//   dotnet run docs/customers.cs        tables, and a picture beside this file

using CsvHelper;
using KMeansClustering;

using CsvReader csv = CsvReader.FromFile(InThisFolder("customers.csv"));
Customer[] customers = [.. csv.GetRecords<Customer>()];

// What is compared. Amounts and counts are lopsided, many small and a few huge: their logarithms are not, and then twice as much is
// the same step from 5 € to 10 € as from 50 € to 100 €.
(string Name, Func<Customer, double> Shown, Func<Customer, double> Compared)[] columns =
[
    ("orders in a year", c => c.Orders, c => Math.Log(c.Orders)),
    ("basket, €", c => c.Basket, c => Math.Log(c.Basket)),
    ("discounts, %", c => 100 * c.Discounts, c => c.Discounts),
    ("returns, %", c => 100 * c.Returns, c => c.Returns),
    ("days since order", c => c.DaysSinceOrder, c => Math.Log(1 + c.DaysSinceOrder)),
];
int n = customers.Length;
int d = columns.Length;

// Distances add up squares over the columns, so a column counts by how widely its numbers spread, and that by its unit: days would
// drown the shares. Standardised, less the mean and divided by the standard deviation, each counts alike.
double[] points = new double[n * d];
for (int p = 0; p < d; p++)
{
    double[] values = [.. customers.Select(columns[p].Compared)];
    double mean = values.Average();
    double deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    for (int i = 0; i < n; i++)
    {
        points[(i * d) + p] = (values[i] - mean) / deviation;
    }
}

// How many groups? From 1 to 10, the best of 20 fits each. The stars show which number each criterion suggests. They disagree, as
// they do on most data: 4 or 5. The gap statistic asks how much better the groups are than those in points without any groups.
var options = new KMeansSweepOptions { Fit = new KMeansOptions { Restarts = 20 }, Criteria = SweepCriteria.All };
KMeansSweep<double> sweep = KMeans.Sweep(points, d, minClusters: 1, maxClusters: 10, options);
Console.WriteLine(sweep);

KMeansModel<double> model = (sweep.ByGap ?? sweep.Rows[^1]).Model;
int[] labels = new int[n];
model.Predict(points, labels);

// The profile of each group, the largest first: what its customers do, and how far that is from what all do, in standard deviations.
Group Profile(int cluster)
{
    Customer[] members = [.. customers.Where((_, i) => labels[i] == cluster)];
    double[] means = [.. columns.Select(column => members.Average(column.Shown))];
    return new Group(members.Length, members.Sum(Spent) / customers.Sum(Spent), means, model.Centroid(cluster).ToArray());
}

Group[] groups = [.. Enumerable.Range(0, model.Clusters).Select(Profile).OrderByDescending(group => group.Customers)];
string[] heads = ["customers", "revenue, %", .. columns.Select(column => column.Name)];
Console.WriteLine(string.Concat(heads.Select(head => $"{head,18}")));
foreach (Group group in groups)
{
    Console.WriteLine(string.Concat(group.Cells.Select(cell => $"{cell,18:F0}")));
}

string picture = InThisFolder("customers.svg");
Picture.Save(picture, heads, groups);
Console.WriteLine($"Picture: {picture}");

static double Spent(Customer customer) => customer.Orders * customer.Basket * (1 - customer.Returns);

// `dotnet run FILE.cs` tells where the file is.
static string InThisFolder(string file) => Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, file);

[CsvRecord]
internal sealed partial record Customer(int Orders, double Basket, double Discounts, double Returns, int DaysSinceOrder);

internal sealed record Group(int Customers, double Revenue, double[] Means, double[] Deviations)
{
    public double[] Cells => [Customers, 100 * Revenue, .. Means];
}

/// <summary>The profiles as a table: blue is above what all customers do, orange below.</summary>
internal static class Picture
{
    private const int Cell = 116;
    private const int Row = 48;

    public static void Save(string path, string[] heads, Group[] groups)
    {
        (int width, int height) = ((heads.Length * Cell) + 32, ((groups.Length + 1) * Row) + 32);
        string Text(int column, int row, string style, string text) =>
            $"<text x='{16 + ((column + 0.5) * Cell)}' y='{21 + ((row + 0.5) * Row)}' {style}>{text}</text>\n";
        IEnumerable<string> Cells(int row, Group group)
        {
            for (int column = 0; column < group.Cells.Length; column++)
            {
                double deviation = column < 2 ? 0 : group.Deviations[column - 2];
                string colour = deviation > 0 ? "#0072b2" : "#e69f00";
                yield return $"<rect x='{18 + (column * Cell)}' y='{18 + (row * Row)}' width='{Cell - 4}' height='{Row - 4}' rx='4' "
                    + $"fill='{colour}' fill-opacity='{Math.Min(0.7, Math.Abs(deviation) / 2):0.00}'/>\n";
                yield return Text(column, row, "font-size='17' fill='#1f2328'", $"{group.Cells[column]:F0}");
            }
        }

        File.WriteAllText(path, $"""
            <svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}'
              font-family='system-ui, sans-serif' font-size='14' text-anchor='middle'>
            <rect width='{width}' height='{height}' rx='10' fill='#fff'/>
            {string.Concat(heads.Select((head, column) => Text(column, 0, "fill='#57606a'", head)))}{string.Concat(groups.SelectMany((group, i) => Cells(i + 1, group)))}</svg>

            """);
    }
}
