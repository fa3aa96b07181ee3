using Ledger.Client.Verify;
using Ledger.Core.Contracts;

namespace Ledger.Client.Contracts;

/// <summary>What runs under a contract's name, proven against the state of a certified block. Immutable.</summary>
/// <param name="Record">What the chain knows of the contract.</param>
/// <param name="Version">Its source and schema, whose hashes are the record's.</param>
/// <param name="ProvenAt">The block whose state has the record.</param>
public sealed record ContractSource(ContractRecord Record, ContractVersion Version, CertifiedBlockHeader ProvenAt);
