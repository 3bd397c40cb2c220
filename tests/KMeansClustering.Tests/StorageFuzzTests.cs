using System.Numerics;
using KMeansClustering.Assignment;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Ten thousand damaged files of each form: each is refused by an InvalidDataException, or gives a model that can be saved and loaded.</summary>
public abstract class StorageFuzzTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Files = 10_000;

    [Fact]
    public void Json_is_refused_or_right() => Fuzz(model => model.Save, KMeansModel<T>.Load, seed: 1);

    [Fact]
    public void Npy_is_refused_or_right() => Fuzz(model => model.SaveNpy, stream => KMeansModel<T>.LoadNpy(stream), seed: 2);

    private static void Fuzz(Func<KMeansModel<T>, Action<Stream>> save, Func<Stream, KMeansModel<T>> load, int seed)
    {
        Draw draw = new(seed);
        byte[][] seeds = [.. Enumerable.Range(0, 10).Select(i => Stored.Bytes(save(
            i == 0 ? new(Stored.Special<T>(), 4) : i < 8 ? Stored.Model<T>(1 + (i % 4), i, i) : Stored.CosineModel<T>(3, i - 7, i))))];
        int loaded = 0;
        for (int file = 0; file < Files; file++)
        {
            byte[] bytes = seeds[draw.Below(seeds.Length)];
            for (int times = 1 + draw.Below(3); times > 0; times--)
            {
                bytes = Damage.Once(bytes, draw);
            }

            loaded += LoadsRight(bytes, save, load, $"file {file}") ? 1 : 0;
        }

        loaded.Should().BeInRange(Files / 100, Files * 9 / 10, "some damage only changes a value, most does not");
    }

    private static bool LoadsRight(byte[] bytes, Func<KMeansModel<T>, Action<Stream>> save, Func<Stream, KMeansModel<T>> load, string what)
    {
        KMeansModel<T>? model = Load(new MemoryStream(bytes), load, what);
        KMeansModel<T>? fromParts = Load(new DripStream(bytes, 3), load, what);
        Same.Value(model is null, fromParts is null, what + " whole and in parts");
        if (model is null)
        {
            return false;
        }

        (model.Clusters >= 1 && model.Dimensions >= 1).Should().BeTrue(what);
        Same.Value(model.Clusters * model.Dimensions, model.Centroids.Length, what);
        (model.Centroids.Length * 2 <= bytes.Length).Should().BeTrue(what);
        foreach (T value in model.Centroids)
        {
            T.IsFinite(value).Should().BeTrue(what);
        }

        if (model.Metric == KMeansMetric.Cosine)
        {
            Same.Value(-1, UnitRow<T>.FirstNotUnit(model.Centroids, model.Dimensions), what + ": the first centroid not of length 1");
        }

        Stored.Same(model, fromParts!, what);
        Stored.Same(model, load(new MemoryStream(Stored.Bytes(save(model)))), what);
        return true;
    }

    private static KMeansModel<T>? Load(Stream stream, Func<Stream, KMeansModel<T>> load, string what)
    {
        try
        {
            return load(stream);
        }
        catch (InvalidDataException)
        {
            return null;
        }
        catch (Exception other)
        {
            throw new InvalidOperationException($"{what} led to an exception that it must not lead to.", other);
        }
    }
}

public sealed class FloatStorageFuzzTests : StorageFuzzTests<float>;

public sealed class DoubleStorageFuzzTests : StorageFuzzTests<double>;
