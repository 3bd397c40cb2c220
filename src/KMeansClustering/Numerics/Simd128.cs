using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace KMeansClustering.Numerics;

/// <summary>128-bit vectors.</summary>
internal readonly unsafe struct Simd128<T> : ISimd<Vector128<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector128<T>.Count;

    public static bool ManyRegisters => AdvSimd.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Create(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LoadWidened(float* source) => Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LoadPairs(short* source) => Vector128.Load(source).As<short, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> CreatePair(short* source) => Vector128.Create(*(int*)source).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AddProducts(Vector128<T> sum, Vector128<T> a, Vector128<T> b)
    {
        if (Sse2.IsSupported)
        {
            return (sum.AsInt32() + Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16())).As<int, T>();
        }

        var (x, y) = (a.AsInt32(), b.AsInt32());
        return (sum.AsInt32() + (((x << 16) >> 16) * ((y << 16) >> 16)) + ((x >> 16) * (y >> 16))).As<int, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> ConvertInt32(Vector128<T> bits) => Vector128.ConvertToSingle(bits.AsInt32()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Round(Vector128<T> value) => Vector128.Round(value.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt16(Vector128<T> value, short* destination)
    {
        var integers = Vector128.ConvertToInt32Native(value.AsSingle());
        Vector128.Narrow(integers, integers).GetLower().Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrowed(Vector128<T> value, float* destination) =>
        (Vector128.Narrow(value.AsDouble(), value.AsDouble()).GetLower() + Vector64<float>.Zero).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInt32(Vector128<T> value, int* destination) =>
        Vector128.Narrow(value.AsInt64(), value.AsInt64()).GetLower().Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Subtract(Vector128<T> a, Vector128<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply(Vector128<T> a, Vector128<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Divide(Vector128<T> a, Vector128<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c) => typeof(T) == typeof(float)
        ? Vector128.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector128.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Min(Vector128<T> a, Vector128<T> b) => Vector128.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Max(Vector128<T> a, Vector128<T> b) => Vector128.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Sqrt(Vector128<T> value) => Vector128.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> SelectLess(Vector128<T> a, Vector128<T> b, Vector128<T> x, Vector128<T> y) =>
        Vector128.ConditionalSelect(Vector128.LessThan(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> FirstLanes(Vector128<T> value, int count) =>
        Vector128.LessThan(Vector128<T>.Indices, Vector128.Create(T.CreateTruncating(count))) & value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MaskNotGreater(Vector128<T> a, Vector128<T> b) =>
        ~(uint)Vector128.GreaterThan(a, b).ExtractMostSignificantBits() & ((1u << Count) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinAcross(Vector128<T> value)
    {
        if (typeof(T) == typeof(float))
        {
            var four = value.AsSingle();
            four = Vector128.MinNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
            four = Vector128.MinNative(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)));
            return four.As<float, T>().ToScalar();
        }

        var two = value.AsDouble();
        return Vector128.MinNative(two, Vector128.Shuffle(two, Vector128.Create(1L, 0L))).As<double, T>().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumAcross(Vector128<T> value) => Vector128.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SumHalves(Vector128<T> value) => typeof(T) == typeof(float)
        ? value.GetElement(0) + value.GetElement(2) + (value.GetElement(1) + value.GetElement(3))
        : value.GetElement(0) + value.GetElement(1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddBits(Vector128<T> value, long* destination) =>
        (Vector128.Load(destination) + value.AsInt64()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractBits(Vector128<T> value, long* destination) =>
        (Vector128.Load(destination) - value.AsInt64()).Store(destination);
}
