namespace Ledger.Cli;

/// <summary>Exit codes of every command; docs/guide/client/cli.md lists them. They are a promise to scripts.</summary>
internal static class ExitCodes
{
    /// <summary>Done; for <c>verify</c>: everything holds.</summary>
    public const int Ok = 0;

    /// <summary>An operating failure: disk, permissions, a process that does not start.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong, or something it needs is not given.</summary>
    public const int Usage = 2;

    /// <summary>No node answered.</summary>
    public const int Unavailable = 3;

    /// <summary>A node or the chain refused; trying the same again will not help.</summary>
    public const int Refused = 4;

    /// <summary>Not decided yet; running the same command again is safe and goes on.</summary>
    public const int Undecided = 5;

    /// <summary>A node's answer does not hold: the node is faulty or lies.</summary>
    public const int Integrity = 6;

    /// <summary>An input file is missing or malformed.</summary>
    public const int Input = 7;

    /// <summary>Some nodes are down or not ready.</summary>
    public const int NotReady = 8;

    /// <summary>Stopped by the user.</summary>
    public const int Cancelled = 9;

    /// <summary>The receipt is malformed.</summary>
    public const int ReceiptMalformed = 10;

    /// <summary>The receipt is of another channel than the genesis.</summary>
    public const int ReceiptWrongChannel = 11;

    /// <summary>The receipt's record is not in the log that its header commits to.</summary>
    public const int ReceiptNotIncluded = 12;

    /// <summary>The receipt's chain of validator sets does not lead from the genesis to its block.</summary>
    public const int ReceiptEpochs = 13;

    /// <summary>The receipt's block is not certified by a quorum of its validators.</summary>
    public const int ReceiptCertificate = 14;

    /// <summary>The receipt holds, but the file is not what was anchored.</summary>
    public const int FileMismatch = 15;

    /// <summary>What is disclosed is not part of what was anchored.</summary>
    public const int DisclosureInvalid = 16;

    /// <summary>The database is damaged.</summary>
    public const int DatabaseDamaged = 17;

    /// <summary>A proof of a fault proves nothing.</summary>
    public const int FaultUnproven = 18;

    /// <summary>An audit report has proven faults, split views, or something that did not hold.</summary>
    public const int AuditFindings = 19;

    /// <summary>A contract was executed and took no effect.</summary>
    public const int ContractFailed = 20;

    /// <summary>A test of a contract fails, or <c>contract check</c> found an error.</summary>
    public const int ContractFindings = 21;

    /// <summary><c>doctor</c> found something that does not work.</summary>
    public const int DoctorFindings = 22;
}
