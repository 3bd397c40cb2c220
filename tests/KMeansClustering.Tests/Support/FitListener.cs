using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace KMeansClustering.Tests.Support;

/// <summary>Hears what the library tells of fits on this thread; other tests fit on theirs.</summary>
internal sealed class FitListener : IDisposable
{
    private const string Name = "KMeansClustering";

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<(string Instrument, double Value, Dictionary<string, object?> Tags)> _measured = [];
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    public FitListener()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is Name)
            {
                Instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => Here ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (Here)
                {
                    Activities.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_activities);
    }

    /// <summary>All that were published.</summary>
    public List<Instrument> Instruments { get; } = [];

    /// <summary>In the order in which they ended.</summary>
    public List<Activity> Activities { get; } = [];

    private bool Here => Environment.CurrentManagedThreadId == _thread;

    public double Sum(string instrument) => Of(instrument).Sum(measured => measured.Value);

    /// <summary>The tags of its first measurement.</summary>
    public Dictionary<string, object?> Tags(string instrument) => Of(instrument).First().Tags;

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private IEnumerable<(string Instrument, double Value, Dictionary<string, object?> Tags)> Of(string instrument) =>
        _measured.Where(measured => measured.Instrument.Equals(instrument, StringComparison.Ordinal));

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Here)
        {
            _measured.Add((instrument.Name, value, new Dictionary<string, object?>(tags.ToArray(), StringComparer.Ordinal)));
        }
    }
}
