using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeansClustering.Numerics;

/// <summary>Vectors of one lane, for a machine without vector hardware.</summary>
internal readonly unsafe struct SimdScalar<T> : ISimd<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 1;

    public static bool ManyRegisters => false;

    public static T Create(T value) => value;

    public static T Load(T* source) => *source;

    public static T LoadWidened(float* source) => Unsafe.BitCast<double, T>(*source);

    public static T LoadPairs(short* source) => *(T*)source;

    public static T CreatePair(short* source) => *(T*)source;

    public static T AddProducts(T sum, T a, T b)
    {
        var (x, y) = (Unsafe.BitCast<T, int>(a), Unsafe.BitCast<T, int>(b));
        return Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(sum) + ((short)x * (short)y) + ((x >> 16) * (y >> 16)));
    }

    public static T ConvertInt32(T bits) => T.CreateTruncating(Unsafe.BitCast<T, int>(bits));

    public static T Round(T value) => T.Round(value);

    public static void StoreInt16(T value, short* destination) => *destination = short.CreateTruncating(value);

    public static void Store(T value, T* destination) => *destination = value;

    public static void StoreNarrowed(T value, float* destination) => *destination = (float)Unsafe.BitCast<T, double>(value) + 0f;

    public static void StoreInt32(T value, int* destination) => *destination = (int)Unsafe.BitCast<T, long>(value);

    public static T Add(T a, T b) => a + b;

    public static T Subtract(T a, T b) => a - b;

    public static T Multiply(T a, T b) => a * b;

    public static T Divide(T a, T b) => a / b;

    public static T MultiplyAdd(T a, T b, T c) => (a * b) + c;

    public static T Min(T a, T b) => b < a ? b : a;

    public static T Max(T a, T b) => b > a ? b : a;

    public static T Sqrt(T value) => T.Sqrt(value);

    public static T SelectLess(T a, T b, T x, T y) => a < b ? x : y;

    public static T FirstLanes(T value, int count) => count > 0 ? value : T.Zero;

    public static uint MaskNotGreater(T a, T b) => a > b ? 0u : 1u;

    public static T MinAcross(T value) => value;

    public static T SumAcross(T value) => value;

    public static T SumHalves(T value) => value;

    public static void AddBits(T value, long* destination) => *destination += Unsafe.BitCast<T, long>(value);

    public static void SubtractBits(T value, long* destination) => *destination -= Unsafe.BitCast<T, long>(value);
}
