namespace Ledger.Node.Api.Rest.Forms;

/// <summary>What a contract transaction asks for.</summary>
internal sealed record ContractCallForm(
    string Action,
    string Contract,
    string? Function,
    ulong? GasLimit,
    string? Spend,
    RawJson? Arguments,
    string? Engine,
    uint? SourceLength,
    uint? SchemaLength);

/// <summary>What a contract did. Money in values and payloads is text.</summary>
internal sealed record ContractOutcomeForm(
    string Status,
    string? Code,
    string? Message,
    ulong GasUsed,
    RawJson? Value,
    IReadOnlyList<ContractEventForm> Events,
    IReadOnlyList<RecordForm> Records,
    ReadOnlyMemory<byte> OutcomeBytes);

/// <summary>An event of a contract.</summary>
internal sealed record ContractEventForm(
    string Contract, string Name, RawJson? Payload, ReadOnlyMemory<byte> PayloadBytes);

/// <summary>The answer of a contract's query.</summary>
internal sealed record QueryForm(ulong Height, string Time, ContractOutcomeForm Outcome);

/// <summary>What the chain knows of a contract.</summary>
internal sealed record ContractForm(
    string Name,
    uint Version,
    string Owner,
    string State,
    string Engine,
    string SourceHash,
    string SchemaHash,
    string ImageHash,
    ulong Height,
    string BuiltAt,
    uint BuildPages,
    ReadOnlyMemory<byte> RecordBytes);

/// <summary>A contract, with the source of one version when that is asked for, as of a block.</summary>
internal sealed record ContractDetails(ulong AsOfHeight, ContractForm Contract, ContractSourceForm? Source);

/// <summary>The source of a version.</summary>
internal sealed record ContractSourceForm(ulong Version, string Source, RawJson? Schema, ReadOnlyMemory<byte> VersionBytes);

/// <summary>A page of contracts.</summary>
internal sealed record ContractPage(ulong AsOfHeight, IReadOnlyList<ContractForm> Contracts, string? NextCursor);

/// <summary>The wanted events of a block, with what proves them.</summary>
internal sealed record ContractEventsForm(
    ulong Height,
    string Time,
    string HeaderHash,
    IReadOnlyList<PlacedEventForm> Events,
    IReadOnlyList<ProvenResultForm> Results,
    uint ResultCount,
    ReadOnlyMemory<byte> HeaderBytes,
    ReadOnlyMemory<byte> CertificateBytes,
    bool More);

/// <summary>An event and where it stands.</summary>
internal sealed record PlacedEventForm(
    string TransactionId, uint Position, int Index, string Contract, string Name, RawJson? Payload,
    ReadOnlyMemory<byte> PayloadBytes);

/// <summary>A result with its path to the header's result root.</summary>
internal sealed record ProvenResultForm(uint Position, ReadOnlyMemory<byte> ResultBytes, IReadOnlyList<string> Path);
