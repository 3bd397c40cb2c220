using System.Numerics;

namespace KMeansClustering.Fitting;

/// <summary>
/// The model behind one report of progress, whose centroids the fit moves in its next iteration. The fit goes on after <see cref="Dispose"/>, which waits for a copy under way
/// and refuses later ones: no copy is torn, and none is of a later iteration.
/// </summary>
/// <remarks>It is no part of a report's value: all are equal.</remarks>
internal sealed class ReportedModel(object? model) : IDisposable
{
    private readonly Lock _lock = new();
    private object? _model = model;

    /// <summary>Of a report that has no model.</summary>
    public static ReportedModel None { get; } = new(null);

    public KMeansModel<T> Copy<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        lock (_lock)
        {
            return _model switch
            {
                KMeansModel<T> model => model.Copy(),
                not null => throw new InvalidOperationException($"The values of this fit are of type {_model.GetType().GenericTypeArguments[0].Name}, not {typeof(T).Name}."),
                null when ReferenceEquals(this, None) => throw new InvalidOperationException("There is no model yet: the starting centroids are being chosen (Iteration is 0)."),
                null => throw new InvalidOperationException("The fit has gone on since this report: ask for the model before IProgress<KMeansProgress>.Report returns (Progress<T> calls back later)."),
            };
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _model = null;
        }
    }

    public override bool Equals(object? obj) => obj is ReportedModel;

    public override int GetHashCode() => 0;
}
