using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The inner loop of everything fast: dot products of six points with one panel of centroids, in registers. A lane is a
/// centroid; a panel is up to four vectors wide, so 24 accumulators of 32 registers (two wide where there are 16).
/// </summary>
/// <remarks>
/// Written out rather than looped, for the JIT keeps in registers only what has a name. The tests on
/// <c>TColumns.Count</c> are constants when it compiles: a narrow panel has no trace of the wide one's code.
/// Chains of additions are cut every <see cref="ChainLength"/> dimensions, which bounds their rounding error (see <see cref="Margin{T}"/>).
/// </remarks>
internal static unsafe class Tile<T, TVector, TSimd>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    /// <summary>Points in a tile.</summary>
    public const int Rows = 6;

    /// <summary>The longest chain of additions into one accumulator.</summary>
    public const int ChainLength = 128;

    /// <summary>Vectors in a full panel.</summary>
    public static int MaxColumns => TSimd.ManyRegisters ? 4 : 2;

    /// <summary>The roundings on the longest path of a dot product: a chain, with the product's own where the hardware does not fuse it, and the sum of the chains.</summary>
    public static int Roundings(int dimensions) =>
        Math.Min(dimensions, ChainLength) + 1 + ((dimensions + ChainLength - 1) / ChainLength);

    /// <summary>
    /// Folds the scores of six rows of x against one panel into the rows' states: for each lane the lowest score so far, the second lowest, and the
    /// number of the vector that holds the lowest.
    /// </summary>
    /// <param name="x">Six packed rows.</param>
    /// <param name="panel">The panel's centroids, negated, and</param>
    /// <param name="columns">its width in vectors.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="offsets">Where each centroid's score begins.</param>
    /// <param name="numbers">Each lane's vector number, as bits.</param>
    /// <param name="states">Six times three vectors.</param>
    /// <param name="partial">Room for 24 vectors.</param>
    /// <param name="upcoming">What to fetch from memory meanwhile, a step for each dimension.</param>
    public static void Score(in TileRows<T> x, T* panel, int columns, int dimensions, T* offsets, T* numbers, TVector* states, TVector* partial, Prefetch upcoming)
    {
        switch (columns)
        {
            case 1: Score<One>(x, panel, dimensions, offsets, numbers, states, partial, upcoming); break;
            case 2: Score<Two>(x, panel, dimensions, offsets, numbers, states, partial, upcoming); break;
            case 3: Score<Three>(x, panel, dimensions, offsets, numbers, states, partial, upcoming); break;
            default: Score<Four>(x, panel, dimensions, offsets, numbers, states, partial, upcoming); break;
        }
    }

    /// <summary>The states of a block of packed rows after all panels: three vectors for each row.</summary>
    /// <param name="rows">The block. Rows past the count hold an earlier block's points: their scores are made and not read.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="centroids">The panels.</param>
    /// <param name="states">Receives them, with room for whole tiles.</param>
    /// <param name="partial">Room for 24 vectors.</param>
    /// <param name="upcoming">What to fetch from memory meanwhile, a step for each dimension of each tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ScoreBlock(RowPacker<T, TVector, TSimd> rows, int count, PackedCentroids<T> centroids, TVector* states, TVector* partial, Prefetch upcoming)
    {
        var none = TSimd.Create(T.PositiveInfinity);
        for (var i = 0; i < 3 * count; i++)
        {
            states[i] = none;
        }

        for (var vector = 0; vector < centroids.VectorCount; vector += centroids.PanelColumns)
        {
            var columns = centroids.ColumnsAt(vector);
            var panel = centroids.Panel(vector);
            var offsets = centroids.Offsets + (vector * TSimd.Count);
            var numbers = centroids.Numbers + (vector * TSimd.Count);
            for (var row = 0; row < count; row += Rows)
            {
                Score(new TileRows<T>(rows.Row(row), rows.Stride), panel, columns, centroids.Dimensions, offsets, numbers, states + (3 * row), partial, upcoming);
                upcoming = upcoming.After(centroids.Dimensions);
            }
        }
    }

    /// <summary>The bare products of six rows with one panel: six times so many vectors as it is wide.</summary>
    public static void Multiply(in TileRows<T> x, T* panel, int columns, int dimensions, TVector* products)
    {
        switch (columns)
        {
            case 1: Multiply<One>(x, panel, dimensions, products); break;
            case 2: Multiply<Two>(x, panel, dimensions, products); break;
            case 3: Multiply<Three>(x, panel, dimensions, products); break;
            default: Multiply<Four>(x, panel, dimensions, products); break;
        }
    }

    /// <summary>The scores of one row against one vector of a panel.</summary>
    /// <param name="x">A packed row.</param>
    /// <param name="centroids">The vector's first value in its panel.</param>
    /// <param name="width">The panel's width in values.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="offsets">Where each of the vector's scores begins.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static TVector ScoreRow(T* x, T* centroids, int width, int dimensions, T* offsets)
    {
        var total = TSimd.Create(T.Zero);
        for (var start = 0; start < dimensions; start += ChainLength)
        {
            var end = Math.Min(start + ChainLength, dimensions);
            var chain = TSimd.Create(T.Zero);
            for (var p = start; p < end; p++)
            {
                chain = TSimd.MultiplyAdd(TSimd.Create(x[p]), TSimd.Load(centroids + ((nint)p * width)), chain);
            }

            total = TSimd.Add(total, chain);
        }

        return TSimd.Add(TSimd.Load(offsets), total);
    }

    private static void Multiply<TColumns>(in TileRows<T> x, T* panel, int dimensions, TVector* products)
        where TColumns : struct, ISmallNumber
    {
        for (var start = 0; start < dimensions; start += ChainLength)
        {
            Chain<TColumns>(x, start, panel, Math.Min(ChainLength, dimensions - start), start > 0, products, null, null, null, Prefetch.Nothing(x.X0));
            panel += ChainLength * TColumns.Count * TSimd.Count;
        }
    }

    private static void Score<TColumns>(in TileRows<T> x, T* panel, int dimensions, T* offsets, T* numbers, TVector* states, TVector* partial, Prefetch upcoming)
        where TColumns : struct, ISmallNumber
    {
        var start = 0;
        for (; dimensions - start > ChainLength; start += ChainLength)
        {
            Chain<TColumns>(x, start, panel, ChainLength, start > 0, partial, null, null, null, upcoming.After(start));
            panel += ChainLength * TColumns.Count * TSimd.Count;
        }

        Chain<TColumns>(x, start, panel, dimensions - start, start > 0, partial, offsets, numbers, states, upcoming.After(start));
    }

    // One chain of additions. The partial products of earlier chains are added to it; without states they are all it leaves.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Chain<TColumns>(
        in TileRows<T> rows, int start, T* panel, int length, bool continues, TVector* partial, T* offsets, T* numbers, TVector* states, Prefetch upcoming)
        where TColumns : struct, ISmallNumber
    {
        TVector a00 = default, a01 = default, a02 = default, a03 = default,
            a10 = default, a11 = default, a12 = default, a13 = default,
            a20 = default, a21 = default, a22 = default, a23 = default,
            a30 = default, a31 = default, a32 = default, a33 = default,
            a40 = default, a41 = default, a42 = default, a43 = default,
            a50 = default, a51 = default, a52 = default, a53 = default;
        TVector c1 = default, c2 = default, c3 = default;
        T* x0 = rows.X0 + start, x1 = rows.X1 + start, x2 = rows.X2 + start, x3 = rows.X3 + start, x4 = rows.X4 + start, x5 = rows.X5 + start;
        var fetch = upcoming.Next;
        var fetchStep = upcoming.StepBytes;
        for (nint p = 0; p < length; p++)
        {
            Prefetch.Line(fetch);
            fetch += fetchStep;
            var c0 = TSimd.Load(panel);
            if (TColumns.Count > 1)
            {
                c1 = TSimd.Load(panel + TSimd.Count);
            }

            if (TColumns.Count > 2)
            {
                c2 = TSimd.Load(panel + (2 * TSimd.Count));
            }

            if (TColumns.Count > 3)
            {
                c3 = TSimd.Load(panel + (3 * TSimd.Count));
            }

            panel += TColumns.Count * TSimd.Count;

            var x = TSimd.Create(x0[p]);
            a00 = TSimd.MultiplyAdd(x, c0, a00);
            a01 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a01) : a01;
            a02 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a02) : a02;
            a03 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a03) : a03;

            x = TSimd.Create(x1[p]);
            a10 = TSimd.MultiplyAdd(x, c0, a10);
            a11 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a11) : a11;
            a12 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a12) : a12;
            a13 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a13) : a13;

            x = TSimd.Create(x2[p]);
            a20 = TSimd.MultiplyAdd(x, c0, a20);
            a21 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a21) : a21;
            a22 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a22) : a22;
            a23 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a23) : a23;

            x = TSimd.Create(x3[p]);
            a30 = TSimd.MultiplyAdd(x, c0, a30);
            a31 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a31) : a31;
            a32 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a32) : a32;
            a33 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a33) : a33;

            x = TSimd.Create(x4[p]);
            a40 = TSimd.MultiplyAdd(x, c0, a40);
            a41 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a41) : a41;
            a42 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a42) : a42;
            a43 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a43) : a43;

            x = TSimd.Create(x5[p]);
            a50 = TSimd.MultiplyAdd(x, c0, a50);
            a51 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a51) : a51;
            a52 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a52) : a52;
            a53 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a53) : a53;
        }

        if (continues)
        {
            AddPartial<TColumns>(partial + (0 * TColumns.Count), ref a00, ref a01, ref a02, ref a03);
            AddPartial<TColumns>(partial + (1 * TColumns.Count), ref a10, ref a11, ref a12, ref a13);
            AddPartial<TColumns>(partial + (2 * TColumns.Count), ref a20, ref a21, ref a22, ref a23);
            AddPartial<TColumns>(partial + (3 * TColumns.Count), ref a30, ref a31, ref a32, ref a33);
            AddPartial<TColumns>(partial + (4 * TColumns.Count), ref a40, ref a41, ref a42, ref a43);
            AddPartial<TColumns>(partial + (5 * TColumns.Count), ref a50, ref a51, ref a52, ref a53);
        }

        if (states == null)
        {
            TileColumns<TVector>.Store<TColumns>(partial + (0 * TColumns.Count), a00, a01, a02, a03);
            TileColumns<TVector>.Store<TColumns>(partial + (1 * TColumns.Count), a10, a11, a12, a13);
            TileColumns<TVector>.Store<TColumns>(partial + (2 * TColumns.Count), a20, a21, a22, a23);
            TileColumns<TVector>.Store<TColumns>(partial + (3 * TColumns.Count), a30, a31, a32, a33);
            TileColumns<TVector>.Store<TColumns>(partial + (4 * TColumns.Count), a40, a41, a42, a43);
            TileColumns<TVector>.Store<TColumns>(partial + (5 * TColumns.Count), a50, a51, a52, a53);
            return;
        }

        Fold<TColumns>(states + (3 * 0), offsets, numbers, a00, a01, a02, a03);
        Fold<TColumns>(states + (3 * 1), offsets, numbers, a10, a11, a12, a13);
        Fold<TColumns>(states + (3 * 2), offsets, numbers, a20, a21, a22, a23);
        Fold<TColumns>(states + (3 * 3), offsets, numbers, a30, a31, a32, a33);
        Fold<TColumns>(states + (3 * 4), offsets, numbers, a40, a41, a42, a43);
        Fold<TColumns>(states + (3 * 5), offsets, numbers, a50, a51, a52, a53);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold<TColumns>(TVector* state, T* offsets, T* numbers, TVector a0, TVector a1, TVector a2, TVector a3)
        where TColumns : struct, ISmallNumber
    {
        var best = state[0];
        var second = state[1];
        var number = state[2];
        Fold(ref best, ref second, ref number, a0, offsets, numbers, 0);
        if (TColumns.Count > 1)
        {
            Fold(ref best, ref second, ref number, a1, offsets, numbers, 1);
        }

        if (TColumns.Count > 2)
        {
            Fold(ref best, ref second, ref number, a2, offsets, numbers, 2);
        }

        if (TColumns.Count > 3)
        {
            Fold(ref best, ref second, ref number, a3, offsets, numbers, 3);
        }

        state[0] = best;
        state[1] = second;
        state[2] = number;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold(ref TVector best, ref TVector second, ref TVector number, TVector product, T* offsets, T* numbers, int column)
    {
        var score = TSimd.Add(product, TSimd.Load(offsets + (column * TSimd.Count)));
        number = TSimd.SelectLess(score, best, TSimd.Load(numbers + (column * TSimd.Count)), number);
        second = TSimd.Min(second, TSimd.Max(best, score));
        best = TSimd.Min(best, score);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPartial<TColumns>(TVector* partial, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TColumns : struct, ISmallNumber
    {
        a0 = TSimd.Add(a0, partial[0]);
        a1 = TColumns.Count > 1 ? TSimd.Add(a1, partial[1]) : a1;
        a2 = TColumns.Count > 2 ? TSimd.Add(a2, partial[2]) : a2;
        a3 = TColumns.Count > 3 ? TSimd.Add(a3, partial[3]) : a3;
    }
}
