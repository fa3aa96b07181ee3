namespace Ledger.Core.Fingerprints;

/// <summary>Receives the records of a data set, in order.</summary>
public interface IRecordSink
{
    /// <summary>Takes one record. The bytes are valid during the call only. A fault ends the splitting.</summary>
    FingerprintFault Accept(ReadOnlySpan<byte> record);
}

/// <summary>
/// Cuts a stream of bytes, pushed in pieces of any size, into records. Where the pieces are cut has no influence on the
/// records, nor on the fault that is found.
/// </summary>
/// <remarks>Not thread-safe. Holds at most one record and its line end.</remarks>
public abstract class RecordSplitter
{
    // A record's line end has two bytes at most.
    private const int MaxTerminator = 2;

    private readonly int _maxRecordSize;

    // Bound: the largest record and its line end.
    private byte[] _pending = [];
    private int _pendingLength;

    /// <summary>Creates a splitter that refuses records larger than <paramref name="maxRecordSize"/> bytes.</summary>
    protected RecordSplitter(int maxRecordSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecordSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxRecordSize, FingerprintParameters.MaxRecordSize);
        _maxRecordSize = maxRecordSize;
    }

    /// <summary>The first fault met. Nothing is taken after one.</summary>
    public FingerprintFault Fault { get; private set; }

    /// <summary>Number of records handed to the sink.</summary>
    public ulong RecordCount { get; private set; }

    /// <summary>Creates the splitter for a rule.</summary>
    public static RecordSplitter For(
        FingerprintParameters parameters, int maxRecordSize = FingerprintParameters.MaxRecordSize) =>
        parameters.Rule switch
        {
            FingerprintRule.Csv => new CsvRecordSplitter(parameters.Delimiter, maxRecordSize),
            FingerprintRule.Lines => new LineSplitter(maxRecordSize),
            _ => new ChunkSplitter(parameters.ChunkSize),
        };

    /// <summary>Takes the next bytes and hands every record that they complete to the sink.</summary>
    public FingerprintFault Push(ReadOnlySpan<byte> data, IRecordSink sink)
    {
        while (Fault == FingerprintFault.None && !data.IsEmpty)
        {
            // Looking no further than the largest record could reach makes the fault independent of how the data is
            // cut.
            var window = data[..Math.Min(data.Length, _maxRecordSize + MaxTerminator - _pendingLength)];
            var end = FindEnd(window, out var fault);
            if (fault != FingerprintFault.None) return Fault = fault;
            if (end < 0)
            {
                Keep(window);
                data = data[window.Length..];
                if (_pendingLength == _maxRecordSize + MaxTerminator) return Fault = FingerprintFault.RecordTooLarge;
                continue;
            }

            data = data[end..];
            if (_pendingLength == 0)
            {
                Emit(window[..end], terminated: true, sink);
                continue;
            }

            Keep(window[..end]);
            var record = _pending.AsSpan(0, _pendingLength);
            _pendingLength = 0;
            Emit(record, terminated: true, sink);
        }

        return Fault;
    }

    /// <summary>Ends the data and hands over the last record, if it was not ended yet.</summary>
    public FingerprintFault Complete(IRecordSink sink)
    {
        if (Fault != FingerprintFault.None || _pendingLength == 0) return Fault;
        Fault = FaultAtEnd();
        if (Fault != FingerprintFault.None) return Fault;
        var record = _pending.AsSpan(0, _pendingLength);
        _pendingLength = 0;
        Emit(record, terminated: false, sink);
        return Fault;
    }

    /// <summary>
    /// Goes on scanning where the last call stopped. Returns the index after the record's last byte (line end
    /// included), or -1 when the record goes on after <paramref name="data"/>.
    /// </summary>
    protected abstract int FindEnd(ReadOnlySpan<byte> data, out FingerprintFault fault);

    /// <summary>Cuts the line end off a record.</summary>
    protected abstract ReadOnlySpan<byte> WithoutTerminator(ReadOnlySpan<byte> record);

    /// <summary>What is wrong with a record that the end of the data cuts off; nothing by default.</summary>
    protected virtual FingerprintFault FaultAtEnd() => FingerprintFault.None;

    private void Emit(ReadOnlySpan<byte> record, bool terminated, IRecordSink sink)
    {
        if (terminated) record = WithoutTerminator(record);
        if (record.Length > _maxRecordSize)
        {
            Fault = FingerprintFault.RecordTooLarge;
            return;
        }

        Fault = sink.Accept(record);
        if (Fault == FingerprintFault.None) RecordCount++;
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        var needed = _pendingLength + data.Length;
        if (needed > _pending.Length)
        {
            var doubled = Math.Max(256, 2 * _pending.Length);
            Array.Resize(ref _pending, Math.Max(needed, Math.Min(doubled, _maxRecordSize + MaxTerminator)));
        }

        data.CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength = needed;
    }
}
