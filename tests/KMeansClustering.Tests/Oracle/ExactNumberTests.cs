using System.Numerics;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests.Oracle;

/// <summary>The oracle must be right itself.</summary>
public sealed class ExactNumberTests
{
    private static readonly double[] Edges =
    [
        0, 1, -1, 0.1, 1e300, -1e300, 1e-300, double.Epsilon, -3 * double.Epsilon, double.MaxValue, 2.2250738585072014E-308, 1 + 2.220446049250313E-16,
    ];

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Fact]
    public void A_double_comes_back_as_it_was()
    {
        foreach (double value in Edges)
        {
            ExactNumber.From(value).ToDouble().Should().Be(value);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Arithmetic_rounded_once_is_what_the_hardware_computes(int seed)
    {
        Draw draw = new(seed);
        for (int i = 0; i < 3_000; i++)
        {
            (double a, double b) = (Any(draw), Any(draw));
            (ExactNumber x, ExactNumber y) = (ExactNumber.From(a), ExactNumber.From(b));
            Same.Bits(a + b, (x + y).ToDouble() + 0.0, $"{a:R} + {b:R}");
            Same.Bits(a - b, (x - y).ToDouble() + 0.0, $"{a:R} - {b:R}");
            Same.Value(a < b, x < y, $"{a:R} < {b:R}");
            Same.Value(a >= b, x >= y, $"{a:R} >= {b:R}");
            Same.Bits(Math.Abs(a * b), Math.Abs((x * y).ToDouble()), $"{a:R} * {b:R}");
            if (b != 0)
            {
                Same.Bits(Math.Abs(a / b), Math.Abs(ExactNumber.Divide<double>(x, y)), $"{a:R} / {b:R}");
            }

            Same.Bits((float)a + 0f, ExactNumber.Divide<float>(x, ExactNumber.From(1)) + 0f, $"(float){a:R}");
        }
    }

    /// <summary>Edges, or anything finite whose products and quotients include subnormal and infinite ones.</summary>
    private static double Any(Draw draw)
    {
        if (draw.Below(8) == 0)
        {
            return Edges[draw.Below(Edges.Length)];
        }

        double value = BitConverter.UInt64BitsToDouble(draw.Bits());
        return double.IsFinite(value) ? value : BitOperations.PopCount(draw.Bits());
    }
}
