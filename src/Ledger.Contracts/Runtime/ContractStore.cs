using System.Globalization;
using System.Text;
using Ledger.Core.Contracts;
using Ledger.Core.State;

namespace Ledger.Contracts.Runtime;

/// <summary>Contracts and their versions in the state.</summary>
internal static class ContractStore
{
    /// <summary>What the chain knows of a contract; null when there is none.</summary>
    public static ContractRecord? Read(Journal journal, string name)
    {
        if (journal.Read(StateNamespaces.Contracts, Encoding.UTF8.GetBytes(name)) is not { } value) return null;
        return ContractRecord.TryDecode(value.Span, out var record, out var error)
            ? record
            : throw new InvalidOperationException($"the record of contract '{name}' does not decode: {error}");
    }

    /// <summary>Writes it; false when the transaction may not write any more.</summary>
    public static bool TryWrite(Journal journal, ContractRecord record) =>
        journal.TryWrite(StateNamespaces.Contracts, Encoding.UTF8.GetBytes(record.Name), record.Encode());

    /// <summary>What was deployed as a version; it stays for ever.</summary>
    public static ContractVersion ReadVersion(Journal journal, ContractRecord record)
    {
        var value = journal.Read(StateNamespaces.ContractSources, VersionKey(record))
            ?? throw new InvalidOperationException($"the source of contract '{record.Name}' is not in the state");
        return ContractVersion.TryDecode(value.Span, out var version, out var error)
            ? version
            : throw new InvalidOperationException($"the source of contract '{record.Name}' does not decode: {error}");
    }

    /// <summary>Writes a version; false when the transaction may not write any more.</summary>
    public static bool TryWriteVersion(Journal journal, ContractRecord record, ContractVersion version) =>
        journal.TryWrite(StateNamespaces.ContractSources, VersionKey(record), version.Encode());

    private static byte[] VersionKey(ContractRecord record) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{record.Name}/{record.Version}"));
}
