using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>What all widths of vectors have in common.</summary>
internal static class ShortTile
{
    /// <summary>More than a score's roundings: the integer's, the two steps', the offset's; or those of the lanes' sum.</summary>
    public const int Roundings = 8;

    /// <summary>Points in a tile.</summary>
    public const int Rows = 6;
}

/// <summary>The <see cref="Tile{T, TVector, TSimd}"/> of rows in the <see cref="ShortForm{T}"/>: products of six points with one panel of centroids, two values at a time, in exact 32-bit integers. A lane is a centroid.</summary>
internal static unsafe class ShortTile<TVector, TSimd>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, float>
{
    /// <summary>Vectors in a full panel.</summary>
    public static int MaxColumns => TSimd.ManyRegisters ? 4 : 2;

    /// <summary>The products of six rows with one panel: six times so many vectors of integers as it is wide.</summary>
    /// <param name="x">Six rows.</param>
    /// <param name="panel">The panel's centroids, pair by pair, and</param>
    /// <param name="columns">its width in vectors.</param>
    /// <param name="pairs">Pairs of values in a row.</param>
    /// <param name="products">Receives them.</param>
    /// <param name="upcoming">What to fetch from memory meanwhile, a step for each pair.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in TileRows<short> x, short* panel, int columns, int pairs, TVector* products, Prefetch upcoming)
    {
        switch (columns)
        {
            case 1: Multiply<One>(x, panel, pairs, products, upcoming); break;
            case 2: Multiply<Two>(x, panel, pairs, products, upcoming); break;
            case 3: Multiply<Three>(x, panel, pairs, products, upcoming); break;
            default: Multiply<Four>(x, panel, pairs, products, upcoming); break;
        }
    }

    /// <summary>The product of one row with one vector of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static TVector MultiplyRow(short* x, short* centroids, int width, int pairs)
    {
        var sum = TSimd.Create(0);
        for (var p = 0; p < pairs; p++)
        {
            sum = TSimd.AddProducts(sum, TSimd.CreatePair(x + (2 * p)), TSimd.LoadPairs(centroids + ((nint)p * 2 * width)));
        }

        return sum;
    }

    /// <summary>The product of two rows, which are read to a whole vector: zeros in one of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Product(short* x, short* y, int pairs)
    {
        var sum = TSimd.Create(0);
        for (var p = 0; p < pairs; p += TSimd.Count)
        {
            sum = TSimd.AddProducts(sum, TSimd.LoadPairs(x + (2 * p)), TSimd.LoadPairs(y + (2 * p)));
        }

        return TSimd.SumAcross(TSimd.ConvertInt32(sum));
    }

