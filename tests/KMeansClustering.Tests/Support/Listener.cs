namespace KMeansClustering.Tests.Support;

/// <summary>Unlike <see cref="Progress{T}"/>, it is called where the report is made.</summary>
internal sealed class Listener(Action<KMeansProgress> heard) : IProgress<KMeansProgress>
{
    public void Report(KMeansProgress value) => heard(value);
}
