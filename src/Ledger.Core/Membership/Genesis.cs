using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <summary>
/// The document that starts a channel and is every verifier's root of trust (<c>ledger.core.v1.Genesis</c>). People
/// keep it as <c>genesis.json</c>; its identity is the hash of its canonical encoding, which is the channel id.
/// Immutable.
/// </summary>
public sealed partial class Genesis
{
    /// <summary>Most members.</summary>
    public const int MaxMembers = 4096;

    /// <summary>Most observers: each may ask every validator for blocks.</summary>
    public const int MaxObservers = 64;

    /// <summary>Largest encoding in bytes.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The version of the document's format.</summary>
    public const uint FormatVersion = 1;

    private readonly Dictionary<KeyId, (Member Member, PublicKey Key)> _keys = [];

    /// <summary>Creates a genesis document.</summary>
    /// <exception cref="ArgumentException">Something in it contradicts itself; the message says what.</exception>
    public Genesis(
        string consortium,
        string channelName,
        CryptoSuite suite,
        Timestamp created,
        ChannelParameters parameters,
        ValidatorSet validators,
        IReadOnlyList<Member> members,
        IReadOnlyList<Observer>? observers = null)
    {
        Consortium = consortium;
        ChannelName = channelName;
        Suite = suite;
        Created = created;
        Parameters = parameters;
        Validators = validators;
        Members = members;
        Observers = observers ?? [];
        Check();
        Encoded = Encode();
        if (Encoded.Length > MaxBytes)
            throw new ArgumentException($"genesis: the document has {Encoded.Length} bytes and may have {MaxBytes}");
        Channel = new ChannelId(suite.Hash.Hash(DomainTag.Genesis, Encoded.Span));
    }

    /// <summary>The consortium's name.</summary>
    public string Consortium { get; }

    /// <summary>The channel's name.</summary>
    public string ChannelName { get; }

    /// <summary>The channel's cryptographic suite.</summary>
    public CryptoSuite Suite { get; }

    /// <summary>When the channel was created; the time of block 0.</summary>
    public Timestamp Created { get; }

    /// <summary>The shared parameters.</summary>
    public ChannelParameters Parameters { get; }

    /// <summary>The validators of epoch 0.</summary>
    public ValidatorSet Validators { get; }

    /// <summary>The members, in ascending ordinal order of their ids.</summary>
    public IReadOnlyList<Member> Members { get; }

    /// <summary>
    /// The audit nodes: they follow and are served, and do not vote. Often empty; at most <see cref="MaxObservers"/>.
    /// </summary>
    public IReadOnlyList<Observer> Observers { get; }

    /// <summary>The canonical encoding.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The channel id: the hash of the canonical encoding.</summary>
    public ChannelId Channel { get; }

    /// <summary>Finds the member that a client key belongs to; null when the key is a stranger's.</summary>
    public (Member Member, PublicKey Key)? FindKey(KeyId id) => _keys.TryGetValue(id, out var found) ? found : null;

    private byte[] Encode()
    {
        var writer = new CanonicalWriter(2048);
        writer.UInt64(1, FormatVersion);
        writer.Text(2, Consortium);
        writer.Text(3, ChannelName);
        writer.Text(4, Suite.Name);
        writer.UInt64(5, Created.UnixMilliseconds);
        var start = writer.BeginMessage(6);
        Parameters.WriteTo(writer);
        writer.EndMessage(start);
        writer.Message(7, Validators.Encoded.Span);
        foreach (var member in Members) writer.Message(8, member.Encode());
        foreach (var observer in Observers) observer.WriteTo(writer, 9);
        return writer.ToArray();
    }

    private void Check()
    {
        RequireText(Consortium, "consortium");
        RequireText(ChannelName, "channel");
        if (Created.UnixMilliseconds is 0 or > Timestamp.MaxUnixMilliseconds)
            throw new ArgumentException("genesis: created must be a time between 1970 and 9999");
        if (Parameters.FindFault() is { } fault) throw new ArgumentException($"genesis: {fault}");
        if (Validators.Epoch.Value != 0) throw new ArgumentException("genesis: validators must be of epoch 0");
        if (!ValidatorSet.TryDecode(Validators.Encoded.Span, Suite, out _, out var error))
            throw new ArgumentException($"genesis: validators: {error}");
        if (Members.Count is 0 or > MaxMembers)
            throw new ArgumentException($"genesis: there must be 1 to {MaxMembers} members");
        for (var i = 0; i < Members.Count; i++)
        {
            if (i > 0 && string.CompareOrdinal(Members[i - 1].Id, Members[i].Id) >= 0)
                throw new ArgumentException("genesis: members must be in ascending order of their ids, each once");
            AddKeys(Members[i]);
        }

        foreach (var validator in Validators.Validators)
        {
            if (!Members.Any(m => m.Id == validator.Member))
                throw new ArgumentException($"genesis: validator's member '{validator.Member}' is not a member");
            if (validator.Address.Length == 0)
                throw new ArgumentException($"genesis: the validator of '{validator.Member}' has no address");
            if (_keys.ContainsKey(validator.Key.Id))
                throw new ArgumentException("genesis: a validator's key must not also be a client's key");
        }

        CheckObservers();
    }

    private void CheckObservers()
    {
        if (Observers.Count > MaxObservers)
            throw new ArgumentException($"genesis: there may be at most {MaxObservers} observers");
        var nodes = Validators.Validators.Select(v => v.Key.Id).ToHashSet();
        foreach (var observer in Observers)
        {
            if (!Members.Any(m => m.Id == observer.Member))
                throw new ArgumentException($"genesis: observer's member '{observer.Member}' is not a member");
            if (observer.Address.Length > 0) RequireText(observer.Address, "observer's address");
            if (_keys.ContainsKey(observer.Key.Id) || !nodes.Add(observer.Key.Id))
            {
                throw new ArgumentException(
                    "genesis: an observer's key must not also be a validator's, a client's or another observer's");
            }
        }
    }

    private void AddKeys(Member member)
    {
        if (!Member.TryDecode(member.Encode(), Suite, out _, out var error))
            throw new ArgumentException($"genesis: member '{member.Id}': {error}");
        foreach (var key in member.Keys)
        {
            if (!_keys.TryAdd(key.Key.Id, (member, key.Key)))
                throw new ArgumentException($"genesis: key {key.Key.Id} appears twice");
        }
    }

    private static void RequireText(string value, string name)
    {
        if (value.Length == 0 || value.Any(char.IsControl)
            || System.Text.Encoding.UTF8.GetByteCount(value) > EvidenceLimits.IdentifierBytes)
        {
            throw new ArgumentException(
                $"genesis: {name} must be 1 to {EvidenceLimits.IdentifierBytes} bytes of text without control "
                + "characters");
        }
    }
}
