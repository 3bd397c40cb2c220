using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Trees;

/// <summary>
/// The centroids that may be nearest to some point of a node, list behind list on the way down a tree: their numbers, and their coordinates with a lane for each.
/// </summary>
/// <param name="dimensions">d.</param>
internal sealed unsafe class CandidateLists<TVector, TSimd>(int dimensions) : IDisposable
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, double>
{
    private readonly double _roundoff = 64 * (dimensions + 8) * Math.ScaleB(1, -53);
    private AlignedBuffer<int> _numbers = new(256);
    private AlignedBuffer<double> _lanes = new(256L * dimensions);
    private AlignedBuffer<double> _fromCentre = new(256);

    /// <summary>A list's numbers, ascending.</summary>
    public int* Numbers(in CandidateList list) => _numbers.Pointer + list.First;

    /// <summary>Writes the first list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public CandidateList Set(ReadOnlySpan<int> numbers, double* centroids)
    {
        var list = new CandidateList(0, numbers.Length, Padded(numbers.Length));
        MakeRoom(list.Stride);
        for (var i = 0; i < numbers.Length; i++)
        {
            _numbers.Pointer[i] = numbers[i];
            for (var p = 0; p < dimensions; p++)
            {
                _lanes.Pointer[(p * list.Stride) + i] = centroids[((nint)numbers[i] * dimensions) + p];
            }
        }

        return list;
    }

    /// <summary>
    /// Writes behind a list those of it that are left in a node: drops the centroids that are beaten throughout it by the one nearest to its middle, c*. ‖x − c‖² − ‖x − c*‖² is linear in x, so
    /// least at a corner of a box, and in a ball of radius r it is at least its value in the middle less 2r‖c − c*‖.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CandidateList Prune<T>(in CandidateList list, PointTree<T> tree, int node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MakeRoom(list.First + (2 * list.Stride));
        var box = tree.Box(node);
        var radius = tree.HasBalls ? 2 * tree.Radius(node) : 0;
        var lanes = _lanes.Pointer + ((nint)list.First * dimensions);
        var diagonal = 0.0;
        for (var p = 0; p < dimensions; p++)
        {
            var extent = double.CreateTruncating(box[dimensions + p]) - double.CreateTruncating(box[p]);
            diagonal += extent * extent;
        }

        for (var i = 0; i < list.Count; i += TSimd.Count)
        {
            var distance = TSimd.Create(0);
            for (var p = 0; p < dimensions; p++)
            {
                var centre = 0.5 * (double.CreateTruncating(box[p]) + double.CreateTruncating(box[dimensions + p]));
                var difference = TSimd.Subtract(TSimd.Load(lanes + (p * list.Stride) + i), TSimd.Create(centre));
                distance = TSimd.MultiplyAdd(difference, difference, distance);
            }

            TSimd.Store(distance, _fromCentre.Pointer + i);
        }

        var best = 0;
        for (var i = 1; i < list.Count; i++)
        {
            best = _fromCentre.Pointer[i] < _fromCentre.Pointer[best] ? i : best;
        }

        var next = list.First + list.Stride;
        var left = 0;
        var kept = _numbers.Pointer + next;
        var least = TSimd.Create(_fromCentre.Pointer[best] + diagonal);
        for (var i = 0; i < list.Count; i += TSimd.Count)
        {
            var ahead = TSimd.Create(0);
            var apart = ahead;
            for (var p = 0; p < dimensions && tree.HasBalls; p++)
            {
                var difference = TSimd.Subtract(TSimd.Load(lanes + (p * list.Stride) + i), TSimd.Create(lanes[(p * list.Stride) + best]));
                apart = TSimd.MultiplyAdd(difference, difference, apart);
            }

            for (var p = 0; p < dimensions && !tree.HasBalls; p++)
            {
                var centroid = TSimd.Load(lanes + (p * list.Stride) + i);
                var winner = TSimd.Create(lanes[(p * list.Stride) + best]);
                var corner = TSimd.SelectLess(winner, centroid, TSimd.Create(double.CreateTruncating(box[dimensions + p])), TSimd.Create(double.CreateTruncating(box[p])));
                var sum = TSimd.Add(TSimd.Subtract(corner, centroid), TSimd.Subtract(corner, winner));
                ahead = TSimd.Add(ahead, TSimd.Multiply(TSimd.Subtract(winner, centroid), sum));
            }

            if (tree.HasBalls)
            {
                ahead = TSimd.Subtract(TSimd.Load(_fromCentre.Pointer + i), TSimd.Create(_fromCentre.Pointer[best]));
                ahead = TSimd.Subtract(ahead, TSimd.Multiply(TSimd.Sqrt(apart), TSimd.Create(radius)));
            }

            // The squares of the distances to the centre and of the diagonal bound what can be lost to rounding, the judge's included.
            var error = TSimd.MultiplyAdd(TSimd.Add(TSimd.Load(_fromCentre.Pointer + i), least), TSimd.Create(_roundoff), TSimd.Create(1e-300));
            var survivors = TSimd.MaskNotGreater(ahead, error);
            for (survivors &= (1u << Math.Min(TSimd.Count, list.Count - i)) - 1; survivors != 0; survivors &= survivors - 1)
            {
                kept[left++] = i + BitOperations.TrailingZeroCount(survivors);
            }
        }

        var result = new CandidateList(next, left, Padded(left));
        var target = _lanes.Pointer + ((nint)next * dimensions);
        for (var i = 0; i < left; i++)
        {
            var place = kept[i];
            kept[i] = _numbers.Pointer[list.First + place];
            for (var p = 0; p < dimensions; p++)
            {
                target[(p * result.Stride) + i] = lanes[(p * list.Stride) + place];
            }
        }

        return result;
    }

    public void Dispose()
    {
        _numbers.Dispose();
        _lanes.Dispose();
        _fromCentre.Dispose();
    }

    private static int Padded(int count) => (count + TSimd.Count - 1) / TSimd.Count * TSimd.Count;

    private void MakeRoom(int length)
    {
        if (_numbers.Length < length)
        {
            Grow(ref _numbers, 2L * length);
            Grow(ref _lanes, 2L * length * dimensions);
            Grow(ref _fromCentre, 2L * length);
        }
    }

    private static void Grow<TValue>(ref AlignedBuffer<TValue> buffer, long length)
        where TValue : unmanaged
    {
        var larger = new AlignedBuffer<TValue>(length);
        new ReadOnlySpan<TValue>(buffer.Pointer, (int)buffer.Length).CopyTo(new Span<TValue>(larger.Pointer, (int)buffer.Length));
        buffer.Dispose();
        buffer = larger;
    }
}
