namespace KMeansClustering.Numerics;

/// <summary>Scales that change no bit of a value's mantissa.</summary>
internal static class PowerOfTwo
{
    /// <summary>A power of two that brings a largest magnitude to between ¼ and 1, within 2^±limit; 1 where there is nothing to bring.</summary>
    public static double ScaleFor(double largest, int limit) =>
        largest > 0 && double.IsFinite(largest) ? Math.ScaleB(1, Math.Clamp(-Math.ILogB(largest) - 1, -limit, limit)) : 1;
}
