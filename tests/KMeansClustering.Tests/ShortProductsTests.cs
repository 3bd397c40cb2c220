using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Products of rows of 16-bit integers are exact, with vectors of every width.</summary>
public unsafe class ShortProductsTests
{
    private static readonly int[] Lengths = [1, 2, 3, 4, 7, 8, 16, 31, 33, 64, 101, 130];

    [Fact]
    public void Products_of_pairs_are_added_as_plain_integers() => Widths.ForEach(new Pairs());

    [Fact]
    public void The_tile_multiplies_as_plain_integers_do() => Widths.ForEach(new Tiles());

    [Fact]
    public void The_lanes_multiply_as_plain_integers_do() => Widths.ForEach(new Lanes());

    [Fact]
    public void One_row_is_multiplied_as_by_plain_integers() => Widths.ForEach(new Singles());

    [Fact]
    public void Whole_numbers_are_rounded_converted_and_stored() => Widths.ForEach(new Conversions());

    /// <summary>A row whose squares may add up to almost 2³¹, in few values or in many.</summary>
    private static short[] Row(Draw draw, int length)
    {
        short[] row = new short[(length + 1) / 2 * 2];
        int largest = (int)Math.Min(short.MaxValue, Math.Sqrt((double)int.MaxValue / length));
        bool extreme = draw.Below(3) == 0;
        for (int p = 0; p < length; p++)
        {
            row[p] = (short)(extreme ? largest * (1 - (2 * draw.Below(2))) : draw.Below((2 * largest) + 1) - largest);
        }

        return row;
    }

    private static int Product(short[] x, short[] y) => checked((int)x.Zip(y, (a, b) => (long)a * b).Sum());