    /// <summary>The scores of a row, from its products with a vector of centroids.</summary>
    /// <param name="products">Integers.</param>
    /// <param name="step">The row's.</param>
    /// <param name="minusSteps">The centroids', negated.</param>
    /// <param name="offsets">Where each centroid's score begins.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Score(TVector products, TVector step, float* minusSteps, float* offsets) =>
        TSimd.MultiplyAdd(TSimd.Multiply(TSimd.ConvertInt32(products), TSimd.Load(minusSteps)), step, TSimd.Load(offsets));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<TColumns>(in TileRows<short> rows, short* panel, int pairs, TVector* products, Prefetch upcoming)
        where TColumns : struct, ISmallNumber
    {
        TVector a00 = default, a01 = default, a02 = default, a03 = default,
            a10 = default, a11 = default, a12 = default, a13 = default,
            a20 = default, a21 = default, a22 = default, a23 = default,
            a30 = default, a31 = default, a32 = default, a33 = default,
            a40 = default, a41 = default, a42 = default, a43 = default,
            a50 = default, a51 = default, a52 = default, a53 = default;
        TVector c1 = default, c2 = default, c3 = default;
        short* x0 = rows.X0, x1 = rows.X1, x2 = rows.X2, x3 = rows.X3, x4 = rows.X4, x5 = rows.X5;
        var fetch = upcoming.Next;
        var fetchStep = upcoming.StepBytes;
        for (nint p = 0; p < 2 * pairs; p += 2)
        {
            Prefetch.Line(fetch);
            fetch += fetchStep;
            var c0 = TSimd.LoadPairs(panel);
            if (TColumns.Count > 1)
            {
                c1 = TSimd.LoadPairs(panel + (2 * TSimd.Count));
            }

            if (TColumns.Count > 2)
            {
                c2 = TSimd.LoadPairs(panel + (4 * TSimd.Count));
            }

            if (TColumns.Count > 3)
            {
                c3 = TSimd.LoadPairs(panel + (6 * TSimd.Count));
            }

            panel += TColumns.Count * 2 * TSimd.Count;

            var x = TSimd.CreatePair(x0 + p);
            a00 = TSimd.AddProducts(a00, x, c0);
            a01 = TColumns.Count > 1 ? TSimd.AddProducts(a01, x, c1) : a01;
            a02 = TColumns.Count > 2 ? TSimd.AddProducts(a02, x, c2) : a02;
            a03 = TColumns.Count > 3 ? TSimd.AddProducts(a03, x, c3) : a03;

            x = TSimd.CreatePair(x1 + p);
            a10 = TSimd.AddProducts(a10, x, c0);
            a11 = TColumns.Count > 1 ? TSimd.AddProducts(a11, x, c1) : a11;
            a12 = TColumns.Count > 2 ? TSimd.AddProducts(a12, x, c2) : a12;
            a13 = TColumns.Count > 3 ? TSimd.AddProducts(a13, x, c3) : a13;

            x = TSimd.CreatePair(x2 + p);
            a20 = TSimd.AddProducts(a20, x, c0);
            a21 = TColumns.Count > 1 ? TSimd.AddProducts(a21, x, c1) : a21;
            a22 = TColumns.Count > 2 ? TSimd.AddProducts(a22, x, c2) : a22;
            a23 = TColumns.Count > 3 ? TSimd.AddProducts(a23, x, c3) : a23;

            x = TSimd.CreatePair(x3 + p);
            a30 = TSimd.AddProducts(a30, x, c0);
            a31 = TColumns.Count > 1 ? TSimd.AddProducts(a31, x, c1) : a31;
            a32 = TColumns.Count > 2 ? TSimd.AddProducts(a32, x, c2) : a32;
            a33 = TColumns.Count > 3 ? TSimd.AddProducts(a33, x, c3) : a33;

            x = TSimd.CreatePair(x4 + p);
            a40 = TSimd.AddProducts(a40, x, c0);
            a41 = TColumns.Count > 1 ? TSimd.AddProducts(a41, x, c1) : a41;
            a42 = TColumns.Count > 2 ? TSimd.AddProducts(a42, x, c2) : a42;
            a43 = TColumns.Count > 3 ? TSimd.AddProducts(a43, x, c3) : a43;

            x = TSimd.CreatePair(x5 + p);
            a50 = TSimd.AddProducts(a50, x, c0);
            a51 = TColumns.Count > 1 ? TSimd.AddProducts(a51, x, c1) : a51;
            a52 = TColumns.Count > 2 ? TSimd.AddProducts(a52, x, c2) : a52;
            a53 = TColumns.Count > 3 ? TSimd.AddProducts(a53, x, c3) : a53;
        }

        TileColumns<TVector>.Store<TColumns>(products + (0 * TColumns.Count), a00, a01, a02, a03);
        TileColumns<TVector>.Store<TColumns>(products + (1 * TColumns.Count), a10, a11, a12, a13);
        TileColumns<TVector>.Store<TColumns>(products + (2 * TColumns.Count), a20, a21, a22, a23);
        TileColumns<TVector>.Store<TColumns>(products + (3 * TColumns.Count), a30, a31, a32, a33);
        TileColumns<TVector>.Store<TColumns>(products + (4 * TColumns.Count), a40, a41, a42, a43);
        TileColumns<TVector>.Store<TColumns>(products + (5 * TColumns.Count), a50, a51, a52, a53);
    }
}
