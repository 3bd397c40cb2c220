using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeansClustering.Numerics;

/// <summary>512-bit vectors.</summary>
internal readonly unsafe struct Simd512<T> : ISimd<Vector512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector512<T>.Count;

    public static bool ManyRegisters => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadWidened(float* source) => Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadPairs(short* source) => Vector512.Load(source).As<short, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> CreatePair(short* source) => Vector512.Create(*(int*)source).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AddProducts(Vector512<T> sum, Vector512<T> a, Vector512<T> b)
    {
        if (Avx512BW.IsSupported)
        {
            return (sum.AsInt32() + Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16())).As<int, T>();
        }

        var (x, y) = (a.AsInt32(), b.AsInt32());
        return (sum.AsInt32() + (((x << 16) >> 16) * ((y << 16) >> 16)) + ((x >> 16) * (y >> 16))).As<int, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ConvertInt32(Vector512<T> bits) => Vector512.ConvertToSingle(bits.AsInt32()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Round(Vector512<T> value) => Vector512.Round(value.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt16(Vector512<T> value, short* destination)
    {
        var integers = Vector512.ConvertToInt32Native(value.AsSingle());
        Vector512.Narrow(integers, integers).GetLower().Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrowed(Vector512<T> value, float* destination) =>
        (Vector512.Narrow(value.AsDouble(), value.AsDouble()).GetLower() + Vector256<float>.Zero).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt32(Vector512<T> value, int* destination) =>
        Vector512.Narrow(value.AsInt64(), value.AsInt64()).GetLower().Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Divide(Vector512<T> a, Vector512<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(float)
        ? Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Min(Vector512<T> a, Vector512<T> b) => Vector512.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Max(Vector512<T> a, Vector512<T> b) => Vector512.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sqrt(Vector512<T> value) => Vector512.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SelectLess(Vector512<T> a, Vector512<T> b, Vector512<T> x, Vector512<T> y) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FirstLanes(Vector512<T> value, int count) =>
        Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(count))) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MaskNotGreater(Vector512<T> a, Vector512<T> b) =>
        ~(uint)Vector512.GreaterThan(a, b).ExtractMostSignificantBits() & ((1u << Count) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinAcross(Vector512<T> value) => Simd256<T>.MinAcross(Vector256.MinNative(value.GetLower(), value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumAcross(Vector512<T> value) => Vector512.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumHalves(Vector512<T> value) => Simd256<T>.SumHalves(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddBits(Vector512<T> value, long* destination) =>
        (Vector512.Load(destination) + value.AsInt64()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractBits(Vector512<T> value, long* destination) =>
        (Vector512.Load(destination) - value.AsInt64()).Store(destination);
}
