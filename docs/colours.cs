#:project ../src/KMeansClustering
#:property PublishAot=false

// The colours of a photograph: its palette, and the photograph painted with nothing else.
//
//   dotnet run docs/colours.cs                    docs/photograph.png in 4, 8 and 16 colours, as a picture beside this file
//   dotnet run docs/colours.cs -- PHOTO.png K     a photograph of your own (PNG of 8-bit RGB, no transparency) in K colours, at most 256

using System.Buffers.Binary;
using System.IO.Compression;
using KMeansClustering;

string path = args.Length > 0 ? args[0] : InThisFolder("photograph.png");
int[] sizes = args.Length > 1 ? [int.Parse(args[1])] : [4, 8, 16];
(int width, int[] pixels) = Png.Read(path);

// Pixels of one colour always end in one cluster. So each distinct colour is a point, and its weight is how many pixels have it.
KeyValuePair<int, int>[] histogram = [.. pixels.CountBy(rgb => rgb)];
float[] points = [.. histogram.SelectMany(colour => OkLab.FromRgb(colour.Key))];
float[] weights = [.. histogram.Select(colour => (float)colour.Value)];

Console.WriteLine($"{path}: {pixels.Length} pixels, {histogram.Length} colours");
List<string> panels = [Panel($"{histogram.Length:N0} colours", File.ReadAllBytes(path), [])];
foreach (int k in sizes)
{
    KMeansResult<float> fit = KMeans.Fit(points, dimensions: 3, clusters: k, new KMeansOptions { Restarts = 10 }, weights);

    // A centroid is a colour of the palette; the weight of its cluster says how much of the photograph it stands for.
    int[] palette = [.. Enumerable.Range(0, k).Select(j => OkLab.ToRgb(fit.Model.Centroid(j)))];
    (int Rgb, double Share)[] shares = [.. palette.Select((rgb, j) => (rgb, Share: fit.ClusterWeights[j] / pixels.Length)).OrderByDescending(c => c.Share)];
    Console.WriteLine($"{k} colours, {Math.Sqrt(fit.Inertia / pixels.Length):F3} from the true ones (root mean square, in OKLab):");
    Console.WriteLine("  " + string.Join("  ", shares.Select(colour => $"#{colour.Rgb:x6} {colour.Share:P1}")));

    Dictionary<int, byte> clusterOf = [];
    for (int i = 0; i < histogram.Length; i++)
    {
        clusterOf[histogram[i].Key] = (byte)fit.Labels[i];
    }

    panels.Add(Panel($"{k} colours", Png.Write(width, palette, [.. pixels.Select(rgb => clusterOf[rgb])]), shares));
}

string picture = args.Length > 0 ? Path.ChangeExtension(path, ".colours.svg") : InThisFolder("colours.svg");
SavePicture();
Console.WriteLine($"Picture: {picture}");

// An image, and below it its palette: as wide as the image, each colour by its share.
string Panel(string caption, byte[] png, (int Rgb, double Share)[] palette)
{
    int height = pixels.Length / width;
    double left = 0;
    string svg = $"<image width='{width}' height='{height}' href='data:image/png;base64,{Convert.ToBase64String(png)}'/>\n";
    foreach ((int rgb, double share) in palette)
    {
        svg += $"<rect x='{left:0.##}' y='{height + 4}' width='{share * width:0.##}' height='20' fill='#{rgb:x6}'/>\n";
        left += share * width;
    }

    return svg + $"<text y='{height + 42}' fill='#1f2328'>{caption}</text>\n";
}

void SavePicture()
{
    (int w, int h) = (width + 16, (pixels.Length / width) + 62);
    (int across, int down) = ((2 * w) + 16, ((panels.Count + 1) / 2 * h) + 8);
    File.WriteAllText(picture, $"""
        <svg xmlns='http://www.w3.org/2000/svg' width='{across}' height='{down}' viewBox='0 0 {across} {down}' font-family='system-ui, sans-serif' font-size='14'>
        <rect width='{across}' height='{down}' rx='10' fill='#fff'/>
        {string.Concat(panels.Select((panel, i) => $"<g transform='translate({(i % 2 * w) + 16} {(i / 2 * h) + 16})'>\n{panel}</g>\n"))}</svg>

        """);
}

// `dotnet run FILE.cs` tells where the file is.
static string InThisFolder(string file) => Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, file);

