namespace KMeansClustering.Tests.Support;

/// <summary>Ranks of this process, each of whose calls is held against the callers' half of the laws of <see cref="ICollective"/>.</summary>
internal static class RanksInProcess
{
    public static TResult[] Run<TResult>(int size, Func<ICollective, TResult> body) =>
        InProcessRanks.Run(size, collective => body(new Lawful(collective)));

    private sealed class Lawful(ICollective inner) : ICollective
    {
        private const double Limit = 1L << 53;

        public int Rank => inner.Rank;

        public int Size => inner.Size;

        public void Sum(Span<double> values)
        {
            double[] magnitudes = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                magnitudes[i] = values[i] == Math.Truncate(values[i]) ? Math.Abs(values[i]) : throw new InvalidOperationException($"The sum of {values[i]:R} was asked for.");
            }

            inner.Sum(magnitudes);
            inner.Sum(values);
            if (magnitudes.Any(magnitude => magnitude >= Limit))
            {
                throw new InvalidOperationException($"Magnitudes add up to {magnitudes.Max():R}.");
            }
        }

        public void Max(Span<double> values)
        {
            if (values.ToArray().Any(double.IsNaN))
            {
                throw new InvalidOperationException("The maximum of NaN was asked for.");
            }

            inner.Max(values);
        }

        public void Broadcast(Span<double> values, int root) => inner.Broadcast(values, root);

        public void AllGather(ReadOnlySpan<double> mine, Span<double> all) => inner.AllGather(mine, all);
    }
}
