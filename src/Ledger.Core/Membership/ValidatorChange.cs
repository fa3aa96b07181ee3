using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Core.Membership;

/// <summary>
/// A change of a channel's validators (<c>ledger.core.v1.ValidatorChange</c>): what members approve by signing exactly
/// these bytes. It names the channel and the epoch that it ends, so that an approval is good for one change only.
/// Immutable; holds its own encoding.
/// </summary>
public sealed class ValidatorChange
{
    /// <summary>Most steps of one change.</summary>
    public const int MaxSteps = ValidatorSet.MaxValidators;

    /// <summary>Largest encoding in bytes.</summary>
    public const int MaxBytes = 64 + (MaxSteps * (ValidatorStep.MaxBytes + 4));

    private readonly byte[] _encoded;

    /// <summary>Creates a change.</summary>
    /// <exception cref="ArgumentException">It has no step, or too many.</exception>
    public ValidatorChange(ChannelId channel, Epoch epoch, IReadOnlyList<ValidatorStep> steps)
    {
        if (steps.Count is 0 or > MaxSteps)
            throw new ArgumentException($"a change has 1 to {MaxSteps} steps", nameof(steps));
        Channel = channel;
        Epoch = epoch;
        Steps = [.. steps];
        var writer = new CanonicalWriter(512);
        writer.Hash(1, channel.Value);
        writer.UInt64(2, epoch.Value);
        foreach (var step in Steps) step.WriteTo(writer, 3);
        _encoded = writer.ToArray();
    }

    /// <summary>The channel.</summary>
    public ChannelId Channel { get; }

    /// <summary>The epoch that it ends.</summary>
    public Epoch Epoch { get; }

    /// <summary>The steps, taken in order.</summary>
    public IReadOnlyList<ValidatorStep> Steps { get; }

    /// <summary>The canonical encoding: what approvals are signatures over.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>Approves the change for the member that the signer's key belongs to.</summary>
    public ChangeApproval Approve(ISigner signer) =>
        new(signer.PublicKey.Id, signer.Sign(DomainTag.ValidatorChange, _encoded));

    /// <summary>Decodes a change; keys are parsed with <paramref name="suite"/>.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        CryptoSuite suite,
        [NotNullWhen(true)] out ValidatorChange? change,
        out DecodeError error)
    {
        change = null;
        var steps = new List<ValidatorStep>();
        var reader = new CanonicalReader(bytes);
        if (bytes.Length > MaxBytes) reader.Fail(DecodeErrorKind.TooLarge, 0);
        var channel = new ChannelId(reader.Hash(1));
        var epoch = new Epoch(reader.UInt64(2));
        while (reader.IsNext(3))
        {
            var inner = reader.Message(3, ValidatorStep.MaxBytes);
            if (!reader.Ok) break;
            if (steps.Count == MaxSteps) reader.Fail(DecodeErrorKind.TooLarge, 3);
            else if (ValidatorStep.Read(inner, suite, out var fault) is { } step) steps.Add(step);
            else reader.Fail(fault, 3);
        }

        if (reader.Ok && steps.Count == 0) reader.Fail(DecodeErrorKind.MissingField, 3);
        var ok = reader.End();
        error = reader.Error;
        if (ok) change = new ValidatorChange(channel, epoch, steps);
        return ok;
    }
}

/// <summary>A member's consent to a <see cref="ValidatorChange"/>.</summary>
/// <param name="Key">The id of the member's administrator key.</param>
/// <param name="Signature">Its signature over the change's bytes under <see cref="DomainTag.ValidatorChange"/>.</param>
public sealed record ChangeApproval(KeyId Key, ReadOnlyMemory<byte> Signature);
