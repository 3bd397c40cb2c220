using System.Numerics;
using KMeansClustering.Centroids;
using KMeansClustering.Metrics;
using KMeansClustering.Numerics;

namespace KMeansClustering.Sweeping;

/// <summary>What a sweep says of one fit: the figures of <see cref="ClusteringMetrics"/> where they are defined.</summary>
internal static unsafe class RowFigures
{
    private const SweepCriteria OfDispersion = SweepCriteria.DaviesBouldin | SweepCriteria.CalinskiHarabasz | SweepCriteria.Bic;

    public static KMeansSweepRow<T> Of<T>(KMeansResult<T> fit, LabelledPoints<T> clustering, SumScale scale, SweepCriteria criteria, Crew crew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool Has(SweepCriteria criterion) => criteria.HasFlag(criterion);
        var spare = clustering.Total > clustering.Count;
        fixed (T* centroids = fit.Model.Centroids)
        {
            using var dispersion = (criteria & OfDispersion) != SweepCriteria.None ? new Dispersion<T>(clustering, scale, crew) : null;
            using var simplified = Has(SweepCriteria.SimplifiedSilhouette) && clustering.IsComparable
                ? new SimplifiedPass<T>(clustering, new PointView<T>(centroids, fit.Model.Clusters, fit.Model.Dimensions), crew)
                : null;
            IPointMeasure?[] measures = [dispersion, simplified];
            OneLook.Take(clustering.Points.Count, crew, [.. measures.OfType<IPointMeasure>()]);
            return new KMeansSweepRow<T>
            {
                Clusters = fit.Model.Clusters,
                Model = fit.Model,
                Inertia = fit.Inertia,
                Iterations = fit.Iterations,
                StopReason = fit.StopReason,
                EmptyClusterCount = fit.EmptyClusterCount,
                SimplifiedSilhouette = simplified?.Mean,
                DaviesBouldin = Has(SweepCriteria.DaviesBouldin) && clustering.IsComparable ? dispersion!.MeanSimilarity() : null,
                CalinskiHarabasz = Has(SweepCriteria.CalinskiHarabasz) && clustering.IsComparable && spare ? dispersion!.VarianceRatio() : null,
                Bic = Has(SweepCriteria.Bic) && spare ? dispersion!.InformationCriterion() : null,
            };
        }
    }
}
