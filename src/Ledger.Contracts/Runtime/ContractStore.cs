using System.Buffers.Binary;
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

    /// <summary>Bytes of the images of all contracts that are not retired, as they were when they were deployed.</summary>
    public static long ImageBytes(Journal journal) => ReadNumber(journal, []);

    /// <summary>Bytes of a contract's image; 0 when there is none or it is retired.</summary>
    public static long ImageBytes(Journal journal, string name) => ReadNumber(journal, ImageKey(name));

    /// <summary>Writes what a contract's image takes; false when the transaction may not write any more.</summary>
    public static bool TryWriteImageBytes(Journal journal, string name, long bytes)
    {
        var total = ImageBytes(journal) - ImageBytes(journal, name) + bytes;
        return TryWriteNumber(journal, [], total) && TryWriteNumber(journal, ImageKey(name), bytes);
    }

    // No version's key: those end with a number.
    private static byte[] ImageKey(string name) => Encoding.UTF8.GetBytes(name + "/image");

    private static long ReadNumber(Journal journal, byte[] key) =>
        journal.Read(StateNamespaces.ContractSources, key) is { } value
            ? BinaryPrimitives.ReadInt64BigEndian(value.Span)
            : 0;

    private static bool TryWriteNumber(Journal journal, byte[] key, long number)
    {
        if (number == 0) return journal.TryWrite(StateNamespaces.ContractSources, key, null);
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, number);
        return journal.TryWrite(StateNamespaces.ContractSources, key, value);
    }

    private static byte[] VersionKey(ContractRecord record) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{record.Name}/{record.Version}"));
}
