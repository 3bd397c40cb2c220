using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>What the tiles leave of a row: its products with a panel, so many vectors as that is wide.</summary>
internal static unsafe class TileColumns<TVector>
    where TVector : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TColumns>(TVector* products, TVector a0, TVector a1, TVector a2, TVector a3)
        where TColumns : struct, ISmallNumber
    {
        products[0] = a0;
        if (TColumns.Count > 1)
        {
            products[1] = a1;
        }

        if (TColumns.Count > 2)
        {
            products[2] = a2;
        }

        if (TColumns.Count > 3)
        {
            products[3] = a3;
        }
    }
}
