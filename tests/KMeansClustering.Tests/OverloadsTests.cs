using System.Numerics;
using System.Numerics.Tensors;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Whatever form the points come in, the answer is the same and the input stays as it was.</summary>
public abstract class OverloadsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 150;
    private const int Dimensions = 5;
    private const int Clusters = 6;

    private readonly Problem<T> _problem = TestData.Problem<T>(DataKind.Clustered, Count, Dimensions, Clusters, WeightKind.Uniform);

    public static TheoryData<string> Overloads => [.. FitOverload<T>.All.Select(overload => overload.Name)];

    [Theory]
    [MemberData(nameof(Overloads))]
    public void Every_overload_gives_the_same_answer_with_and_without_weights(string name)
    {
        FitOverload<T> overload = FitOverload<T>.Named(name);
        foreach (T[]? weights in new[] { null, _problem.Weights })
        {
            FitInput<T> input = Input() with { Weights = weights };
            KMeansResult<T> expected = overload.StartsFromCentroids
                ? KMeans.Fit(_problem.Points, Dimensions, (ReadOnlySpan<T>)_problem.Start, input.Options, weights)
                : KMeans.Fit<T>(_problem.Points, Dimensions, Clusters, input.Options, weights);

            Same.Answer(expected, overload.Fit(input), name);
        }
    }

    [Theory]
    [MemberData(nameof(Overloads))]
    public void No_overload_writes_to_its_input(string name)
    {
        FitInput<T> input = Input() with { Weights = _problem.Weights };
        FitInput<T> copy = input with { Points = [.. input.Points], Weights = [.. input.Weights!], InitialCentroids = [.. input.InitialCentroids] };

        FitOverload<T>.Named(name).Fit(input);

        Same.Bits<T>(copy.Points, input.Points, "points");
        Same.Bits<T>(copy.Weights, input.Weights, "weights");
        Same.Bits<T>(copy.InitialCentroids, input.InitialCentroids, "initial centroids");
    }

    [Fact]
    public void A_two_dimensional_array_and_lists_of_rows_are_not_written_to_either()
    {
        FitInput<T> input = Input();
        (T[,] array, T[][] rows) = (input.AsArray(), input.AsRows());

        KMeans.Fit(array, Clusters);
        KMeans.Fit(rows, Clusters);

        Same.Bits<T>(input.Points, array.Cast<T>().ToArray(), "array");
        Same.Bits<T>(input.Points, rows.SelectMany(row => row).ToArray(), "rows");
    }

    [Fact]
    public void A_tensor_with_a_row_stride_is_read_where_its_rows_are()
    {
        const int Stride = Dimensions + 3;
        T[] padded = new T[Count * Stride];
        Array.Fill(padded, T.NaN); // between the rows, where nobody may look
        for (int i = 0; i < Count; i++)
        {
            _problem.Point(i).CopyTo(padded.AsSpan(i * Stride));
        }

        ReadOnlyTensorSpan<T> tensor = new(padded, [Count, Dimensions], [Stride, 1]);

        Same.Answer(_problem.Fit(), KMeans.Fit(tensor, _problem.Start, weights: _problem.Weights), "from centroids");
        Same.Answer(KMeans.Fit<T>(_problem.Points, Dimensions, Clusters), KMeans.Fit(tensor, Clusters), "from seeding");
    }

    [Fact]
    public void A_slice_of_a_tensor_is_read_where_it_starts()
    {
        ReadOnlyTensorSpan<T> whole = new(_problem.Points, [Count, Dimensions]);

        KMeansResult<T> expected = KMeans.Fit<T>(_problem.Points.AsSpan(40 * Dimensions), Dimensions, Clusters);

        Same.Answer(expected, KMeans.Fit(whole.Slice(40.., ..), Clusters), "rows from 40");
    }

    [Fact]
    public void A_single_column_and_a_single_row_are_fine_in_every_form()
    {
        foreach ((int count, int dimensions) in new[] { (9, 1), (1, 9), (1, 1) })
        {
            T[] points = TestData.Points<T>(DataKind.Uniform, count, dimensions);
            FitInput<T> input = new() { Points = points, Dimensions = dimensions, Clusters = 1, InitialCentroids = points[..dimensions] };
            KMeansResult<T> expected = KMeans.Fit<T>(points, dimensions, 1);
            foreach (FitOverload<T> overload in FitOverload<T>.All)
            {
                Same.Bits(expected.Model.Centroids, overload.Fit(input).Model.Centroids, $"{overload.Name}, {count} × {dimensions}");
            }
        }
    }

    [Fact]
    public void Lists_other_than_arrays_will_do()
    {
        KMeansResult<T> expected = KMeans.Fit<T>(_problem.Points, Dimensions, Clusters);
        FitInput<T> input = Input();

        Same.Answer(expected, KMeans.Fit(input.AsRows().ToList(), Clusters), "a list of arrays");
        Same.Answer(expected, KMeans.Fit(input.AsMemories().ToList(), Clusters), "a list of memories");
    }

    private FitInput<T> Input() => new()
    {
        Points = _problem.Points,
        Dimensions = Dimensions,
        Clusters = Clusters,
        InitialCentroids = _problem.Start,
        Options = new KMeansOptions { Seed = 3 },
    };
}

public sealed class FloatOverloadsTests : OverloadsTests<float>;

public sealed class DoubleOverloadsTests : OverloadsTests<double>;
