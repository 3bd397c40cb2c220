using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The centroids as the filters read them: c′ = (c − μ)·σ in T, negated, μ near the centroids' mean and σ a power of two, in panels
/// whose lanes are centroids; and for each centroid the offset ½b² − κb² at which its score begins, and 2κb², by which a winner's
/// score may be too low. Packed once a pass, read by all threads.
/// </summary>
/// <remarks>
/// A score offset − x′·c′ is thus a lower bound on the true score plus κa², and centroid j cannot win against i if
/// score_j &gt; score_i + 2κ(a² + b_i²) + tiny, a being the point's norm. Lanes past the last centroid have an infinite offset.
/// </remarks>
internal sealed unsafe class PackedCentroids<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MeanSample = 256;
    private const int BlockValues = 1 << 12;
    private const int WorkPerValue = 4;

    // Coordinates of a centroid that are packed at once.
    private const int BlockDimensions = 64;
    private const int MostLanes = 16;

    // Beyond these a product with a point whose own norm is finite may overflow.
    private static readonly double s_largestSquares = typeof(T) == typeof(float) ? 1e30 : 1e250;

    private readonly AlignedBuffer<T> _panels;
    private readonly AlignedBuffer<T> _offsets;
    private readonly AlignedBuffer<T> _slacks;
    private readonly AlignedBuffer<T> _numbers;
    private readonly AlignedBuffer<T> _mean;
    private readonly int _roundings;

    /// <summary>Room for k centroids in their order.</summary>
    /// <param name="clusters">k.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="lanes">Centroids side by side in a vector; 1 gives plain rows.</param>
    /// <param name="columns">Vectors in a full panel.</param>
    /// <param name="roundings">The roundings on the longest path of a score, as <see cref="Margin{T}"/> counts them.</param>
    public PackedCentroids(int clusters, int dimensions, int lanes, int columns, int roundings)
    {
        Clusters = clusters;
        Dimensions = dimensions;
        Lanes = lanes;
        PanelColumns = columns;
        VectorCount = (clusters + lanes - 1) / lanes;
        _roundings = roundings;
        _panels = new AlignedBuffer<T>((long)VectorCount * lanes * dimensions);
        _offsets = new AlignedBuffer<T>(VectorCount * lanes);
        _slacks = new AlignedBuffer<T>(VectorCount * lanes);
        _numbers = new AlignedBuffer<T>(VectorCount * lanes);
        for (var j = 0; j < VectorCount * lanes; j++)
        {
            _numbers.Pointer[j] = LaneBits<T>.FromInt32(j / lanes);
        }

        // Padded so that its last vector can be read whole.
        _mean = new AlignedBuffer<T>(dimensions + lanes);
    }

    public int Clusters { get; }

    public int Dimensions { get; }

    public int Lanes { get; }

    /// <summary>Vectors in all: ⌈k / lanes⌉.</summary>
    public int VectorCount { get; }

    public int PanelColumns { get; }

    /// <summary>The centroids as they are, k × d: what the judge sees.</summary>
    public T* Centroids { get; private set; }

    public T* Offsets => _offsets.Pointer;

    /// <summary>The number of each centroid's vector, as bits.</summary>
    public T* Numbers => _numbers.Pointer;

    /// <summary>2κb² for each centroid.</summary>
    public T* Slacks => _slacks.Pointer;

    /// <summary>The largest of <see cref="Slacks"/>.</summary>
    public T MaxSlack { get; private set; }

    public T* Mean => _mean.Pointer;

    public T Scale { get; private set; }

    public T PointFactor { get; private set; }

    public T Tiny { get; private set; }

    /// <summary>The panel that begins at a vector; each vector holds d × lanes values, a panel's vectors being interleaved by dimension.</summary>
    public T* Panel(int firstVector) => _panels.Pointer + ((nint)firstVector * Lanes * Dimensions);

    /// <summary>The width of the panel that begins at a vector.</summary>
    public int ColumnsAt(int firstVector) => Math.Min(PanelColumns, VectorCount - firstVector);

    /// <summary>Packs k × d centroids, which must stay where they are until the next call.</summary>
    public void Pack(T* centroids, Crew crew)
    {
        Centroids = centroids;
        ChooseMean(centroids);
        var scale = ChooseScale(centroids, crew);
        var margin = new Margin<T>(Dimensions, _roundings, scale);
        Scale = T.CreateChecked(scale);
        PointFactor = RoundUp(margin.PointFactor);
        Tiny = RoundUp(margin.Tiny);
        var kappa = margin.Kappa;
        crew.Run(VectorCount, 1, (double)WorkPerValue * Lanes * Dimensions, (_, vector, _) => PackVector(centroids, vector, kappa));
        if (!T.IsFinite(TensorPrimitives.Sum(new ReadOnlySpan<T>(Slacks, VectorCount * Lanes))))
        {
            // A centroid is farther from μ than T can say: no score settles anything then.
            new Span<T>(Slacks, VectorCount * Lanes).Fill(T.PositiveInfinity);
        }

        MaxSlack = TensorPrimitives.Max(new ReadOnlySpan<T>(Slacks, VectorCount * Lanes));
    }

    public void Dispose()
    {
        _panels.Dispose();
        _offsets.Dispose();
        _slacks.Dispose();
        _numbers.Dispose();
        _mean.Dispose();
    }

    // Any μ and σ would do for the answer: they only decide how tight the margin is. So some of the centroids give a mean good enough: the first and how far the others lie from it, so that little is rounded off far from
    // the origin, and each divided before it is added, so that nothing overflows.
    private void ChooseMean(T* centroids)
    {
        var step = Math.Max(1, Clusters / MeanSample);
        var part = T.One / T.CreateTruncating((Clusters + step - 1) / step);
        new ReadOnlySpan<T>(centroids, Dimensions).CopyTo(new Span<T>(Mean, Dimensions));
        for (var j = step; j < Clusters; j += step)
        {
            AddPart(centroids + ((nint)j * Dimensions), centroids, part);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddPart(T* centroid, T* first, T part)
    {
        var p = 0;
        for (; p <= Dimensions - Vector<T>.Count; p += Vector<T>.Count)
        {
            var difference = (Vector.Load(centroid + p) * part) - (Vector.Load(first + p) * part);
            Vector.Store(Vector.Load(Mean + p) + difference, Mean + p);
        }

        for (; p < Dimensions; p++)
        {
            Mean[p] += (centroid[p] * part) - (first[p] * part);
        }
    }

    private double ChooseScale(T* centroids, Crew crew)
    {
        var threads = new double[crew.Size];
        crew.Run(Clusters, Math.Max(1, BlockValues / Dimensions), Dimensions, (thread, first, count) =>
        {
            for (var j = first; j < first + count; j++)
            {
                threads[thread] = Math.Max(threads[thread], Largest(centroids + ((nint)j * Dimensions)));
            }
        });
        var largest = threads.Max();
        var limit = typeof(T) == typeof(float) ? 120 : 500;
        return PowerOfTwo.ScaleFor(largest, limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private double Largest(T* centroid)
    {
        var (p, vectors, largest) = (0, Vector<T>.Zero, T.Zero);
        for (; p <= Dimensions - Vector<T>.Count; p += Vector<T>.Count)
        {
            vectors = Vector.Max(vectors, Vector.Abs(Vector.Load(centroid + p) - Vector.Load(Mean + p)));
        }

        for (; p < Dimensions; p++)
        {
            largest = T.Max(largest, T.Abs(centroid[p] - Mean[p]));
        }

        for (var lane = 0; lane < Vector<T>.Count; lane++)
        {
            largest = T.Max(largest, vectors[lane]);
        }

        return double.CreateTruncating(largest);
    }

    // Some coordinates of all its centroids, then the next ones: each line of the panel is written while it is in the cache.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void PackVector(T* centroids, int vector, double kappa)
    {
        // The panel that the vector is part of, and its place there.
        var first = vector / PanelColumns * PanelColumns;
        var width = ColumnsAt(first) * Lanes;
        var destination = Panel(first) + ((vector - first) * Lanes);
        var centroid = vector * Lanes;
        var count = Math.Min(Lanes, Clusters - centroid);
        var squares = stackalloc double[MostLanes];
        new Span<double>(squares, MostLanes).Clear();
        for (var p = 0; p < Dimensions; p += BlockDimensions)
        {
            for (var lane = 0; lane < count; lane++)
            {
                squares[lane] += PackBlock(centroids + ((nint)(centroid + lane) * Dimensions), p, Math.Min(BlockDimensions, Dimensions - p), destination + lane, width);
            }
        }

        // The sum in double is off by at most d·2⁻⁵³ of itself: for double that is κ's own size, so it is added to κ here.
        var error = kappa + (Dimensions * Math.ScaleB(1, -53));
        for (var lane = 0; lane < Lanes; lane++)
        {
            Offsets[centroid + lane] = lane < count ? T.CreateTruncating((0.5 - error) * squares[lane]) : T.PositiveInfinity;
            Slacks[centroid + lane] = lane >= count ? T.Zero : squares[lane] < s_largestSquares ? RoundUp(2 * error * squares[lane]) : T.PositiveInfinity;
        }
    }

    // Gives the sum of squares.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double PackBlock(T* source, int first, int length, T* destination, int width)
    {
        var block = stackalloc T[BlockDimensions];
        source += first;
        var mean = Mean + first;
        var p = 0;
        var sums = Vector<double>.Zero;
        for (; p <= length - Vector<T>.Count; p += Vector<T>.Count)
        {
            var value = (Vector.Load(mean + p) - Vector.Load(source + p)) * Scale;
            Vector.Store(value, block + p);
            if (typeof(T) == typeof(float))
            {
                Vector.Widen(Vector.AsVectorSingle(value), out var low, out var high);
                sums += (low * low) + (high * high);
            }
            else
            {
                sums += Vector.AsVectorDouble(value) * Vector.AsVectorDouble(value);
            }
        }

        var squares = Vector.Sum(sums);
        for (; p < length; p++)
        {
            block[p] = (mean[p] - source[p]) * Scale;
            var wide = double.CreateTruncating(block[p]);
            squares += wide * wide;
        }

        destination += (nint)first * width;
        for (var i = 0; i < length; i++)
        {
            destination[(nint)i * width] = block[i];
        }

        return squares;
    }

    private static T RoundUp(double value) => T.BitIncrement(T.CreateTruncating(value));
}
