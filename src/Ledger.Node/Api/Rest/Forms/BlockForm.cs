namespace Ledger.Node.Api.Rest.Forms;

/// <summary>A certified block: its header, who signed it, and on demand a page of what it holds.</summary>
internal sealed record BlockForm(
    ulong Height,
    string Hash,
    string Time,
    string Previous,
    ulong Epoch,
    int Proposer,
    uint TransactionCount,
    string TransactionRoot,
    string ResultRoot,
    ulong LogSize,
    string LogRoot,
    string StateRoot,
    string? NextValidators,
    IReadOnlyList<int>? Signers,
    ReadOnlyMemory<byte> HeaderBytes,
    ReadOnlyMemory<byte>? CertificateBytes,
    IReadOnlyList<TransactionForm>? Transactions = null,
    uint? NextPosition = null,
    bool? WithoutContent = null);

/// <summary>A page of blocks, newest first.</summary>
internal sealed record BlockPage(IReadOnlyList<BlockForm> Blocks, ulong CertifiedHeight, ulong? NextBefore);

/// <summary>A page of a block's transactions.</summary>
internal sealed record TransactionPage(
    ulong Height, IReadOnlyList<TransactionForm> Transactions, uint? NextPosition);

/// <summary>A transaction, or a scheduled call of a contract, with what it came to.</summary>
internal sealed record TransactionForm(
    uint Position,
    string Id,
    string Kind,
    string? Sender,
    string? ValidUntil,
    IReadOnlyList<RecordForm>? Records,
    ContractCallForm? Contract,
    ValidatorChangeForm? ValidatorChange,
    ResultForm Result,
    ReadOnlyMemory<byte>? TransactionBytes);

/// <summary>What a transaction came to.</summary>
internal sealed record ResultForm(
    bool Succeeded,
    string? Reason,
    ulong? FirstLogIndex,
    uint? RecordCount,
    ContractOutcomeForm? Outcome,
    ReadOnlyMemory<byte> ResultBytes);

/// <summary>A change of the validators.</summary>
internal sealed record ValidatorChangeForm(
    ulong Epoch, IReadOnlyList<ValidatorStepForm> Steps, IReadOnlyList<string> ApprovedBy);

/// <summary>One step of a change.</summary>
internal sealed record ValidatorStepForm(string? OldKey, ValidatorForm? NewValidator);

/// <summary>A validator.</summary>
internal sealed record ValidatorForm(int? Index, string Member, string Key, string KeyId, string Address);
