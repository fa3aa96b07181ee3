namespace Ledger.Core.Fingerprints;

/// <summary>
/// Cuts data into CSV rows as RFC 4180 defines them: a line break inside quotes belongs to its field. A row ends in
/// LF or CR LF, which are not part of the record. Misplaced quotes are refused, because readers disagree on what they
/// mean.
/// </summary>
public sealed class CsvRecordSplitter : RecordSplitter
{
    private const byte Quote = (byte)'"';
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private readonly byte _delimiter;
    private State _state = State.FieldStart;

    /// <summary>Creates a splitter that refuses rows longer than <paramref name="maxRecordSize"/> bytes.</summary>
    public CsvRecordSplitter(
        byte delimiter = (byte)',', int maxRecordSize = FingerprintParameters.MaxRecordSize)
        : base(maxRecordSize) => _delimiter = delimiter;

    private enum State
    {
        FieldStart,
        Plain,
        Quoted,
        AfterQuote,
        AfterQuoteAndReturn,
    }

    /// <inheritdoc/>
    protected override int FindEnd(ReadOnlySpan<byte> data, out FingerprintFault fault)
    {
        fault = FingerprintFault.None;
        for (var i = 0; i < data.Length; i++)
        {
            if (_state == State.Quoted)
            {
                var quote = data[i..].IndexOf(Quote);
                if (quote < 0) return -1;
                i += quote;
                _state = State.AfterQuote;
                continue;
            }

            if (_state is State.Plain or State.FieldStart)
            {
                // Outside quotes only a line feed or a quote can change anything; and what a quote means depends on
                // the byte before it alone. So plain rows are passed over at one search each.
                var special = data[i..].IndexOfAny(LineFeed, Quote);
                var plain = special < 0 ? data.Length : i + special;
                if (plain > i) _state = data[plain - 1] == _delimiter ? State.FieldStart : State.Plain;
                if (special < 0) return -1;
                i = plain;
            }

            if (data[i] == LineFeed)
            {
                _state = State.FieldStart;
                return i + 1;
            }

            fault = Step(data[i]);
            if (fault != FingerprintFault.None) return -1;
        }

        return -1;
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> WithoutTerminator(ReadOnlySpan<byte> record) =>
        LineSplitter.CutLineEnd(record);

    /// <inheritdoc/>
    protected override FingerprintFault FaultAtEnd() => _state switch
    {
        State.Quoted => FingerprintFault.UnterminatedQuote,
        State.AfterQuoteAndReturn => FingerprintFault.TextAfterQuote,
        _ => FingerprintFault.None,
    };

    // A byte outside quotes that does not end the row.
    private FingerprintFault Step(byte value)
    {
        if (_state == State.AfterQuoteAndReturn) return FingerprintFault.TextAfterQuote;
        if (value == _delimiter)
        {
            _state = State.FieldStart;
            return FingerprintFault.None;
        }

        if (value == Quote)
        {
            if (_state == State.Plain) return FingerprintFault.QuoteInField;
            _state = State.Quoted;
            return FingerprintFault.None;
        }

        if (_state == State.AfterQuote && value != CarriageReturn) return FingerprintFault.TextAfterQuote;
        _state = _state == State.AfterQuote ? State.AfterQuoteAndReturn : State.Plain;
        return FingerprintFault.None;
    }
}
