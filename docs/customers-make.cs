#:property PublishAot=false

// Makes docs/customers.csv: 600 invented customers of an invented online shop, of the five habits below.
//
//   dotnet run docs/customers-make.cs

(int Number, double Orders, double Basket, double Discounts, double Returns, double Idle)[] habits =
[
    (150, 22, 45, 0.12, 0.06, 12),    // regulars
    (140, 7, 30, 0.75, 0.10, 45),     // wait for discounts
    (60, 4, 240, 0.08, 0.10, 70),     // rarely, but much
    (90, 12, 110, 0.30, 0.52, 25),    // send half of it back
    (160, 1.6, 55, 0.30, 0.08, 250),  // have not been seen for long
];

var random = new Random(7);
double Normal() => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;   // nearly
double Around(double middle, double spread) => middle * Math.Exp(spread * Normal());
double Share(double middle) => Math.Round(Math.Clamp(middle + (0.17 * Normal()), 0, 1), 2);

List<string> rows = [];
foreach ((int number, double orders, double basket, double discounts, double returns, double idle) in habits)
{
    for (int i = 0; i < number; i++)
    {
        double count = Math.Max(1, Math.Round(Around(orders, 0.7)));
        double days = Math.Clamp(Math.Round(Around(idle, 0.9)), 0, 365);
        rows.Add($"{count},{Around(basket, 0.5):F2},{Share(discounts)},{Share(returns)},{days}");
    }
}

string[] shuffled = [.. rows];
random.Shuffle(shuffled);
string file = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "customers.csv");
File.WriteAllLines(file, ["Customer,Orders,Basket,Discounts,Returns,DaysSinceOrder", .. shuffled.Select((row, i) => $"C{i + 1:000},{row}")]);
Console.WriteLine(file);
