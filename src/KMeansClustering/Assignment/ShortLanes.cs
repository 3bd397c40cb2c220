using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>The <see cref="ShortTile{TVector, TSimd}"/> turned round: a lane is a point, read as it lies in <see cref="ShortRows{T}"/>, and up to six rows go against four vectors of points (two where there are 16 registers).</summary>
internal static unsafe class ShortLanes<TVector, TSimd>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    /// <summary>The most rows at once.</summary>
    public const int Rows = 6;

    /// <summary>Vectors of points at once.</summary>
    public static int Vectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSimd.ManyRegisters ? 4 : 2;
    }

    /// <summary>Points at once.</summary>
    public static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vectors * TSimd.Count;
    }

    /// <summary>The products of some rows with <see cref="Points"/> points: for each row so many vectors of integers.</summary>
    /// <param name="rows">Rows, pair after pair.</param>
    /// <param name="count">How many, up to <see cref="Rows"/>.</param>
    /// <param name="points">The first point.</param>
    /// <param name="pairs">Pairs of values in a row.</param>
    /// <param name="products">Receives them.</param>
    /// <param name="upcoming">What to fetch from memory meanwhile, a step for each pair: a line, or</param>
    /// <param name="streams">as many as are read.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in TileRows<short> rows, int count, short* points, int pairs, TVector* products, Prefetch upcoming, bool streams)
    {
        // Of four vectors of 16 points each step reads four lines, of two shorter ones at most one.
        if (streams && TSimd.ManyRegisters)
        {
            Multiply<Four>(rows, count, points, pairs, products, upcoming);
        }
        else
        {
            Multiply<One>(rows, count, points, pairs, products, upcoming);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<TLines>(in TileRows<short> rows, int count, short* points, int pairs, TVector* products, Prefetch upcoming)
        where TLines : struct, ISmallNumber
    {
        switch (count)
        {
            case 1: Multiply<One, TLines>(rows, points, pairs, products, upcoming); break;
            case 2: Multiply<Two, TLines>(rows, points, pairs, products, upcoming); break;
            case 3: Multiply<Three, TLines>(rows, points, pairs, products, upcoming); break;
            case 4: Multiply<Four, TLines>(rows, points, pairs, products, upcoming); break;
            case 5: Multiply<Five, TLines>(rows, points, pairs, products, upcoming); break;
            default: Multiply<Six, TLines>(rows, points, pairs, products, upcoming); break;
        }
    }

    /// <summary>The scores of a vector of points and one row.</summary>
    /// <param name="products">Integers.</param>
    /// <param name="steps">The points'.</param>
    /// <param name="minusStep">The row's, negated.</param>
    /// <param name="offset">Where its score begins.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Score(TVector products, TVector steps, float minusStep, float offset) =>
        TSimd.MultiplyAdd(TSimd.Multiply(TSimd.ConvertInt32(products), steps), TSimd.Create(minusStep), TSimd.Create(offset));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<TRows, TLines>(in TileRows<short> rows, short* points, int pairs, TVector* products, Prefetch upcoming)
        where TRows : struct, ISmallNumber
        where TLines : struct, ISmallNumber
    {
        TVector a00 = default, a01 = default, a02 = default, a03 = default,
            a10 = default, a11 = default, a12 = default, a13 = default,
            a20 = default, a21 = default, a22 = default, a23 = default,
            a30 = default, a31 = default, a32 = default, a33 = default,
            a40 = default, a41 = default, a42 = default, a43 = default,
            a50 = default, a51 = default, a52 = default, a53 = default;
        TVector y2 = default, y3 = default;
        short* x0 = rows.X0, x1 = rows.X1, x2 = rows.X2, x3 = rows.X3, x4 = rows.X4, x5 = rows.X5;

        // Vectors lie side by side in a block, then block by block.
        nint next = ShortRow.Place(TSimd.Count, pairs), third = ShortRow.Place(2 * TSimd.Count, pairs), fourth = ShortRow.Place(3 * TSimd.Count, pairs);
        var fetch = upcoming.Next;
        var fetchStep = upcoming.StepBytes;
        for (nint p = 0; p < 2 * pairs; p += 2, points += ShortRow.PairStep)
        {
            Prefetch.Line(fetch);
            if (TLines.Count > 1)
            {
                Prefetch.Line(fetch + 64);
                Prefetch.Line(fetch + 128);
                Prefetch.Line(fetch + 192);
            }

            fetch += fetchStep;
            var y0 = TSimd.LoadPairs(points);
            var y1 = TSimd.LoadPairs(points + next);
            if (TSimd.ManyRegisters)
            {
                y2 = TSimd.LoadPairs(points + third);
                y3 = TSimd.LoadPairs(points + fourth);
            }

            var x = TSimd.CreatePair(x0 + p);
            a00 = TSimd.AddProducts(a00, x, y0);
            a01 = TSimd.AddProducts(a01, x, y1);
            a02 = TSimd.ManyRegisters ? TSimd.AddProducts(a02, x, y2) : a02;
            a03 = TSimd.ManyRegisters ? TSimd.AddProducts(a03, x, y3) : a03;
            if (TRows.Count > 1)
            {
                x = TSimd.CreatePair(x1 + p);
                a10 = TSimd.AddProducts(a10, x, y0);
                a11 = TSimd.AddProducts(a11, x, y1);
                a12 = TSimd.ManyRegisters ? TSimd.AddProducts(a12, x, y2) : a12;
                a13 = TSimd.ManyRegisters ? TSimd.AddProducts(a13, x, y3) : a13;
            }

            if (TRows.Count > 2)
            {
                x = TSimd.CreatePair(x2 + p);
                a20 = TSimd.AddProducts(a20, x, y0);
                a21 = TSimd.AddProducts(a21, x, y1);
                a22 = TSimd.ManyRegisters ? TSimd.AddProducts(a22, x, y2) : a22;
                a23 = TSimd.ManyRegisters ? TSimd.AddProducts(a23, x, y3) : a23;
            }

            if (TRows.Count > 3)
            {
                x = TSimd.CreatePair(x3 + p);
                a30 = TSimd.AddProducts(a30, x, y0);
                a31 = TSimd.AddProducts(a31, x, y1);
                a32 = TSimd.ManyRegisters ? TSimd.AddProducts(a32, x, y2) : a32;
                a33 = TSimd.ManyRegisters ? TSimd.AddProducts(a33, x, y3) : a33;
            }

            if (TRows.Count > 4)
            {
                x = TSimd.CreatePair(x4 + p);
                a40 = TSimd.AddProducts(a40, x, y0);
                a41 = TSimd.AddProducts(a41, x, y1);
                a42 = TSimd.ManyRegisters ? TSimd.AddProducts(a42, x, y2) : a42;
                a43 = TSimd.ManyRegisters ? TSimd.AddProducts(a43, x, y3) : a43;
            }

            if (TRows.Count > 5)
            {
                x = TSimd.CreatePair(x5 + p);
                a50 = TSimd.AddProducts(a50, x, y0);
                a51 = TSimd.AddProducts(a51, x, y1);
                a52 = TSimd.ManyRegisters ? TSimd.AddProducts(a52, x, y2) : a52;
                a53 = TSimd.ManyRegisters ? TSimd.AddProducts(a53, x, y3) : a53;
            }
        }

        Store(products, a00, a01, a02, a03);
        if (TRows.Count > 1)
        {
            Store(products + Vectors, a10, a11, a12, a13);
        }

        if (TRows.Count > 2)
        {
            Store(products + (2 * Vectors), a20, a21, a22, a23);
        }

        if (TRows.Count > 3)
        {
            Store(products + (3 * Vectors), a30, a31, a32, a33);
        }

        if (TRows.Count > 4)
        {
            Store(products + (4 * Vectors), a40, a41, a42, a43);
        }

        if (TRows.Count > 5)
        {
            Store(products + (5 * Vectors), a50, a51, a52, a53);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector* products, TVector a0, TVector a1, TVector a2, TVector a3)
    {
        products[0] = a0;
        products[1] = a1;
        if (TSimd.ManyRegisters)
        {
            products[2] = a2;
            products[3] = a3;
        }
    }
}
