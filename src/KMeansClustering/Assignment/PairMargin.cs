using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeansClustering.Assignment;

/// <summary>
/// What is known of a point between two centroids from y = fl(x − c₀), its square q ≈ y·y and its product s ≈ y·v with the line v = c₁ − c₀, all in T: by how much less far the nearer centroid is, at least.
/// </summary>
/// <remarks>
/// In real numbers d₀² − d₁² = 2(x − c₀)·v − ‖v‖² = 2p, and other − own = 2|p|/(d₀ + d₁).
/// With m roundings on the longest path, one for each of y and v, and more for what follows in double, e = γ of all of them: ‖x − c₀‖ ≤ Y = √q·(1 + 2e) + τ and |s − (x − c₀)·v| ≤ e·Y·‖v‖, where τ and t are above what underflow
/// may lose. Further d₁² = d₀² − 2p ≤ Y² − 2(p − error), so d₀ + d₁ ≤ S = Y + √(Y² − 2p + 2·error).
/// pad = (d + 8)·2⁻⁵² is, relatively, twice what the judge's errors come to (ε/2 for each root then and each root now, ε = (d + 3)·2⁻⁵³), and room for the roundings here: a bound pad·S below 2|p|/S is one by which the judge says
/// the same now; and later, as moves are padded too. What overflows gives NaN or infinity, which are no bounds.
/// </remarks>
internal sealed class PairMargin<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // More than what a distance loses where the judge's squares underflow.
    private const double Lost = PointBounds.LostOfDoubles;
    private const int Spare = 32;

    private readonly double _pad;
    private readonly double _error;
    private readonly double _widen;
    private readonly double _tinyRoot;
    private readonly double _tiny;
    private double _half;
    private double _errorOfProduct;
    private double _errorOfHalf;

    /// <summary>For products of d values, in so many lanes.</summary>
    public PairMargin(int dimensions, int lanes)
    {
        var isFloat = typeof(T) == typeof(float);
        var roundings = ((dimensions + lanes - 1) / lanes) + lanes + Spare;
        var share = roundings * Math.ScaleB(1, isFloat ? -24 : -53);
        _pad = (dimensions + 8) * Math.ScaleB(1, -52);
        _error = share < 0.25 ? share / (1 - share) : double.PositiveInfinity;
        _widen = 1 + (2 * _error);

        // d underflows of at most half the smallest number each; twice that.
        _tiny = dimensions * Math.ScaleB(1, isFloat ? -148 : -1073);
        _tinyRoot = Math.Sqrt(_tiny) * 2;
    }

    /// <summary>The centroids of the next points, by the judge's ‖v‖².</summary>
    public void Between(double square)
    {
        _half = 0.5 * square;
        _errorOfHalf = (square * _pad) + (Lost * Lost) + _tiny;
        _errorOfProduct = ((Math.Sqrt(square) * (1 + _pad)) + Lost) * _error;
    }

    /// <summary>How far a centroid has moved, at most, by the judge's square.</summary>
    public double Move(double square) => (Math.Sqrt(square) * (1 + _pad)) + Lost;

    /// <summary>The bound of a point that the judge has measured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double OfDistances(double own, double other)
    {
        (own, other) = (Math.Sqrt(own), Math.Sqrt(other));
        return other - own - ((other + own) * _pad) - (4 * Lost);
    }

    /// <summary>The bound that follows from the product and the square; the point is nearer to c₁ if the side is above 0. Where the bound is not above 0, or is infinite, only the judge knows: the product may have overflown on the way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double OfProduct(double product, double square, out double side)
    {
        var length = (Math.Sqrt(square) * _widen) + _tinyRoot;
        var error = (_errorOfProduct * length) + _errorOfHalf;
        side = product - _half;
        var both = length + Math.Sqrt(Math.Max(0, (length * length) + (2 * (error - side))));
        return (2 * (Math.Abs(side) - error) / both) - (both * _pad) - (4 * Lost);
    }
}
