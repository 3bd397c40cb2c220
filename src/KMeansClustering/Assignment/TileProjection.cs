using System.Numerics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Assignment;

/// <summary>The projection, made by the tile: once with Q's columns as its centroids, for the heads; and once with the heads as its points and Q's rows as its centroids, for what they leave over.</summary>
internal sealed unsafe class TileProjection<T, TVector, TSimd> : Projection<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : unmanaged
    where TSimd : struct, ISimd<TVector, T>
{
    private const int TileRows = Tile<T, TVector, TSimd>.Rows;
    private const int BlockRows = 4 * TileRows;

    private readonly int _dimensions;
    private readonly int _head;
    private readonly SketchBasis<T> _basis;
    private readonly AlignedBuffer<T> _heads;
    private readonly AlignedBuffer<T> _tails;

    public TileProjection(SketchBasis<T> basis, int length)
    {
        _dimensions = basis.Dimensions;
        _head = length - 1;
        _basis = basis;
        _heads = Panels(_head, _dimensions, (j, p) => basis.Column(j)[p]);
        _tails = Panels(_dimensions, _head, (p, j) => basis.Column(j)[p]);
        Error = ErrorOf(_dimensions, _head, basis.Defect);
    }

    public override int Length => _head + 1;

    public override double Scale => _basis.Scale;

    public override double Error { get; }

    public override Projector<T> CreateProjector() => new TileProjector(this);

    public override void Dispose()
    {
        _heads.Dispose();
        _tails.Dispose();
    }

    private static double ErrorOf(int dimensions, int head, double defect)
    {
        var u = typeof(T) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 53);
        var gamma = Tile<T, TVector, TSimd>.Roundings(dimensions) * u;
        var backGamma = (Tile<T, TVector, TSimd>.Roundings(head) + 1) * u;
        var headError = (1.01 * gamma * Math.Sqrt(head) * (1 + defect)) + (2 * u);
        var tailError = ((headError + defect) * (1 + defect)) + defect + (1.01 * backGamma * Math.Sqrt(head) * (1 + defect)) + ((0.5 * (dimensions + 16)) + 2) * u;
        var error = headError + defect + tailError;
        return error / (1 - Math.Min(error, 0.5));
    }

    private static int Vectors(int values) => (values + TSimd.Count - 1) / TSimd.Count;

    private static int PanelAt(int vector, int vectors) => Math.Min(Tile<T, TVector, TSimd>.MaxColumns, vectors - vector);

    // A panel's lanes are rows of a matrix, its steps the columns; zeros past the last row.
    private static AlignedBuffer<T> Panels(int rows, int columns, Func<int, int, T> value)
    {
        var vectors = Vectors(rows);
        var panels = new AlignedBuffer<T>((long)vectors * TSimd.Count * columns);
        for (var vector = 0; vector < vectors; vector += Tile<T, TVector, TSimd>.MaxColumns)
        {
            var width = PanelAt(vector, vectors) * TSimd.Count;
            var panel = panels.Pointer + ((nint)vector * TSimd.Count * columns);
            for (var lane = 0; lane < Math.Min(width, rows - (vector * TSimd.Count)); lane++)
            {
                for (var column = 0; column < columns; column++)
                {
                    panel[((nint)column * width) + lane] = value((vector * TSimd.Count) + lane, column);
                }
            }
        }

        return panels;
    }

    /// <summary>One thread's scratch memory.</summary>
    private sealed class TileProjector : Projector<T>
    {
        private readonly TileProjection<T, TVector, TSimd> _whole;
        private readonly RowPacker<T, TVector, TSimd> _rows;
        private readonly AlignedBuffer<TVector> _products = new(TileRows * Tile<T, TVector, TSimd>.MaxColumns);
        private readonly AlignedBuffer<T> _head;
        private readonly int _headStride;

        public TileProjector(TileProjection<T, TVector, TSimd> whole)
        {
            _whole = whole;
            _rows = new RowPacker<T, TVector, TSimd>(whole._dimensions, BlockRows);
            _rows.Centre(whole._basis.Mean, T.CreateTruncating(whole.Scale));
            _headStride = Vectors(whole._head) * TSimd.Count;
            _head = new AlignedBuffer<T>((long)TileRows * _headStride);
        }

        public override void Project(PointView<T> points, int first, int count, T* sketches)
        {
            for (var done = 0; done < count; done += BlockRows)
            {
                var block = Math.Min(BlockRows, count - done);
                _rows.Pack(points, first + done, block);
                for (var row = 0; row < block; row += TileRows)
                {
                    MakeHeads(row);
                    MakeTails(row, Math.Min(TileRows, block - row), sketches + ((nint)(done + row) * _whole.Length));
                }
            }
        }

        public override void Dispose()
        {
            _rows.Dispose();
            _products.Dispose();
            _head.Dispose();
        }

        private void MakeHeads(int row)
        {
            var vectors = Vectors(_whole._head);
            for (var vector = 0; vector < vectors; vector += Tile<T, TVector, TSimd>.MaxColumns)
            {
                var columns = PanelAt(vector, vectors);
                Tile<T, TVector, TSimd>.Multiply(
                    new TileRows<T>(_rows.Row(row), _rows.Stride), _whole._heads.Pointer + ((nint)vector * TSimd.Count * _whole._dimensions), columns, _whole._dimensions, _products.Pointer);
                for (var i = 0; i < TileRows; i++)
                {
                    for (var c = 0; c < columns; c++)
                    {
                        TSimd.Store(_products.Pointer[(i * columns) + c], _head.Pointer + ((nint)i * _headStride) + ((vector + c) * TSimd.Count));
                    }
                }
            }
        }

        private void MakeTails(int row, int count, T* sketches)
        {
            var squares = stackalloc TVector[TileRows];
            for (var i = 0; i < TileRows; i++)
            {
                squares[i] = TSimd.Create(T.Zero);
            }

            var vectors = Vectors(_whole._dimensions);
            var rows = new TileRows<T>(_head.Pointer, _headStride);
            for (var vector = 0; vector < vectors; vector += Tile<T, TVector, TSimd>.MaxColumns)
            {
                var columns = PanelAt(vector, vectors);
                Tile<T, TVector, TSimd>.Multiply(rows, _whole._tails.Pointer + ((nint)vector * TSimd.Count * _whole._head), columns, _whole._head, _products.Pointer);
                for (var i = 0; i < TileRows; i++)
                {
                    var x = _rows.Row(row + i) + (vector * TSimd.Count);
                    for (var c = 0; c < columns; c++)
                    {
                        var rest = TSimd.Subtract(TSimd.Load(x + (c * TSimd.Count)), _products.Pointer[(i * columns) + c]);
                        squares[i] = TSimd.MultiplyAdd(rest, rest, squares[i]);
                    }
                }
            }

            for (var i = 0; i < count; i++, sketches += _whole.Length)
            {
                new ReadOnlySpan<T>(_head.Pointer + ((nint)i * _headStride), _whole._head).CopyTo(new Span<T>(sketches, _whole._head));
                sketches[_whole._head] = T.Sqrt(TSimd.SumAcross(squares[i]));
            }
        }
    }
}
