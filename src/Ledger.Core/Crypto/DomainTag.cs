namespace Ledger.Core.Crypto;

/// <summary>
/// The purpose of a hash or signature. It is put before the bytes as UTF-8 text and a zero byte, so that bytes signed
/// for one purpose are never valid for another.
/// </summary>
/// <remarks>Tags are listed in docs/spec/crypto.md; they are part of the format and never change.</remarks>
public sealed class DomainTag
{
    private readonly byte[] _prefix;

    /// <summary>Creates a tag; the text is ASCII without a zero byte.</summary>
    public DomainTag(string name)
    {
        Name = name;
        _prefix = [.. System.Text.Encoding.ASCII.GetBytes(name), 0];
    }

    /// <summary>Transaction payload: its hash is the transaction id, its signature the sender's.</summary>
    public static DomainTag Transaction { get; } = new("ledger/transaction/1");

    /// <summary>Block header.</summary>
    public static DomainTag Header { get; } = new("ledger/header/1");

    /// <summary>Genesis document: its hash is the channel id.</summary>
    public static DomainTag Genesis { get; } = new("ledger/genesis/1");

    /// <summary>Validator set of an epoch.</summary>
    public static DomainTag ValidatorSet { get; } = new("ledger/validator-set/1");

    /// <summary>A new validator's claim, signed by its own key.</summary>
    public static DomainTag ValidatorClaim { get; } = new("ledger/validator-claim/1");

    /// <summary>A change of the validators, signed by the members that approve it.</summary>
    public static DomainTag ValidatorChange { get; } = new("ledger/validator-change/1");

    /// <summary>Records that several parties sign: their hash is what each signature binds.</summary>
    public static DomainTag CoSignedRecords { get; } = new("ledger/co-signed-records/1");

    /// <summary>A party's signature over records that another party sends.</summary>
    public static DomainTag CoSignature { get; } = new("ledger/co-signature/1");

    /// <summary>Public key: its hash is the key id.</summary>
    public static DomainTag Key { get; } = new("ledger/key/1");

    /// <summary>A validator's checkpoint vote over a header hash; quorums of these are quorum certificates.</summary>
    public static DomainTag Checkpoint { get; } = new("ledger/checkpoint/1");

    /// <summary>Key of the state tree: hash of namespace and key.</summary>
    public static DomainTag StateKey { get; } = new("ledger/state-key/1");

    /// <summary>Value of the state tree.</summary>
    public static DomainTag StateValue { get; } = new("ledger/state-value/1");

    /// <summary>A message whose signature a contract checks (<c>ctx.crypto.verify</c>).</summary>
    public static DomainTag ContractMessage { get; } = new("ledger/contract-message/1");

    /// <summary>A scheduled call: the hash of its number and due time is its id.</summary>
    public static DomainTag ScheduledCall { get; } = new("ledger/scheduled-call/1");

    /// <summary>The key of a client's TLS certificate, signed by a member's key.</summary>
    public static DomainTag ClientCertificate { get; } = new("ledger/client-certificate/1");

    /// <summary>The key of a node's TLS certificate, signed by the node's key.</summary>
    public static DomainTag NodeCertificate { get; } = new("ledger/node-certificate/1");

    /// <summary>The tag's text.</summary>
    public string Name { get; }

    /// <summary>The bytes put before what is hashed or signed: the text and a zero byte.</summary>
    public ReadOnlySpan<byte> Prefix => _prefix;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
