namespace Ledger.Contracts.Runtime.Host;

/// <summary>What a contract can ask of the ledger. The bootstrap's numbers are made from these.</summary>
internal enum HostOperation
{
    None = 0,
    GasLeft = 1,
    StateGet = 2,
    StatePut = 3,
    StateDelete = 4,
    StateScan = 5,
    Emit = 6,
    Call = 7,
    Query = 8,
    EvidenceGet = 9,
    EvidenceByDigest = 10,
    EvidenceTimeline = 11,
    EvidenceAppend = 12,
    FingerprintVerify = 13,
    MemberGet = 14,
    MemberRole = 15,
    AccountBalance = 16,
    AccountTransfer = 17,
    AccountIssue = 18,
    AccountBurn = 19,
    ScheduleAt = 20,
    ScheduleCancel = 21,
    Sha256 = 22,
    VerifySignature = 23,
}