/// <summary>
/// k-means goes by distances, so they should be what the eye sees. In OKLab (Björn Ottosson, 2020: lightness, green to red, blue to
/// yellow) equal distances look about equal if green to red and blue to yellow count twice, as he found on measured colour differences.
/// </summary>
internal static class OkLab
{
    private const double Chroma = 2;

    // In double, then rounded to float: what Math.Pow and Cbrt give may differ in the last bit between platforms, and this hides it.
    public static float[] FromRgb(int rgb)
    {
        static double Linear(int value) => value <= 10 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
        (double r, double g, double b) = (Linear(rgb >> 16), Linear((rgb >> 8) & 255), Linear(rgb & 255));
        double l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        double m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        double s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return
        [
            (float)((0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s)),
            (float)(Chroma * ((1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s))),
            (float)(Chroma * ((0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s))),
        ];
    }

    public static int ToRgb(ReadOnlySpan<float> lab)
    {
        static double Cube(double value) => value * value * value;
        static int Byte(double linear) =>
            (int)Math.Round(255 * Math.Clamp(linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055, 0, 1));
        (double lightness, double green, double blue) = (lab[0], lab[1] / Chroma, lab[2] / Chroma);
        double l = Cube(lightness + (0.3963377774 * green) + (0.2158037573 * blue));
        double m = Cube(lightness - (0.1055613458 * green) - (0.0638541728 * blue));
        double s = Cube(lightness - (0.0894841775 * green) - (1.2914855480 * blue));
        return (Byte((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s)) << 16)
            | (Byte((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s)) << 8)
            | Byte((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }
}

/// <summary>As much of PNG as this needs.</summary>
internal static class Png
{
    private static readonly byte[] _signature = [0x89, .. "PNG\r\n\x1a\n"u8];

    public static (int Width, int[] Pixels) Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < 33 || !file.AsSpan().StartsWith(_signature) || !file.AsSpan(24).StartsWith<byte>([8, 2, 0, 0, 0]))
        {
            throw new InvalidDataException($"{path} is not a PNG file of 8-bit RGB without transparency and interlacing.");
        }

        int Number(int at) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
        using var packed = new MemoryStream();
        for (int at = 8; at < file.Length; at += 12 + Number(at))
        {
            packed.Write(file.AsSpan(at + 8, file.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8) ? Number(at) : 0));
        }

        packed.Position = 0;
        using var rows = new ZLibStream(packed, CompressionMode.Decompress);
        (int width, int height) = (Number(16), Number(20));
        int[] pixels = new int[width * height];
        byte[] row = new byte[3 * width];
        for (int y = 0; y < height; y++)
        {
            // What stands in the file is each byte's difference from one or all of those to the left, above, and above on the left.
            byte[] above = row;
            row = new byte[3 * width];
            int filter = rows.ReadByte();
            rows.ReadExactly(row);
            for (int x = 0; x < row.Length; x++)
            {
                (int a, int b, int c) = (x < 3 ? 0 : row[x - 3], above[x], x < 3 ? 0 : above[x - 3]);
                row[x] += (byte)(filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => Paeth(a, b, c) });
                pixels[(y * width) + (x / 3)] |= row[x] << (16 - (x % 3 * 8));
            }
        }

        return (width, pixels);
    }

    public static byte[] Write(int width, int[] palette, byte[] pixels)
    {
        if (palette.Length > 256)
        {
            throw new ArgumentException($"A PNG file's palette has at most 256 colours, not {palette.Length}.", nameof(palette));
        }

        byte[] header = [.. BigEndian(width), .. BigEndian(pixels.Length / width), 8, 3, 0, 0, 0];
        byte[] colours = [.. palette.SelectMany(rgb => BigEndian(rgb)[1..])];
        using var packed = new MemoryStream();
        using (var rows = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            rows.Write([.. pixels.Chunk(width).SelectMany(row => row.Prepend((byte)0))]);
        }

        return [.. _signature, .. Chunk("IHDR"u8, header), .. Chunk("PLTE"u8, colours), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static int Paeth(int a, int b, int c)
    {
        (int toA, int toB, int toC) = (Math.Abs(b - c), Math.Abs(a - c), Math.Abs(a + b - (2 * c)));
        return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        uint crc = uint.MaxValue;
        byte[] body = [.. name, .. content];
        foreach (byte value in body)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return [.. BigEndian(content.Length), .. body, .. BigEndian((int)~crc)];
    }

    private static byte[] BigEndian(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
