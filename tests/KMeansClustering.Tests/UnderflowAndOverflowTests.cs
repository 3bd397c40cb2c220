using KMeansClustering.Assignment;
using KMeansClustering.Numerics;
using KMeansClustering.Tests.Oracle;

namespace KMeansClustering.Tests;

/// <summary>Where squares underflow or overflow between bounds that are still finite: found by reading the proofs.</summary>
public unsafe class UnderflowAndOverflowTests
{
    [Fact]
    public void The_length_of_a_tail_may_underflow()
    {
        const int D = 16;
        float e = (float)(0.99 * Math.ScaleB(1, -75));
        double delta = e * Math.Sqrt(15), t = 1.7e-18, u = 1 / Math.Sqrt(15);
        float[] points = new float[4 * D];
        points[0] = 0.75f; points[D] = -0.75f;
        for (int p = 1; p < D; p++) { points[(2 * D) + p] = e; points[(3 * D) + p] = -e; }
        float[] centroids = new float[2 * D];
        for (int p = 1; p < D; p++) { centroids[p] = (float)(-(t - (1.9 * delta)) * u); centroids[D + p] = (float)(t * u); }
        using Crew crew = new(1);
        fixed (float* x = points, c = centroids)
        {
            PointView<float> view = new(x, 4, D);
            using SketchBasis<float> basis = new(view, 16, crew);
            using ShortRows<float> rows = new(view, basis, crew);
            using SearchPass<float> pass = new(view, null, 2, null, crew, NearestSearch<float>.Remembering(rows, 2, 4), KMeansAlgorithm.Sketch);
            int[] labels = [-1, -1, -1, -1];
            fixed (int* l = labels) pass.Run(c, l, out _);
            labels.Should().Equal(JudgeDistance.NearestOfEach<float>(points, D, centroids), $"scale {rows.Form.Scale} length {rows.Form.Length} rowerror {rows.Form.RowError} step {rows.Steps[2]}");
        }
    }

    [Fact]
    public void The_length_of_a_tail_may_underflow_in_double()
    {
        const int D = 16;
        double e = (double)(1.4 * Math.ScaleB(1, -537.5 < 0 ? -58 : 0));
        double delta = e * Math.Sqrt(15), t = delta / (4 * 2.4e-13), u = 1 / Math.Sqrt(15);
        double[] points = new double[4 * D];
        points[0] = Math.ScaleB(0.75, 480); points[D] = -Math.ScaleB(0.75, 480);
        for (int p = 1; p < D; p++) { points[(2 * D) + p] = e; points[(3 * D) + p] = -e; }
        double[] centroids = new double[2 * D];
        for (int p = 1; p < D; p++) { centroids[p] = (double)(-(t - (1.9 * delta)) * u); centroids[D + p] = (double)(t * u); }
        using Crew crew = new(1);
        fixed (double* x = points, c = centroids)
        {
            PointView<double> view = new(x, 4, D);
            using SketchBasis<double> basis = new(view, 16, crew);
            using ShortRows<double> rows = new(view, basis, crew);
            using SearchPass<double> pass = new(view, null, 2, null, crew, NearestSearch<double>.Remembering(rows, 2, 4), KMeansAlgorithm.Sketch);
            int[] labels = [-1, -1, -1, -1];
            fixed (int* l = labels) pass.Run(c, l, out _);
            labels.Should().Equal(JudgeDistance.NearestOfEach<double>(points, D, centroids), $"scale {rows.Form.Scale} length {rows.Form.Length} rowerror {rows.Form.RowError} step {rows.Steps[2]}");
        }
    }

    [Fact]
    public void A_score_may_overflow_where_another_does_not()
    {
        foreach (int D in new[] { 9, 4 })
        {
            float m = (float)-Math.ScaleB(1, 104), a = (float)(-Math.ScaleB(1, 127) - Math.ScaleB(1, 104));
            float[] centroids = new float[5 * D];
            centroids[3 * D] = float.MaxValue; centroids[D] = a; centroids[2 * D] = a; centroids[0] = m; centroids[4 * D] = m;
            centroids[1] = -8.5e14f;
            float[] points = new float[D];
            points[0] = m;
            for (double f = 1e-7; f < 2e-5; f *= 1.3)
            {
                centroids[(4 * D) + 1] = (float)(2.6087635e19 * (1 + f));
                centroids[D + 1] = -centroids[(4 * D) + 1]; centroids[(2 * D) + 1] = 8.5e14f;
                points[1] = (float)(1.30438175e19 * (1 - (2 * f)));
                int[] labels = new int[1];
                KMeans.AssignPoints<float>(points, D, centroids, labels);
                Assert.True(JudgeDistance.NearestOfEach<float>(points, D, centroids)[0] == labels[0], $"d {D} f {f}: {labels[0]}");
            }
        }
    }
}
