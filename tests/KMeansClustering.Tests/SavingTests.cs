using System.Numerics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using KMeansClustering.Tests.Oracle;
using KMeansClustering.Tests.Support;
using TestData = KMeansClustering.Tests.Support.TestData;

namespace KMeansClustering.Tests;

/// <summary>What is saved, as JSON or .npy, is loaded with the same bits.</summary>
public abstract class SavingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Form[] Forms =
    [
        new("JSON", model => model.Save, KMeansModel<T>.Load, model => model.Save, KMeansModel<T>.Load),
        new(".npy", model => model.SaveNpy, stream => KMeansModel<T>.LoadNpy(stream), model => model.SaveNpy, path => KMeansModel<T>.LoadNpy(path)),
    ];

    [Fact]
    public void Every_finite_number_comes_back_with_its_bits()
    {
        Gen<(int Clusters, int Dimensions, int Seed)> shapes =
            from clusters in Gen.Choose(1, 20)
            from dimensions in Gen.Choose(1, 20)
            from seed in Gen.Choose(0, int.MaxValue)
            select (clusters, dimensions, seed);

        Prop.ForAll(Arb.From(shapes), shape =>
        {
            KMeansModel<T> model = Stored.Model<T>(shape.Clusters, shape.Dimensions, shape.Seed);
            foreach (Form form in Forms)
            {
                byte[] bytes = Stored.Bytes(form.Save(model));
                Stored.Same(model, form.Load(new MemoryStream(bytes)), form.Name);
                Stored.Same(model, form.Load(new DripStream(bytes, 7)), form.Name + " in parts");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public void So_do_zeros_of_both_signs_and_the_smallest_and_largest_numbers()
    {
        KMeansModel<T> model = new(Stored.Special<T>(), 4);
        foreach (Form form in Forms)
        {
            Stored.Same(model, form.Load(new MemoryStream(Stored.Bytes(form.Save(model)))), form.Name);
        }
    }

    [Fact]
    public void A_model_longer_than_all_buffers_comes_back()
    {
        KMeansModel<T> model = Stored.Model<T>(301, 307, 5);
        foreach (Form form in Forms)
        {
            byte[] bytes = Stored.Bytes(form.Save(model));
            Stored.Same(model, form.Load(new MemoryStream(bytes)), form.Name);
            Stored.Same(model, form.Load(new DripStream(bytes, 1000)), form.Name + " in parts");
        }
    }

    [Fact]
    public void A_loaded_model_predicts_what_the_fitted_one_does()
    {
        Problem<T> problem = TestData.Problem<T>(DataKind.Clustered, 200, 5, 6);
        KMeansResult<T> result = problem.Fit();
        foreach (Form form in Forms)
        {
            KMeansModel<T> loaded = form.Load(new MemoryStream(Stored.Bytes(form.Save(result.Model))));
            int[] labels = new int[problem.Count];
            loaded.Predict(problem.Points, labels);

            Same.Values(result.Labels, labels, form.Name);
            Same.Bits(result.Inertia, loaded.Inertia(problem.Points), form.Name);
        }
    }

    [Fact]
    public void A_path_holds_what_a_stream_gets()
    {
        KMeansModel<T> model = Stored.Model<T>(4, 3, 1);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach (Form form in Forms)
            {
                string path = Path.Combine(folder, "model");
                File.WriteAllText(path, "what was here before, and is longer than the model that comes now" + new string('.', 2000));
                form.SaveFile(model)(path);

                File.ReadAllBytes(path).Should().Equal(Stored.Bytes(form.Save(model)));
                Stored.Same(model, form.LoadFile(path), form.Name);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Streams_are_used_from_where_they_stand_and_left_open()
    {
        KMeansModel<T> model = Stored.Model<T>(2, 2, 1);
        foreach (Form form in Forms)
        {
            using MemoryStream stream = new();
            stream.Write([1, 2, 3]);
            form.Save(model)(stream);
            stream.CanWrite.Should().BeTrue();
            stream.Position = 3;
            Stored.Same(model, form.Load(stream), form.Name);
            stream.CanRead.Should().BeTrue();

            using DripStream drip = new(Stored.Bytes(form.Save(model)));
            form.Load(drip);
            drip.Disposed.Should().BeFalse();
        }
    }

    [Fact]
    public void The_json_is_what_the_documentation_says()
    {
        string type = typeof(T) == typeof(float) ? "float32" : "float64";
        KMeansModel<T> model = new([T.One, -T.One / T.CreateChecked(4), T.NegativeZero, T.CreateChecked(1e30)], 2);

        Encoding.UTF8.GetString(Stored.Bytes(model.Save)).Should().Be(
            "{\"format\":\"KMeansClustering.Model\",\"version\":1,\"type\":\"" + type + "\",\"dimensions\":2,\"clusters\":2,\"centroids\":[[1,-0.25],[-0,1E+30]]}");
    }

    [Fact]
    public void The_json_of_a_cosine_model_says_so()
    {
        string type = typeof(T) == typeof(float) ? "float32" : "float64";
        KMeansModel<T> model = new([T.One, T.Zero, T.Zero, -T.One], 2, KMeansMetric.Cosine);

        Encoding.UTF8.GetString(Stored.Bytes(model.Save)).Should().Be(
            "{\"format\":\"KMeansClustering.Model\",\"version\":1,\"type\":\"" + type + "\",\"metric\":\"cosine\",\"dimensions\":2,\"clusters\":2,\"centroids\":[[1,0],[0,-1]]}");
    }

    [Fact]
    public void A_cosine_model_comes_back_with_its_metric_and_bits()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            KMeansModel<T> model = Stored.CosineModel<T>(1 + (seed % 7), 1 + (3 * seed), seed);

            Stored.Same(model, KMeansModel<T>.Load(new MemoryStream(Stored.Bytes(model.Save))), "JSON");
            Stored.Same(model, KMeansModel<T>.LoadNpy(new MemoryStream(Stored.Bytes(model.SaveNpy)), KMeansMetric.Cosine), ".npy");
        }
    }

    /// <summary>Other programs round otherwise.</summary>
    [Fact]
    public void Centroids_of_any_length_become_directions_in_a_cosine_model_of_npy_and_zeros_are_refused()
    {
        T[] centroids = TestData.Points<T>(DataKind.Clustered, 5, 3);
        string path = Path.GetTempFileName();
        try
        {
            new KMeansModel<T>(centroids, 3).SaveNpy(path);
            Stored.Same(new KMeansModel<T>(PlainDirection.OfEach(centroids, 3), 3, KMeansMetric.Cosine), KMeansModel<T>.LoadNpy(path, KMeansMetric.Cosine), ".npy");

            centroids.AsSpan(6, 3).Clear();
            new KMeansModel<T>(centroids, 3).SaveNpy(path);
            KMeansModel<T>.LoadNpy(path).Metric.Should().Be(KMeansMetric.Euclidean);
            Refusal.Require(() => KMeansModel<T>.LoadNpy(path, KMeansMetric.Cosine), typeof(InvalidDataException), "Centroid 2");
            Refusal.Require(() => KMeansModel<T>.LoadNpy(path, (KMeansMetric)77), typeof(ArgumentOutOfRangeException), "metric", "77");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Nothing_in_place_of_a_path_or_stream_is_refused()
    {
        KMeansModel<T> model = Stored.Model<T>(2, 2, 1);
        foreach (Form form in Forms)
        {
            Refusal.Require(() => form.Save(model)(null!), typeof(ArgumentNullException), "stream");
            Refusal.Require(() => form.Load(null!), typeof(ArgumentNullException), "stream");
            Refusal.Require(() => form.SaveFile(model)(null!), typeof(ArgumentNullException), "path");
            Refusal.Require(() => form.LoadFile(null!), typeof(ArgumentNullException), "path");
            Refusal.Require(() => form.SaveFile(model)(""), typeof(ArgumentException), "path");
            Refusal.Require(() => form.LoadFile(""), typeof(ArgumentException), "path");
            Refusal.Require(() => form.LoadFile(Path.Combine(Path.GetTempPath(), "no such folder", "model")), typeof(IOException));
        }
    }

    [Fact]
    public void Values_of_the_other_type_are_refused_and_the_message_says_which_they_are()
    {
        (string other, string own) = typeof(T) == typeof(float) ? ("float64", "float32") : ("float32", "float64");
        KMeansModel<float> single = new([1, 2], 2);
        KMeansModel<double> wide = new([1, 2], 2);
        bool isSingle = typeof(T) == typeof(float);

        Refusal.Require(() => KMeansModel<T>.Load(new MemoryStream(Stored.Bytes(isSingle ? wide.Save : single.Save))), typeof(InvalidDataException), other, own);
        Refusal.Require(() => KMeansModel<T>.LoadNpy(new MemoryStream(Stored.Bytes(isSingle ? wide.SaveNpy : single.SaveNpy))), typeof(InvalidDataException), other, own);
    }

    private sealed record Form(
        string Name,
        Func<KMeansModel<T>, Action<Stream>> Save,
        Func<Stream, KMeansModel<T>> Load,
        Func<KMeansModel<T>, Action<string>> SaveFile,
        Func<string, KMeansModel<T>> LoadFile);
}

public sealed class FloatSavingTests : SavingTests<float>;

public sealed class DoubleSavingTests : SavingTests<double>;
