using Ledger.Client.Verify;

namespace Ledger.Client.Query;

/// <summary>A proven value of the state tree, or its proven absence. Immutable.</summary>
/// <param name="Value">The value; null when the key has none.</param>
/// <param name="ProvenAt">The certified header whose state root the proof leads to.</param>
public sealed record StateValue(ReadOnlyMemory<byte>? Value, CertifiedBlockHeader ProvenAt);
