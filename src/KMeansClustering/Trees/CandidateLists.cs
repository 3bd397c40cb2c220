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
    private AlignedBuffer<double> _lanes = new(256L * (dimensions + 1));
    private AlignedBuffer<double> _fromCentre = new(256);

    // Least and greatest values, and the middle, of the node in question.
    private readonly AlignedBuffer<double> _box = new(3L * dimensions);

    /// <summary>A list's numbers, ascending.</summary>
    public int* Numbers(in CandidateList list) => _numbers.Pointer + list.First;

    /// <summary>Writes the first list.</summary>
    /// <param name="numbers">The candidates.</param>
    /// <param name="centroids">All centroids.</param>
    /// <param name="allowed">How far each centroid may move before the lists are made anew.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public CandidateList Set(ReadOnlySpan<int> numbers, double* centroids, double* allowed)
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

            _lanes.Pointer[(dimensions * list.Stride) + i] = allowed[numbers[i]];
        }

        return list;
    }

    /// <summary>
    /// Writes behind a list those of it that are left in a node: drops the centroids that are beaten throughout it by the one nearest to its middle, c*. ‖x − c‖² − ‖x − c*‖² is linear in x, so
    /// least at a corner of a box, and in a ball of radius r it is at least its value in the middle less 2r‖c − c*‖. A list of which all are left is given back as it is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CandidateList Prune<T>(in CandidateList list, PointTree<T> tree, int node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MakeRoom(list.First + (2 * list.Stride));
        var (count, stride, d) = (list.Count, (nint)list.Stride, (nint)dimensions);
        var lanes = _lanes.Pointer + (list.First * (d + 1));
        var fromCentre = _fromCentre.Pointer;
        var least = _box.Pointer;
        var greatest = least + d;
        var middle = greatest + d;
        var diagonal = 0.0;
        for (nint p = 0; p < d; p++)
        {
            least[p] = double.CreateTruncating(tree.Box(node)[p]);
            greatest[p] = double.CreateTruncating(tree.Box(node)[d + p]);
            middle[p] = 0.5 * (least[p] + greatest[p]);
            diagonal += (greatest[p] - least[p]) * (greatest[p] - least[p]);
        }

        var best = Nearest(lanes, list, middle);

        // No point of the node is farther than half of this from c*.
        var reach = TSimd.Create((2 * Math.Sqrt(fromCentre[best])) + Math.Sqrt(diagonal));
        var allowed = TSimd.Create(lanes[(d * stride) + best]);
        var squares = TSimd.Create(fromCentre[best] + diagonal);
        var next = list.First + list.Stride;
        var left = 0;
        var kept = _numbers.Pointer + next;
        for (var i = 0; i < count; i += TSimd.Count)
        {
            var ahead = tree.HasBalls ? AheadInBall(lanes + i, stride, best - i, 2 * tree.Radius(node), fromCentre + i) : AheadInBox(lanes + i, stride, best - i);

            // The squares of the distances to the centre and of the diagonal bound what can be lost to rounding, the judge's included; and what they may move is not to be enough either.
            var error = TSimd.MultiplyAdd(TSimd.Add(TSimd.Load(fromCentre + i), squares), TSimd.Create(_roundoff), TSimd.Create(1e-300));
            var closer = TSimd.Add(TSimd.Load(lanes + (d * stride) + i), allowed);
            error = TSimd.MultiplyAdd(closer, TSimd.Add(reach, closer), error);
            var survivors = TSimd.MaskNotGreater(ahead, error);
            for (survivors &= (1u << Math.Min(TSimd.Count, count - i)) - 1; survivors != 0; survivors &= survivors - 1)
            {
                kept[left++] = i + BitOperations.TrailingZeroCount(survivors);
            }
        }

        return left == count ? list : Copy(list, new CandidateList(next, left, Padded(left)));
    }

    public void Dispose()
    {
        _numbers.Dispose();
        _lanes.Dispose();
        _fromCentre.Dispose();
        _box.Dispose();
    }

    // Also the squared distance of each candidate from the middle.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Nearest(double* lanes, in CandidateList list, double* middle)
    {
        var fromCentre = _fromCentre.Pointer;
        var (best, shortest) = (0, double.PositiveInfinity);
        for (var i = 0; i < list.Count; i += TSimd.Count)
        {
            var distance = TSimd.Create(0);
            for (nint p = 0; p < dimensions; p++)
            {
                var difference = TSimd.Subtract(TSimd.Load(lanes + (p * list.Stride) + i), TSimd.Create(middle[p]));
                distance = TSimd.MultiplyAdd(difference, difference, distance);
            }

            TSimd.Store(distance, fromCentre + i);
        }

        for (var j = 0; j < list.Count; j++)
        {
            var isShorter = fromCentre[j] < shortest;
            best = isShorter ? j : best;
            shortest = isShorter ? fromCentre[j] : shortest;
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector AheadInBox(double* lanes, nint stride, int best)
    {
        var ahead = TSimd.Create(0);
        for (nint p = 0; p < dimensions; p++, lanes += stride)
        {
            var centroid = TSimd.Load(lanes);
            var winner = TSimd.Create(lanes[best]);
            var corner = TSimd.SelectLess(winner, centroid, TSimd.Create(_box.Pointer[dimensions + p]), TSimd.Create(_box.Pointer[p]));
            var sum = TSimd.Add(TSimd.Subtract(corner, centroid), TSimd.Subtract(corner, winner));
            ahead = TSimd.Add(ahead, TSimd.Multiply(TSimd.Subtract(winner, centroid), sum));
        }

        return ahead;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector AheadInBall(double* lanes, nint stride, int best, double diameter, double* fromCentre)
    {
        var apart = TSimd.Create(0);
        for (nint p = 0; p < dimensions; p++, lanes += stride)
        {
            var difference = TSimd.Subtract(TSimd.Load(lanes), TSimd.Create(lanes[best]));
            apart = TSimd.MultiplyAdd(difference, difference, apart);
        }

        var ahead = TSimd.Subtract(TSimd.Load(fromCentre), TSimd.Create(fromCentre[best]));
        return TSimd.Subtract(ahead, TSimd.Multiply(TSimd.Sqrt(apart), TSimd.Create(diameter)));
    }

    // The kept places of a list become a list.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private CandidateList Copy(in CandidateList list, CandidateList shorter)
    {
        var kept = _numbers.Pointer + shorter.First;
        var source = _lanes.Pointer + ((nint)list.First * (dimensions + 1));
        var target = _lanes.Pointer + ((nint)shorter.First * (dimensions + 1));
        for (var p = 0; p <= dimensions; p++, source += list.Stride, target += shorter.Stride)
        {
            for (var i = 0; i < shorter.Count; i++)
            {
                target[i] = source[kept[i]];
            }
        }

        for (var i = 0; i < shorter.Count; i++)
        {
            kept[i] = _numbers.Pointer[list.First + kept[i]];
        }

        return shorter;
    }

    private static int Padded(int count) => (count + TSimd.Count - 1) / TSimd.Count * TSimd.Count;

    private void MakeRoom(int length)
    {
        if (_numbers.Length < length)
        {
            Grow(ref _numbers, 2L * length);
            Grow(ref _lanes, 2L * length * (dimensions + 1));
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
