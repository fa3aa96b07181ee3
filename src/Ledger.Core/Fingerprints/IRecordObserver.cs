using Ledger.Core.Crypto;

namespace Ledger.Core.Fingerprints;

/// <summary>Sees every salted record once.</summary>
internal interface IRecordObserver
{
    void OnHeader(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> header);

    FingerprintFault OnRecord(ulong index, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> record, in Hash256 leaf);
}
