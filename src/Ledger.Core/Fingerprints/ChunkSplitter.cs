namespace Ledger.Core.Fingerprints;

/// <summary>Cuts data into chunks of a fixed size; the last may be shorter, and is never empty.</summary>
public sealed class ChunkSplitter : RecordSplitter
{
    private readonly int _chunkSize;

    // Invariant: 1.._chunkSize.
    private int _missing;

    /// <summary>Creates a splitter for chunks of <paramref name="chunkSize"/> bytes.</summary>
    public ChunkSplitter(int chunkSize)
        : base(chunkSize)
    {
        _chunkSize = chunkSize;
        _missing = chunkSize;
    }

    /// <inheritdoc/>
    protected override int FindEnd(ReadOnlySpan<byte> data, out FingerprintFault fault)
    {
        fault = FingerprintFault.None;
        if (data.Length < _missing)
        {
            _missing -= data.Length;
            return -1;
        }

        var end = _missing;
        _missing = _chunkSize;
        return end;
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> WithoutTerminator(ReadOnlySpan<byte> record) => record;
}
