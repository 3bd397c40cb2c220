using System.Numerics;
using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Fluent;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;
using TestData = KMeansClustering.Tests.Support.TestData;

namespace KMeansClustering.Tests;

/// <summary>The direction of a row, with vectors of every width that this machine has.</summary>
public abstract unsafe class UnitRowTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Dimensions = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 64, 100, 301, 1_536];

    private static bool IsFloat => typeof(T) == typeof(float);

    /// <summary>What rounding alone can add to or take from a squared length of 1.</summary>
    private static double Rounding(int d) => (IsFloat ? 2 * Math.ScaleB(1, -24) : 0) + ((d + 5) * Math.ScaleB(1, -52));

    public static TheoryData<DataKind> Kinds => [.. Enum.GetValues<DataKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_is_what_the_plain_loops_find_and_its_own_direction(DataKind kind) => ForEachDimension((d, unit) =>
    {
        T[] rows = TestData.Directed(TestData.Points<T>(kind, 9, d, seed: d), d);
        foreach (T[] row in rows.Chunk(d))
        {
            T[] expected = PlainDirection.OfEach(row, d);
            T[] found = Normalise(unit, row);

            Same.Bits<T>(expected, found, $"d = {d}, {unit.GetType()}");
            IsUnit(unit, found).Should().BeTrue();
            Same.Bits<T>(found, Normalise(unit, found), $"twice, d = {d}");
            double squares = found.Sum(x => double.CreateChecked(x) * double.CreateChecked(x));
            squares.Should().BeInRange(1 - Rounding(d), 1 + Rounding(d), $"d = {d}");
        }
    });

    /// <summary>Without any of the definition's steps: x̂ points where x does, to within the rounding of d sums, a root, a quotient and T.</summary>
    [Fact]
    public void It_is_x_divided_by_its_length()
    {
        double allowed = (IsFloat ? Math.ScaleB(1, -24) : 0) + (110 * Math.ScaleB(1, -53));
        ForEachDimension((d, unit) =>
        {
            T[] row = TestData.Points<T>(DataKind.Clustered, 1, d, seed: d);
            T[] found = Normalise(unit, row);
            ExactNumber squares = row.Aggregate(ExactNumber.Zero, (sum, x) => sum + (ExactNumber.From(x) * ExactNumber.From(x)));
            for (int p = 0; p < d; p++)
            {
                (ExactNumber x, ExactNumber y) = (ExactNumber.From(row[p]), ExactNumber.From(found[p]));
                double share = ExactNumber.Divide<double>(y * y * squares, x * x);
                Math.Abs(Math.Sqrt(share) - 1).Should().BeLessThan(allowed * (d > 300 ? 3 : 1), $"d = {d}, column {p}");
                T.Sign(found[p]).Should().Be(T.Sign(row[p]));
            }
        });
    }

    [Fact]
    public void Neither_the_largest_nor_the_smallest_numbers_overflow_or_vanish()
    {
        T three = T.CreateChecked(3);
        T four = T.CreateChecked(4);
        T largest = T.CreateChecked(IsFloat ? float.MaxValue : double.MaxValue) / T.CreateChecked(8);
        foreach (T scale in new[] { largest, T.CreateChecked(IsFloat ? 1e37 : 1e300), T.One, T.CreateChecked(IsFloat ? 1e-37 : 1e-300), T.Epsilon })
        {
            T tiny = scale > T.One ? T.One / scale : T.Zero;
            foreach (UnitRow<T> unit in AllWidths(3))
            {
                using (unit)
                {
                    T[] found = Normalise(unit, [three * scale, -four * scale, tiny]);

                    double.CreateChecked(found[0]).Should().BeApproximately(0.6, 1e-7, $"{scale:R}");
                    double.CreateChecked(found[1]).Should().BeApproximately(-0.8, 1e-7, $"{scale:R}");
                    double.CreateChecked(found[2]).Should().BeInRange(0, 1e-70, $"{scale:R}");
                }
            }
        }
    }

    [Fact]
    public void A_row_times_a_power_of_two_has_the_same_direction_bit_for_bit() => ForAll((row, power) =>
    {
        T[] scaled = Array.ConvertAll(row, x => T.ScaleB(x, power));
        using UnitRow<T> unit = UnitRow<T>.Create(row.Length);

        T[] direction = Normalise(unit, row);
        Same.Bits<T>(direction, Normalise(unit, scaled), "the direction of a multiple");
        Same.Bits<T>(direction, Normalise(unit, Array.ConvertAll(direction, x => T.ScaleB(x, power / 2))), "the direction of a direction's multiple");
        IsUnit(unit, direction).Should().BeTrue();
        IsUnit(unit, Array.ConvertAll(direction, x => x + x)).Should().BeFalse("its length is 2");
    });

    [Fact]
    public void A_row_whose_length_is_1_but_for_the_tolerance_is_taken_as_it_is()
    {
        foreach (int d in new[] { 2, 100 })
        {
            using UnitRow<T> unit = UnitRow<T>.Create(d);
            T[] direction = Normalise(unit, TestData.Points<T>(DataKind.Uniform, 1, d));
            double tolerance = UnitRow<T>.Tolerance(d);
            foreach ((double off, bool isUnit) in new[] { (0.2, true), (-0.2, true), (2.5, false), (-2.5, false) })
            {
                // The direction's own rounding is an eighth of the tolerance in float, up to two thirds in double.
                T[] row = Array.ConvertAll(direction, x => T.CreateChecked(double.CreateChecked(x) * Math.Sqrt(1 + (off * tolerance))));

                IsUnit(unit, row).Should().Be(isUnit, $"{off} tolerances, d = {d}");
                Normalise(unit, row).AsSpan().SequenceEqual(row).Should().Be(isUnit);
            }
        }
    }

    [Fact]
    public void Zeros_have_no_direction()
    {
        ForEachDimension((d, unit) =>
        {
            T[] zeros = new T[d];
            zeros[d / 2] = T.NegativeZero;
            fixed (T* x = zeros)
            {
                unit.TryNormalise(x, x).Should().BeFalse();
                unit.IsUnit(x).Should().BeFalse();
            }
        });
        UnitRow<T>.Normalise([T.One, T.One, T.Zero, T.Zero, T.Zero, T.Zero], 2).Should().Be(1);
        UnitRow<T>.Normalise([T.One, T.One], 2).Should().Be(-1);
    }

    [Fact]
    public void What_is_not_finite_stays_in_its_column()
    {
        ForEachDimension((d, unit) =>
        {
            foreach (T odd in new[] { T.NaN, T.PositiveInfinity, T.NegativeInfinity })
            {
                foreach (T rest in new[] { T.Zero, T.One, T.MaxNumber(T.Epsilon, T.CreateChecked(1e-300)) })
                {
                    T[] row = new T[d];
                    Array.Fill(row, rest);
                    row[d - 1] = odd;
                    T[] found = Normalise(unit, row);

                    IsUnit(unit, row).Should().BeTrue("the survey refuses it");
                    Array.FindIndex(found, x => !T.IsFinite(x)).Should().Be(d - 1);
                }
            }
        });
    }

    private static T[] Normalise(UnitRow<T> unit, T[] row)
    {
        T[] direction = new T[row.Length + 1];
        direction[^1] = T.NaN;
        T[] inPlace = [.. row];
        fixed (T* x = row, y = direction, z = inPlace)
        {
            unit.TryNormalise(x, y).Should().BeTrue();
            unit.TryNormalise(z, z).Should().BeTrue();
        }

        T.IsNaN(direction[^1]).Should().BeTrue("nothing is written past the row");
        Same.Bits<T>(direction.AsSpan(0, row.Length), inPlace, "in place");
        return inPlace;
    }

    private static bool IsUnit(UnitRow<T> unit, T[] row)
    {
        fixed (T* x = row)
        {
            return unit.IsUnit(x);
        }
    }

    private static void ForEachDimension(Action<int, UnitRow<T>> test)
    {
        foreach (int d in Dimensions)
        {
            foreach (UnitRow<T> unit in AllWidths(d))
            {
                using (unit)
                {
                    test(d, unit);
                }
            }
        }
    }

    private static List<UnitRow<T>> AllWidths(int dimensions)
    {
        List<UnitRow<T>> widths = [new UnitRow<T>.OfWidth<double, SimdScalar<double>>(dimensions)];
        if (Vector128.IsHardwareAccelerated)
        {
            widths.Add(new UnitRow<T>.OfWidth<Vector128<double>, Simd128<double>>(dimensions));
        }

        if (Vector256.IsHardwareAccelerated)
        {
            widths.Add(new UnitRow<T>.OfWidth<Vector256<double>, Simd256<double>>(dimensions));
        }

        if (Vector512.IsHardwareAccelerated)
        {
            widths.Add(new UnitRow<T>.OfWidth<Vector512<double>, Simd512<double>>(dimensions));
        }

        return widths;
    }

    /// <summary>Rows of mantissas and magnitudes of any kind, not all zeros, that a power of two within ±60 (float) or ±900 (double) brings neither to infinity nor among the subnormal numbers.</summary>
    private static void ForAll(Action<T[], int> holds)
    {
        int reach = IsFloat ? 60 : 900;
        Gen<T[]> rows =
            from d in Gen.Choose(1, 40)
            from mantissas in Gen.ArrayOf(Gen.Choose(-(1 << 23), 1 << 23), d)
            from exponents in Gen.ArrayOf(Gen.Choose(-20, 20), d)
            select mantissas.Select((m, p) => T.ScaleB(T.CreateChecked(p == 0 && m == 0 ? 1 : m), exponents[p] - 23)).ToArray();
        Prop.ForAll(Arb.From(rows), Arb.From(Gen.Choose(-reach, reach)), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }
}

public sealed class FloatUnitRowTests : UnitRowTests<float>;

public sealed class DoubleUnitRowTests : UnitRowTests<double>;
