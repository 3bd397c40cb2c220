namespace KMeansClustering.Tests.Support;

/// <summary>Unlike <see cref="Progress{T}"/>, it is called where the report is made.</summary>
/// <typeparam name="TReport">What is reported.</typeparam>
internal sealed class Listener<TReport>(Action<TReport> heard) : IProgress<TReport>
{
    public void Report(TReport value) => heard(value);
}
