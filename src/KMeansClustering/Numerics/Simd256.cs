using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeansClustering.Numerics;

/// <summary>256-bit vectors.</summary>
internal readonly unsafe struct Simd256<T> : ISimd<Vector256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector256<T>.Count;

    public static bool ManyRegisters => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Create(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadWidened(float* source) => Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadPairs(short* source) => Vector256.Load(source).As<short, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> CreatePair(short* source) => Vector256.Create(*(int*)source).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AddProducts(Vector256<T> sum, Vector256<T> a, Vector256<T> b)
    {
        if (Avx2.IsSupported)
        {
            return (sum.AsInt32() + Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16())).As<int, T>();
        }

        var (x, y) = (a.AsInt32(), b.AsInt32());
        return (sum.AsInt32() + (((x << 16) >> 16) * ((y << 16) >> 16)) + ((x >> 16) * (y >> 16))).As<int, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> ConvertInt32(Vector256<T> bits) => Vector256.ConvertToSingle(bits.AsInt32()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Round(Vector256<T> value) => Vector256.Round(value.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt16(Vector256<T> value, short* destination)
    {
        var integers = Vector256.ConvertToInt32Native(value.AsSingle());
        Vector256.Narrow(integers, integers).GetLower().Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrowed(Vector256<T> value, float* destination) =>
        (Vector256.Narrow(value.AsDouble(), value.AsDouble()).GetLower() + Vector128<float>.Zero).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt32(Vector256<T> value, int* destination) =>
        Vector256.Narrow(value.AsInt64(), value.AsInt64()).GetLower().Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Subtract(Vector256<T> a, Vector256<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Divide(Vector256<T> a, Vector256<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) => typeof(T) == typeof(float)
        ? Vector256.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector256.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Min(Vector256<T> a, Vector256<T> b) => Vector256.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Max(Vector256<T> a, Vector256<T> b) => Vector256.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Sqrt(Vector256<T> value) => Vector256.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> SelectLess(Vector256<T> a, Vector256<T> b, Vector256<T> x, Vector256<T> y) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> FirstLanes(Vector256<T> value, int count) =>
        Vector256.LessThan(Vector256<T>.Indices, Vector256.Create(T.CreateTruncating(count))) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MaskNotGreater(Vector256<T> a, Vector256<T> b) =>
        ~(uint)Vector256.GreaterThan(a, b).ExtractMostSignificantBits() & ((1u << Count) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinAcross(Vector256<T> value) => Simd128<T>.MinAcross(Vector128.MinNative(value.GetLower(), value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumAcross(Vector256<T> value) => Vector256.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumHalves(Vector256<T> value) => Simd128<T>.SumHalves(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddBits(Vector256<T> value, long* destination) =>
        (Vector256.Load(destination) + value.AsInt64()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractBits(Vector256<T> value, long* destination) =>
        (Vector256.Load(destination) - value.AsInt64()).Store(destination);
}
