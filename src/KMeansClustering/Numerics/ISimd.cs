using System.Numerics;

namespace KMeansClustering.Numerics;

/// <summary>
/// The vector width as a type parameter: what a kernel needs of the hardware, so that one text serves 128, 256 and 512 bits,
/// one lane, float and double. Operations are on the hardware's own vector type, which stays in registers.
/// </summary>
/// <remarks>
/// <see cref="MultiplyAdd"/> follows the hardware (fused or not) and is for filters only. <see cref="Add"/>,
/// <see cref="Subtract"/>, <see cref="Multiply"/> and <see cref="Divide"/> round once each everywhere and may reach the answer.
/// </remarks>
internal unsafe interface ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Lanes in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Whether there are 32 vector registers rather than 16.</summary>
    static abstract bool ManyRegisters { get; }

    static abstract TVector Create(T value);

    static abstract TVector Load(T* source);

    /// <summary>The next <see cref="Count"/> values, made double without rounding; T is double here.</summary>
    static abstract TVector LoadWidened(float* source);

    /// <summary>The next <see cref="Count"/> pairs of 16-bit numbers, as bits; T is float here, as in all that follows on integers.</summary>
    static abstract TVector LoadPairs(short* source);

    /// <summary>One pair in all lanes.</summary>
    static abstract TVector CreatePair(short* source);

    /// <summary>In each lane sum + a₀·b₀ + a₁·b₁, of 32-bit integers, wrapping.</summary>
    static abstract TVector AddProducts(TVector sum, TVector a, TVector b);

    /// <summary>The lanes' 32-bit integers as numbers, rounded.</summary>
    static abstract TVector ConvertInt32(TVector bits);

    /// <summary>Each lane to the nearest whole number.</summary>
    static abstract TVector Round(TVector value);

    /// <summary>Whole numbers below 2¹⁵ as 16-bit integers.</summary>
    static abstract void StoreInt16(TVector value, short* destination);

    static abstract void Store(TVector value, T* destination);

    /// <summary>The lanes rounded to float, no zero negative; T is double here.</summary>
    static abstract void StoreNarrowed(TVector value, float* destination);

    /// <summary>The lower half of each lane's bits; T is double here.</summary>
    static abstract void StoreInt32(TVector value, int* destination);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>a·b + c, with one rounding or two.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Min(TVector a, TVector b);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Sqrt(TVector value);

    /// <summary>Where a &lt; b, x; else y.</summary>
    static abstract TVector SelectLess(TVector a, TVector b, TVector x, TVector y);

    /// <summary>The first lanes as they are, the others 0.</summary>
    static abstract TVector FirstLanes(TVector value, int count);

    /// <summary>A bit for each lane in which not a &gt; b: NaN gives 1.</summary>
    static abstract uint MaskNotGreater(TVector a, TVector b);

    /// <summary>The least lane.</summary>
    static abstract T MinAcross(TVector value);

    /// <summary>The sum of the lanes, in whatever order is fast.</summary>
    static abstract T SumAcross(TVector value);

    /// <summary>The sum of the lanes in a fixed order: the upper half is added to the lower half, and again, until one is left.</summary>
    static abstract T SumHalves(TVector value);

    /// <summary>destination[lane] += the lanes' bits as 64-bit integers, wrapping; T is double here.</summary>
    static abstract void AddBits(TVector value, long* destination);

    /// <summary>destination[lane] −= the lanes' bits as 64-bit integers, wrapping; T is double here.</summary>
    static abstract void SubtractBits(TVector value, long* destination);
}
