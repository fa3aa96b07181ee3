namespace Ledger.Node.Observability;

/// <summary>The numbers of one metric under one set of labels.</summary>
/// <remarks>Safe for concurrent use and exact: every update is an atomic operation, none is lost.</remarks>
internal sealed class MetricSeries(string labels, int bounds)
{
    // One more than the bounds: the last bucket takes what exceeds them all. Null unless a histogram.
    private readonly long[]? _buckets = bounds < 0 ? null : new long[bounds + 1];
    private long _valueBits;
    private long _scrape;

    /// <summary>The labels as they are written between the braces; empty for none.</summary>
    public string Labels { get; } = labels;

    /// <summary>The value, or a histogram's sum.</summary>
    public double Value => BitConverter.Int64BitsToDouble(Volatile.Read(ref _valueBits));

    /// <summary>The scrape in which an observed value was last reported.</summary>
    public long LastScrape => Volatile.Read(ref _scrape);

    public void Set(double value, long scrape)
    {
        Volatile.Write(ref _valueBits, BitConverter.DoubleToInt64Bits(value));
        Volatile.Write(ref _scrape, scrape);
    }

    public void Add(double delta)
    {
        var old = Volatile.Read(ref _valueBits);
        while (true)
        {
            var sum = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(old) + delta);
            var seen = Interlocked.CompareExchange(ref _valueBits, sum, old);
            if (seen == old) return;
            old = seen;
        }
    }

    public void Observe(double value, int bucket)
    {
        Interlocked.Increment(ref _buckets![bucket]);
        Add(value);
    }

    public long Bucket(int index) => Volatile.Read(ref _buckets![index]);
}
