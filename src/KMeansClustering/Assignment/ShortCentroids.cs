using System.Numerics;
using System.Runtime.CompilerServices;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>
/// The centroids as the <see cref="ShortTile{TVector, TSimd}"/> reads them: in the points' <see cref="ShortForm{T}"/>, in panels whose lanes are centroids, a panel never reaching from one group into the next; and for each centroid
/// its negated step, the offset ½b² − κb² at which its score begins, and 2κb², by which a winner's score may be too low. Packed once a pass, read by all threads.
/// </summary>
/// <remarks>
/// What the integers miss moves a product by at most (ε_x + ε_c + ε_x·ε_c)ab, half of which goes into κ. As for <see cref="PackedCentroids{T}"/> a score is a lower bound on the true one plus κa², and but for sketches
/// also an upper bound: centroid j cannot win against i if score_j &gt; score_i + 2κ(a² + b_i²) + tiny.
/// </remarks>
internal sealed unsafe class ShortCentroids<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Beyond these a product with a point whose own norm is finite may overflow.
    private const float LargestSquares = 1e30f;

    private const int CentroidsAtOnce = 1 << 5;

    // The most values that are read past a row.
    private const int RowPadding = 64;

    private readonly ShortForm<T> _form;
    private readonly int _stride;
    private readonly double _pointsError;
    private readonly AlignedBuffer<short> _rows;
    private readonly AlignedBuffer<float> _steps;
    private readonly AlignedBuffer<float> _norms;
    private readonly AlignedBuffer<double> _tails;
    private readonly AlignedBuffer<short>? _panels;
    private readonly AlignedBuffer<float> _lanes;
    private ShortFormer<T>?[] _formers = [];

    /// <summary>Room for centroids in groups.</summary>
    /// <param name="rows">The points' rows.</param>
    /// <param name="groups">Who belongs where.</param>
    /// <param name="columns">Vectors in a full panel; 0 where only rows are read, and no panels are made.</param>
    public ShortCentroids(ShortRows<T> rows, CentroidGroups groups, int columns)
    {
        _form = rows.Form;
        _stride = _form.Stride;
        _pointsError = rows.Error;
        Groups = groups;
        PanelColumns = columns;
        Clusters = groups.Positions.Length;
        _rows = new AlignedBuffer<short>(((long)Clusters * _stride) + RowPadding);
        _steps = new AlignedBuffer<float>(Clusters);
        _norms = new AlignedBuffer<float>(Clusters);
        _tails = new AlignedBuffer<double>(Clusters);
        _panels = columns == 0 ? null : new AlignedBuffer<short>((long)Places * _stride);
        _lanes = new AlignedBuffer<float>(4L * Places);
    }

    public CentroidGroups Groups { get; }

    /// <summary>k.</summary>
    public int Clusters { get; }

    public int PanelColumns { get; }

    /// <summary>Pairs of values in a row.</summary>
    public int Pairs => _stride / 2;

    /// <summary>The centroids as they are, k × d: what the judge sees.</summary>
    public T* Centroids { get; private set; }

    public float* Offsets => _lanes.Pointer;

    /// <summary>2κb² for each place.</summary>
    public float* Slacks => _lanes.Pointer + Places;

    /// <summary>Each centroid's step, negated.</summary>
    public float* MinusSteps => _lanes.Pointer + (2 * Places);

    /// <summary>½b² of each place's centroid.</summary>
    public float* HalfNorms => _lanes.Pointer + (3 * Places);

    /// <summary>2κ.</summary>
    public float PointFactor { get; private set; }

    /// <summary>What of ‖x‖ and of ‖x‖², b being that of the farthest centroid, and what besides, two scores may be off by together: 2(ε_x + ε_c + ε_x·ε_c)b, 2κ₀, 2κ₀b² + tiny, κ₀ being κ without what the integers miss.</summary>
    public (float Length, float Square, float Constant) TwoScores { get; private set; }

    public float Tiny { get; private set; }

    /// <summary>The relative error of a norm.</summary>
    public double NormError { get; private set; }

    /// <summary>Whether some centroid can't be written in 16 bits, or is too large for its scores to mean anything.</summary>
    public bool Overflows { get; private set; }

    private int Places => Groups.Order.Length;

    /// <summary>Some centroids' rows from one on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TileRows<short> RowsFrom(int centroid) => new(Row(centroid), _stride);

    /// <summary>A centroid's row, pair after pair; may be read to a whole vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short* Row(int centroid) => _rows.Pointer + ((nint)centroid * _stride);

    /// <summary>Its step.</summary>
    public float Step(int centroid) => _steps.Pointer[centroid];

    /// <summary>Its norm b².</summary>
    public float Norm(int centroid) => _norms.Pointer[centroid];

    /// <summary>The longest that the tail behind its row can be: 0 where rows are whole.</summary>
    public double Tail(int centroid) => _tails.Pointer[centroid];

    /// <summary>The panel that begins at a vector, its vectors interleaved pair by pair.</summary>
    public short* Panel(int firstVector) => _panels!.Pointer + ((nint)firstVector * Groups.Lanes * _stride);

    /// <summary>The width of the panel that begins at a vector, if it may reach to another (exclusive).</summary>
    public int ColumnsAt(int firstVector, int endVector) => Math.Min(PanelColumns, endVector - firstVector);

    /// <summary>Packs k × d centroids, which must stay where they are until the next call.</summary>
    public void Pack(T* centroids, Crew crew) => Pack(centroids, Clusters, crew);

    /// <summary>Packs the first centroids; the others have no finite score.</summary>
    public void Pack(T* centroids, int count, Crew crew)
    {
        Centroids = centroids;
        var error = MakeRows(new PointView<T>(centroids, count, _form.Dimensions), crew);
        var missed = _pointsError + error + (_pointsError * error);
        var margin = new Margin<float>(_form.Length, ShortTile.Roundings, _form.Scale, _form.RowError + (0.5 * missed), _form.Dimensions);
        PointFactor = MathF.BitIncrement((float)margin.PointFactor);
        Tiny = MathF.BitIncrement((float)margin.Tiny);
        NormError = margin.NormError;
        Overflows = false;
        var kappa = margin.Kappa + margin.NormError;
        for (var place = 0; place < Places; place++)
        {
            SetPlace(place, count, kappa);
        }

        for (var group = 0; _panels is not null && group < Groups.Count; group++)
        {
            var end = Groups.FirstVectors[group + 1];
            for (var vector = Groups.FirstVectors[group]; vector < end; vector += PanelColumns)
            {
                PackPanel(vector, ColumnsAt(vector, end), count);
            }
        }

        var (bare, farthest) = (kappa - (0.5 * missed), 0f);
        for (var j = 0; j < count; j++)
        {
            farthest = MathF.Max(farthest, Norm(j));
            _tails.Pointer[j] = _form.LongestTail(Row(j), Step(j), Norm(j), error);
        }

        TwoScores = (RoundUp(2 * missed * Math.Sqrt(farthest)), RoundUp(2 * bare), RoundUp((2 * bare * farthest) + margin.Tiny));
        if (Overflows)
        {
            // No score settles anything then.
            new Span<float>(Slacks, Places).Fill(float.PositiveInfinity);
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
        _steps.Dispose();
        _norms.Dispose();
        _tails.Dispose();
        _panels?.Dispose();
        _lanes.Dispose();
        foreach (var former in _formers)
        {
            former?.Dispose();
        }
    }

    // With room for the roundings of a sum of such.
    private static float RoundUp(double value) => MathF.BitIncrement((float)(value * (1 + 1e-5)));

    // Gives ε_c.
    private double MakeRows(PointView<T> centroids, Crew crew)
    {
        Array.Resize(ref _formers, crew.Size);
        foreach (var former in _formers)
        {
            former?.Forget();
        }

        crew.Run(centroids.Count, CentroidsAtOnce, _form.WorkPerRow, (thread, first, count) =>
            (_formers[thread] ??= _form.CreateFormer()).Make(centroids, first, count, Row(first), _steps.Pointer + first, _norms.Pointer + first));
        return _formers.Max(former => former?.Error ?? 0);
    }

    private void SetPlace(int place, int count, double kappa)
    {
        var centroid = Groups.Order[place];
        if (centroid < 0 || centroid >= count)
        {
            Offsets[place] = float.PositiveInfinity;
            MinusSteps[place] = 0;
            return;
        }

        // No number is above no limit.
        var squares = Norm(centroid);
        var overflows = !(squares < LargestSquares);
        Overflows |= overflows;
        MinusSteps[place] = -Step(centroid);
        HalfNorms[place] = 0.5f * squares;
        Offsets[place] = overflows ? float.NaN : (float)((0.5 - kappa) * squares);
        Slacks[place] = MathF.BitIncrement((float)(2 * kappa * squares));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void PackPanel(int firstVector, int columns, int count)
    {
        var width = columns * Groups.Lanes;
        var panel = (int*)Panel(firstVector);
        for (var lane = 0; lane < width; lane++)
        {
            var centroid = Groups.Order[(firstVector * Groups.Lanes) + lane];
            if (centroid >= 0 && centroid < count)
            {
                var pairs = (int*)Row(centroid);
                for (var p = 0; p < Pairs; p++)
                {
                    panel[((nint)p * width) + lane] = pairs[p];
                }
            }
        }
    }
}
