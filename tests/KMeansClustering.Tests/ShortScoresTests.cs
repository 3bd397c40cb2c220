using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Scores of 16-bit rows are as near to the truth as the passes take them to be, in exact arithmetic and with vectors of every width.</summary>
public abstract unsafe class ShortScoresTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<DataKind, int> Cases
    {
        get
        {
            TheoryData<DataKind, int> cases = [];
            foreach (DataKind kind in Enum.GetValues<DataKind>())
            {
                foreach (int d in new[] { 1, 3, 16, 31, 130 })
                {
                    cases.Add(kind, d);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_of_whole_points_are_within_their_margins(DataKind kind, int dimensions) => Check(kind, dimensions, sketched: false);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_of_sketches_are_lower_bounds(DataKind kind, int dimensions) => Check(kind, dimensions, sketched: true);

    private static void Check(DataKind kind, int dimensions, bool sketched)
    {
        const int Count = 22;
        T half = T.CreateChecked(0.5);
        T[] values = TestData.Points<T>(kind, Count, dimensions, dimensions);
        T[] means = [.. Enumerable.Range(0, 3 * dimensions).Select(c => (half * values[c]) + (half * values[c + dimensions]))];
        T[] places = [.. values.Take(4 * dimensions), .. means, .. values.Take(2 * dimensions).Select(T.BitIncrement), .. values.Take(dimensions), .. new T[dimensions]];
        using Crew crew = new(2);
        using AlignedBuffer<T> centroids = new(places.Length);
        places.CopyTo(new Span<T>(centroids.Pointer, places.Length));
        fixed (T* points = values)
        {
            PointView<T> view = new(points, Count, dimensions);
            using SketchBasis<T>? basis = sketched ? new(view, Math.Min(dimensions, 20), crew) : null;
            using ShortRows<T> rows = new(view, basis, crew);
            Widths.ForEach(new Scores(new Truth(view, rows, crew, centroids.Pointer, places.Length / dimensions), crew, $"{kind}, d = {dimensions}, {(sketched ? "sketches" : "whole")}, {typeof(T).Name}"));
        }
    }

    /// <summary>The points, the centroids, and their distances.</summary>
    private sealed class Truth
    {
        public Truth(PointView<T> points, ShortRows<T> rows, Crew crew, T* centroids, int clusters)
        {
            Points = points;
            Rows = rows;
            Centroids = centroids;
            Clusters = clusters;
            using Centre<T> centre = new(points, crew);
            ExactNumber square = ExactNumber.From(rows.Form.Scale) * ExactNumber.From(rows.Form.Scale);
            Norms = [.. Enumerable.Range(0, points.Count).Select(i => square * Squared(i, centre.Mean))];
            Distances = [.. Enumerable.Range(0, points.Count).Select(i => Enumerable.Range(0, clusters).Select(j => square * Squared(i, centroids + (j * points.Dimensions))).ToArray())];
        }

        public PointView<T> Points { get; }

        public ShortRows<T> Rows { get; }

        public T* Centroids { get; }

        public int Clusters { get; }

        /// <summary>σ²‖x − μ‖²; of whole points.</summary>
        public ExactNumber[] Norms { get; }

        /// <summary>σ²‖x − c‖².</summary>
        public ExactNumber[][] Distances { get; }

        private ExactNumber Squared(int point, T* other) => ExactDistance.Squared(Points.RowSpan(point), new ReadOnlySpan<T>(other, Points.Dimensions));
    }

    private sealed class Scores(Truth truth, Crew crew, string name) : IForEveryWidth
    {
        public void With<TVector, TSimd>()
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            using BoundedSearch<T, TVector, TSimd> search = new(truth.Rows, truth.Clusters, 2);
            search.Prepare(truth.Centroids, crew);
            using Contest<T, TVector, TSimd> contest = new(search);
            contest.Begin(truth.Points);
            ShortCentroids<T> packed = search.Packed;
            if (packed.Overflows)
            {
                return; // no score means anything then
            }

            // Zeros up to a whole vector.
            short[] row = new short[truth.Rows.Form.Stride + (2 * TSimd.Count)];
            fixed (short* x = row)
            {
                for (int i = 0; i < truth.Points.Count; i++)
                {
                    if (!float.IsFinite(truth.Rows.Norms[i]))
                    {
                        continue;
                    }

                    truth.Rows.Copy(i, x, 1);
                    string what = $"{name}, {TSimd.Count} lanes, point {i}";
                    float[] ofTile = new float[truth.Clusters];
                    for (int j = 0; j < truth.Clusters; j++)
                    {
                        ofTile[j] = OfTile<TVector, TSimd>(packed, x, i, packed.Groups.Positions[j]);
                    }

                    float[] ofLanes = [.. Enumerable.Range(0, truth.Clusters).Select(j => OfLanes<TVector, TSimd>(packed, i, j, packed.Offsets[packed.Groups.Positions[j]]))];
                    RequireLower(packed, ofTile, i, what + ", tile");
                    RequireLower(packed, ofLanes, i, what + ", lanes");
                    if (!truth.Rows.Form.IsSketch)
                    {
                        RequireUpper(packed, ofTile, i, what + ", tile");
                        float[] bare = [.. Enumerable.Range(0, truth.Clusters).Select(j => OfLanes<TVector, TSimd>(packed, i, j, packed.HalfNorms[packed.Groups.Positions[j]]))];
                        RequireDifferences(packed, bare, i, what);
                        for (int j = 0; j < truth.Clusters; j++)
                        {
                            float upper = contest.UpperOf(i, x, j);
                            Require(!float.IsFinite(upper) || ExactNumber.From(upper) * ExactNumber.From(upper) >= truth.Distances[i][j], $"{what}: {upper} is below the distance to {j}");
                        }
                    }
                }
            }
        }

        private float OfTile<TVector, TSimd>(ShortCentroids<T> packed, short* x, int point, int place)
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            // The panel that holds the place, and the column in it.
            int vector = place / TSimd.Count, group = 0;
            while (packed.Groups.FirstVectors[group + 1] <= vector)
            {
                group++;
            }

            int start = packed.Groups.FirstVectors[group];
            int first = start + ((vector - start) / packed.PanelColumns * packed.PanelColumns);
            int columns = packed.ColumnsAt(first, packed.Groups.FirstVectors[group + 1]);
            TVector* products = stackalloc TVector[ShortTile.Rows * columns];
            ShortTile<TVector, TSimd>.Multiply(new TileRows<short>(x, 0), packed.Panel(first), columns, packed.Pairs, products, Prefetch.Nothing(x));
            int at = vector * TSimd.Count;
            TVector scores = ShortTile<TVector, TSimd>.Score(products[vector - first], TSimd.Create(truth.Rows.Steps[point]), packed.MinusSteps + at, packed.Offsets + at);
            return ((float*)&scores)[place % TSimd.Count];
        }

        private float OfLanes<TVector, TSimd>(ShortCentroids<T> packed, int point, int centroid, float offset)
            where TVector : unmanaged
            where TSimd : struct, ISimd<TVector, float>
        {
            int at = ShortLanes<TVector, TSimd>.Points, first = point / at * at;
            TVector* products = stackalloc TVector[ShortLanes<TVector, TSimd>.Vectors];
            ShortLanes<TVector, TSimd>.Multiply(packed.RowsFrom(centroid), 1, truth.Rows.At(first), packed.Pairs, products, Prefetch.Nothing(truth.Rows.At(first)), streams: false);
            int vector = (point - first) / TSimd.Count;
            TVector scores = ShortLanes<TVector, TSimd>.Score(products[vector], TSimd.Load(truth.Rows.Steps + first + (vector * TSimd.Count)), -packed.Step(centroid), offset);
            return ((float*)&scores)[point % TSimd.Count];
        }

        // As Contest and ShortReach set their limits: score ≤ ½(σ²d² − a²) + κa² + tiny, with the norm that was computed.
        private void RequireLower(ShortCentroids<T> packed, float[] scores, int point, string what)
        {
            double factor = 0.5 * (1 - packed.NormError - packed.PointFactor);
            ExactNumber norm = ExactNumber.From(factor) * ExactNumber.From(truth.Rows.Norms[point]);
            for (int j = 0; j < scores.Length; j++)
            {
                ExactNumber most = truth.Distances[point][j].Scale(-1) - norm + ExactNumber.From(packed.Tiny);
                Require(ExactNumber.From(scores[j]) <= most, $"{what}: score {scores[j]:R} of {j} is no lower bound: {most.ToDouble():R}");
            }
        }

        // ½(σ²d² − a²) ≤ score + κa² + 2κb² + tiny.
        private void RequireUpper(ShortCentroids<T> packed, float[] scores, int point, string what)
        {
            ExactNumber ofPoint = (ExactNumber.From(packed.PointFactor) * ExactNumber.From(truth.Rows.Norms[point])).Scale(-1);
            for (int j = 0; j < scores.Length; j++)
            {
                ExactNumber margin = ofPoint + ExactNumber.From(packed.Slacks[packed.Groups.Positions[j]]) + ExactNumber.From(packed.Tiny);
                ExactNumber least = True(point, j) - margin;
                Require(ExactNumber.From(scores[j]) >= least, $"{what}: score {scores[j]:R} of {j} is too low: {least.ToDouble():R}");
            }
        }

        // As ShortWorker sets its thresholds: two scores differ as the true ones do, but for both margins together; the judge, who may be off by as much, is among them.
        private void RequireDifferences(ShortCentroids<T> packed, float[] scores, int point, string what)
        {
            float norm = truth.Rows.Norms[point];
            (float length, float square, float constant) = packed.TwoScores;
            ExactNumber margin = ExactNumber.From((MathF.Sqrt(norm) * length) + ((norm * square) + constant));
            for (int i = 0; i < scores.Length; i++)
            {
                for (int j = 0; j < scores.Length; j++)
                {
                    ExactNumber judge = ((truth.Distances[point][i] + truth.Distances[point][j]) * ExactNumber.From(truth.Points.Dimensions + 3)).Scale(-53);
                    ExactNumber off = ExactNumber.From(scores[i]) - ExactNumber.From(scores[j]) - (True(point, i) - True(point, j));
                    Require(off + judge <= margin, $"{what}: scores of {i} and {j}, {scores[i]:R} and {scores[j]:R}, are off by {off.ToDouble():R}, more than {margin.ToDouble():R}");
                }
            }
        }

        // ½(σ²d² − a²).
        private ExactNumber True(int point, int centroid) => (truth.Distances[point][centroid] - truth.Norms[point]).Scale(-1);

        private static void Require(bool holds, string what)
        {
            if (!holds)
            {
                Assert.Fail(what);
            }
        }
    }
}

public sealed class FloatShortScoresTests : ShortScoresTests<float>;

public sealed class DoubleShortScoresTests : ShortScoresTests<double>;
