using System.Numerics;
using KMeansClustering.Fitting;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>The model that a report of progress hands over: that of its own iteration, or none.</summary>
public abstract class ReportedModelTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Problem<T> s_problem = TestData.Problem<T>(DataKind.Uniform, 400, 3, 8);

    [Fact]
    public void It_is_the_model_of_a_fit_that_ends_with_that_iteration()
    {
        List<KMeansModel<T>> models = [];
        KMeansResult<T> result = Fit(report => models.Add(report.CopyModel<T>()));

        result.Iterations.Should().BeGreaterThan(5);
        models.Should().HaveCount(result.Iterations);
        for (int t = 1; t <= models.Count; t++)
        {
            KMeansResult<T> shorter = s_problem.Fit(new KMeansOptions { Tolerance = 0, MaxIterations = t });
            Same.Value(3, models[t - 1].Dimensions, "dimensions");
            Same.Bits(shorter.Model.Centroids, models[t - 1].Centroids, $"iteration {t}");
        }
    }

    [Fact]
    public void There_is_none_while_starting_centroids_are_chosen()
    {
        int asked = 0;
        KMeans.Fit<T>(s_problem.Points, 3, 8, new KMeansOptions { MaxIterations = 1 }, progress: new Listener<KMeansProgress>(report =>
        {
            if (report.Iteration == 0)
            {
                asked++;
                Refusal.Require(() => report.CopyModel<T>(), typeof(InvalidOperationException), "starting centroids", "Iteration is 0");
            }
        }));

        asked.Should().Be(8);
    }

    [Fact]
    public void Another_type_is_refused_with_both_names()
    {
        Type other = typeof(T) == typeof(float) ? typeof(double) : typeof(float);
        Fit(report => Refusal.Require(
            () =>
            {
                if (typeof(T) == typeof(float))
                {
                    report.CopyModel<double>();
                }
                else
                {
                    report.CopyModel<float>();
                }
            },
            typeof(InvalidOperationException), $"type {typeof(T).Name}, not {other.Name}"));
        Fit(report => Refusal.Require(() => report.CopyModel<Half>(), typeof(NotSupportedException), "Half"));
    }

    [Fact]
    public void Once_the_report_has_returned_it_is_refused_and_that_of_the_last_iteration_too()
    {
        List<KMeansProgress> reports = [];
        Fit(report =>
        {
            foreach (KMeansProgress earlier in reports)
            {
                RequireGone(earlier);
            }

            reports.Add(report);
        });

        reports.Should().HaveCountGreaterThan(5);
        reports.ForEach(RequireGone);
    }

    [Fact]
    public void After_a_report_that_threw_it_is_refused()
    {
        KMeansProgress? told = null;
        Action fit = () => Fit(report => throw new InvalidTimeZoneException((told = report).ToString()));

        fit.Should().Throw<InvalidTimeZoneException>();
        RequireGone(told!);
    }

    /// <summary>As a thread behind <see cref="Progress{T}"/> may ask at any moment. The model is so large that a copy takes a while.</summary>
    [Fact]
    public void The_fit_waits_for_a_copy_under_way()
    {
        T[] centroids = new T[1 << 22];
        using ReportedModel report = new(new KMeansModel<T>(centroids, 1 << 10));
        using ManualResetEventSlim copying = new();
        List<KMeansModel<T>> copies = [];
        Thread other = new(() =>
        {
            Refusal.Require(
                () =>
                {
                    while (true)
                    {
                        copies.Add(report.Copy<T>());
                        copying.Set();
                    }
                },
                typeof(InvalidOperationException));
        });
        other.Start();
        copying.Wait();

        report.Dispose();
        Array.Fill(centroids, T.One);
        other.Join();

        copies.Should().NotBeEmpty();
        copies.ForEach(copy => Same.Value(-1, copy.Centroids.IndexOfAnyExcept(T.Zero), "the place of a value that was written later"));
    }

    [Fact]
    public void It_is_no_part_of_a_reports_value()
    {
        KMeansProgress? told = null;
        Fit(report => told ??= report);
        KMeansProgress same = new()
        {
            Restart = 0,
            CentroidsSeeded = 8,
            Iteration = 1,
            LabelsChanged = told!.LabelsChanged,
            CentroidShift = told.CentroidShift,
        };

        told.Should().Be(same);
        told.GetHashCode().Should().Be(same.GetHashCode());
        told.ToString().Should().Be(same.ToString()).And.NotContain("Model").And.Contain("Iteration = 1");
        told.Should().NotBe(same with { LabelsChanged = 0 });
    }

    [Theory]
    [InlineData(0, 300, StopReason.LabelsUnchanged)]
    [InlineData(1e-2, 300, StopReason.CentroidsSettled)]
    [InlineData(0, 4, StopReason.MaxIterations)]
    public void Only_the_last_report_says_why_the_fit_stops(double tolerance, int maxIterations, StopReason reason)
    {
        List<KMeansProgress> reports = [];
        KMeansOptions options = new() { Tolerance = tolerance, MaxIterations = maxIterations };
        KMeansResult<T> result = KMeans.Fit<T>(s_problem.Points, 3, s_problem.Start, options, progress: new Listener<KMeansProgress>(reports.Add));

        result.StopReason.Should().Be(reason);
        reports.Select(report => report.StopReason).Should().Equal([.. Enumerable.Repeat<StopReason?>(null, result.Iterations - 1), reason]);
    }

    [Fact]
    public void Each_restart_has_a_last_report()
    {
        List<KMeansProgress> reports = [];
        KMeans.Fit<T>(s_problem.Points, 3, 8, new KMeansOptions { Restarts = 3 }, progress: new Listener<KMeansProgress>(reports.Add));

        foreach (IGrouping<int, KMeansProgress> restart in reports.GroupBy(report => report.Restart))
        {
            restart.Where(report => report.StopReason is not null).Should().Equal(restart.Last());
        }
    }

    private static void RequireGone(KMeansProgress report) =>
        Refusal.Require(() => report.CopyModel<T>(), typeof(InvalidOperationException), "gone on", "Progress<T>");

    private static KMeansResult<T> Fit(Action<KMeansProgress> heard) =>
        KMeans.Fit<T>(s_problem.Points, 3, s_problem.Start, new KMeansOptions { Tolerance = 0 }, progress: new Listener<KMeansProgress>(heard));
}

public sealed class FloatReportedModelTests : ReportedModelTests<float>;

public sealed class DoubleReportedModelTests : ReportedModelTests<double>;
