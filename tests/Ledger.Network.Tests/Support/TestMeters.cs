using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Ledger.Network.Tests.Support;

/// <summary>Makes the meters of one test and sums up what they measure, by instrument and reason.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();

    public TestMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            lock (_meters)
            {
                if (_meters.Contains(instrument.Meter)) listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Add(instrument.Name, value);
            foreach (var tag in tags) Add($"{instrument.Name}/{tag.Value}", value);
        });
        _listener.Start();
    }

    public long this[string key] => _sums.GetValueOrDefault(key);

    /// <summary>Ends once something has been measured under the key.</summary>
    public Task WhenMeasured(string key)
    {
        var source = _awaited.GetOrAdd(
            key, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_sums.ContainsKey(key)) source.TrySetResult();
        return source.Task.Within("a measurement of " + key);
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options.Name);
        lock (_meters) _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_meters) _meters.ForEach(m => m.Dispose());
    }

    private void Add(string key, long value)
    {
        _sums.AddOrUpdate(key, value, (_, sum) => sum + value);
        if (_awaited.TryGetValue(key, out var source)) source.TrySetResult();
    }
}