    private readonly struct Pairs : IForEveryWidth
    {
        public void With<TVector, TSimd>()
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            short[] extremes = [short.MaxValue, -short.MaxValue, 0, 1, -1, 256, -257, 12_345];
            Draw draw = new(TSimd.Count);
            short* x = stackalloc short[2], y = stackalloc short[2 * TSimd.Count];
            int* sums = stackalloc int[TSimd.Count];
            for (int i = 0; i < 3_000; i++)
            {
                int[] start = new int[TSimd.Count];
                for (int lane = 0; lane < TSimd.Count; lane++)
                {
                    y[2 * lane] = extremes[draw.Below(8)];
                    y[(2 * lane) + 1] = extremes[draw.Below(8)];
                    start[lane] = sums[lane] = draw.Below(200_001) - 100_000;
                }

                x[0] = extremes[draw.Below(8)];
                x[1] = extremes[draw.Below(8)];
                TVector sum = TSimd.AddProducts(TSimd.Load((float*)sums), TSimd.CreatePair(x), TSimd.LoadPairs(y));
                TSimd.Store(sum, (float*)sums);
                for (int lane = 0; lane < TSimd.Count; lane++)
                {
                    Same.Value(start[lane] + (x[0] * y[2 * lane]) + (x[1] * y[(2 * lane) + 1]), sums[lane], $"{TSimd.Count} lanes: {x[0]}·{y[2 * lane]} + {x[1]}·{y[(2 * lane) + 1]}");
                }
            }
        }
    }

    private readonly struct Tiles : IForEveryWidth
    {
        public void With<TVector, TSimd>()
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            Draw draw = new(TSimd.Count);
            foreach (int length in Lengths)
            {
                for (int columns = 1; columns <= ShortTile<TVector, TSimd>.MaxColumns; columns++)
                {
                    int pairs = (length + 1) / 2, width = columns * TSimd.Count;
                    short[][] rows = [.. Enumerable.Range(0, ShortTile.Rows).Select(_ => Row(draw, length))];
                    short[][] centroids = [.. Enumerable.Range(0, width).Select(_ => Row(draw, length))];
                    using AlignedBuffer<short> x = new(ShortTile.Rows * 2 * pairs), panel = new(width * 2 * pairs);
                    using AlignedBuffer<TVector> products = new(ShortTile.Rows * columns);
                    for (int c = 0; c < 2 * pairs; c++)
                    {
                        for (int i = 0; i < ShortTile.Rows; i++)
                        {
                            x.Pointer[(i * 2 * pairs) + c] = rows[i][c];
                        }

                        for (int lane = 0; lane < width; lane++)
                        {
                            panel.Pointer[(((c / 2 * width) + lane) * 2) + (c % 2)] = centroids[lane][c];
                        }
                    }

                    ShortTile<TVector, TSimd>.Multiply(new TileRows<short>(x.Pointer, 2 * pairs), panel.Pointer, columns, pairs, products.Pointer, Prefetch.Nothing(x.Pointer));
                    for (int i = 0; i < ShortTile.Rows; i++)
                    {
                        for (int lane = 0; lane < width; lane++)
                        {
                            Same.Value(Product(rows[i], centroids[lane]), ((int*)products.Pointer)[(i * width) + lane], $"{TSimd.Count} lanes, {columns} columns, length {length}, row {i}, place {lane}");
                        }
                    }
                }
            }
        }
    }

    private readonly struct Lanes : IForEveryWidth
    {
        public void With<TVector, TSimd>()
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            int at = ShortLanes<TVector, TSimd>.Points;
            Draw draw = new(TSimd.Count);
            foreach (int length in Lengths)
            {
                int pairs = (length + 1) / 2;
                short[][] points = [.. Enumerable.Range(0, 64 + at).Select(_ => Row(draw, length))];
                using AlignedBuffer<short> block = new((points.Length + ShortRow.Block) * 2 * pairs), x = new(ShortLanes<TVector, TSimd>.Rows * 2 * pairs);
                using AlignedBuffer<TVector> products = new(ShortLanes<TVector, TSimd>.Rows * ShortLanes<TVector, TSimd>.Vectors);
                for (int i = 0; i < points.Length; i++)
                {
                    for (int c = 0; c < 2 * pairs; c++)
                    {
                        block.Pointer[ShortRow.Place(i, pairs) + (c / 2 * ShortRow.PairStep) + (c % 2)] = points[i][c];
                    }
                }

                for (int count = 1; count <= ShortLanes<TVector, TSimd>.Rows; count++)
                {
                    short[][] rows = [.. Enumerable.Range(0, count).Select(_ => Row(draw, length))];
                    rows.SelectMany(row => row).ToArray().CopyTo(new Span<short>(x.Pointer, count * 2 * pairs));
                    int first = draw.Below(64) / at * at;
                    ShortLanes<TVector, TSimd>.Multiply(
                        new TileRows<short>(x.Pointer, 2 * pairs), count, block.Pointer + ShortRow.Place(first, pairs), pairs, products.Pointer, Prefetch.Nothing(x.Pointer), streams: count % 2 == 0);
                    for (int j = 0; j < count; j++)
                    {
                        for (int i = 0; i < at; i++)
                        {
                            Same.Value(Product(rows[j], points[first + i]), ((int*)products.Pointer)[(j * at) + i], $"{TSimd.Count} lanes, {count} rows, length {length}, row {j}, point {first + i}");
                        }
                    }
                }
            }
        }
    }

    private readonly struct Singles : IForEveryWidth
    {
        public void With<TVector, TSimd>()
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            Draw draw = new(TSimd.Count);
            foreach (int length in Lengths)
            {
                int pairs = (length + 1) / 2;
                short[][] lanes = [.. Enumerable.Range(0, TSimd.Count).Select(_ => Row(draw, length))];
                short[] row = Row(draw, length);
                short[] panel = [.. Enumerable.Range(0, pairs).SelectMany(p => lanes.SelectMany(lane => lane[(2 * p)..((2 * p) + 2)]))];
                short[] zeros = new short[2 * TSimd.Count]; // up to a whole vector
                fixed (short* x = (short[])[.. row, .. zeros], all = panel, one = (short[])[.. lanes[0], .. zeros])
                {
                    TVector products = ShortTile<TVector, TSimd>.MultiplyRow(x, all, TSimd.Count, pairs);
                    Same.Values<int>([.. lanes.Select(lane => Product(row, lane))], new ReadOnlySpan<int>(&products, TSimd.Count), $"{TSimd.Count} lanes, length {length}");

                    double exact = Product(row, lanes[0]);
                    double norms = Math.Sqrt((double)Product(row, row) * Product(lanes[0], lanes[0]));
                    ShortTile<TVector, TSimd>.Product(x, one, pairs).Should().BeInRange((float)(exact - (7 * norms / (1 << 24))), (float)(exact + (7 * norms / (1 << 24))), "it is rounded a few times");
                }
            }
        }
    }

    private readonly struct Conversions : IForEveryWidth
    {
        public void With<TVector, TSimd>()
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            float* values = stackalloc float[TSimd.Count];
            int* integers = stackalloc int[TSimd.Count];
            short* shorts = stackalloc short[TSimd.Count + 1];
            Draw draw = new(3);
            for (int i = 0; i < 500; i++)
            {
                for (int lane = 0; lane < TSimd.Count; lane++)
                {
                    values[lane] = i == 0 ? short.MaxValue : i == 1 ? -short.MaxValue : (float)draw.Between(-32_767, 32_767);
                    integers[lane] = (int)(uint)draw.Bits();
                }

                shorts[TSimd.Count] = 77;
                TSimd.StoreInt16(TSimd.Round(TSimd.Load(values)), shorts);
                TVector converted = TSimd.ConvertInt32(TSimd.Load((float*)integers));
                for (int lane = 0; lane < TSimd.Count; lane++)
                {
                    Math.Abs(values[lane] - shorts[lane]).Should().BeLessThanOrEqualTo(0.5f);
                    Same.Bits(integers[lane], ((float*)&converted)[lane], $"{integers[lane]} as a float");
                }

                shorts[TSimd.Count].Should().Be(77, "nothing is written past the lanes");
            }
        }
    }
}
