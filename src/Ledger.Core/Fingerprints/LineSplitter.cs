namespace Ledger.Core.Fingerprints;

/// <summary>
/// Cuts data into lines. A line ends in LF or CR LF, which are not part of the record; the last line need not have an
/// end. A CR elsewhere is data. An empty line is an empty record.
/// </summary>
public sealed class LineSplitter : RecordSplitter
{
    /// <summary>Creates a splitter that refuses lines longer than <paramref name="maxRecordSize"/> bytes.</summary>
    public LineSplitter(int maxRecordSize = FingerprintParameters.MaxRecordSize)
        : base(maxRecordSize)
    {
    }

    /// <inheritdoc/>
    protected override int FindEnd(ReadOnlySpan<byte> data, out FingerprintFault fault)
    {
        fault = FingerprintFault.None;
        var end = data.IndexOf((byte)'\n');
        return end < 0 ? -1 : end + 1;
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> WithoutTerminator(ReadOnlySpan<byte> record) => CutLineEnd(record);

    internal static ReadOnlySpan<byte> CutLineEnd(ReadOnlySpan<byte> record) =>
        record.EndsWith("\r\n"u8) ? record[..^2] : record[..^1];
}
