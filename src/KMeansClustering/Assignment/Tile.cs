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

    /// <summary>products[row · columns + column] = the dot products of six rows of x (stride apart) with a panel's centroids.</summary>
    public static void Multiply(T* x, nint stride, T* panel, int columns, int dimensions, TVector* products)
    {
        for (var start = 0; start < dimensions; start += ChainLength)
        {
            var length = Math.Min(ChainLength, dimensions - start);
            var chunk = panel + ((nint)start * columns * TSimd.Count);
            switch (columns)
            {
                case 1: Chain<One>(x + start, stride, chunk, length, products, start > 0); break;
                case 2: Chain<Two>(x + start, stride, chunk, length, products, start > 0); break;
                case 3: Chain<Three>(x + start, stride, chunk, length, products, start > 0); break;
                default: Chain<Four>(x + start, stride, chunk, length, products, start > 0); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chain<TColumns>(T* x0, nint stride, T* panel, int length, TVector* products, bool add)
        where TColumns : struct, ISmallNumber
    {
        TVector a00 = default, a01 = default, a02 = default, a03 = default,
            a10 = default, a11 = default, a12 = default, a13 = default,
            a20 = default, a21 = default, a22 = default, a23 = default,
            a30 = default, a31 = default, a32 = default, a33 = default,
            a40 = default, a41 = default, a42 = default, a43 = default,
            a50 = default, a51 = default, a52 = default, a53 = default;
        TVector c1 = default, c2 = default, c3 = default;
        var x2 = x0 + (2 * stride);
        var x4 = x0 + (4 * stride);
        for (var end = x0 + length; x0 < end; x0++, x2++, x4++)
        {
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

            var x = TSimd.Create(*x0);
            a00 = TSimd.MultiplyAdd(x, c0, a00);
            a01 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a01) : a01;
            a02 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a02) : a02;
            a03 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a03) : a03;

            x = TSimd.Create(x0[stride]);
            a10 = TSimd.MultiplyAdd(x, c0, a10);
            a11 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a11) : a11;
            a12 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a12) : a12;
            a13 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a13) : a13;

            x = TSimd.Create(*x2);
            a20 = TSimd.MultiplyAdd(x, c0, a20);
            a21 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a21) : a21;
            a22 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a22) : a22;
            a23 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a23) : a23;

            x = TSimd.Create(x2[stride]);
            a30 = TSimd.MultiplyAdd(x, c0, a30);
            a31 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a31) : a31;
            a32 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a32) : a32;
            a33 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a33) : a33;

            x = TSimd.Create(*x4);
            a40 = TSimd.MultiplyAdd(x, c0, a40);
            a41 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a41) : a41;
            a42 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a42) : a42;
            a43 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a43) : a43;

            x = TSimd.Create(x4[stride]);
            a50 = TSimd.MultiplyAdd(x, c0, a50);
            a51 = TColumns.Count > 1 ? TSimd.MultiplyAdd(x, c1, a51) : a51;
            a52 = TColumns.Count > 2 ? TSimd.MultiplyAdd(x, c2, a52) : a52;
            a53 = TColumns.Count > 3 ? TSimd.MultiplyAdd(x, c3, a53) : a53;
        }

        Finish<TColumns>(products + (0 * TColumns.Count), a00, a01, a02, a03, add);
        Finish<TColumns>(products + (1 * TColumns.Count), a10, a11, a12, a13, add);
        Finish<TColumns>(products + (2 * TColumns.Count), a20, a21, a22, a23, add);
        Finish<TColumns>(products + (3 * TColumns.Count), a30, a31, a32, a33, add);
        Finish<TColumns>(products + (4 * TColumns.Count), a40, a41, a42, a43, add);
        Finish<TColumns>(products + (5 * TColumns.Count), a50, a51, a52, a53, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TColumns>(TVector* products, TVector a0, TVector a1, TVector a2, TVector a3, bool add)
        where TColumns : struct, ISmallNumber
    {
        products[0] = add ? TSimd.Add(products[0], a0) : a0;
        if (TColumns.Count > 1)
        {
            products[1] = add ? TSimd.Add(products[1], a1) : a1;
        }

        if (TColumns.Count > 2)
        {
            products[2] = add ? TSimd.Add(products[2], a2) : a2;
        }

        if (TColumns.Count > 3)
        {
            products[3] = add ? TSimd.Add(products[3], a3) : a3;
        }
    }
}
