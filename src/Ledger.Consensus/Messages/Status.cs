using Ledger.Core.Blocks;
using Ledger.Core.Encoding;

namespace Ledger.Consensus.Messages;

/// <summary>How far a validator is with one height.</summary>
[Flags]
public enum SlotProgress
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It holds the view's pre-prepare.</summary>
    Proposed = 1,

    /// <summary>It holds a prepared certificate of the view.</summary>
    Prepared = 2,

    /// <summary>It holds a quorum of commits, or has executed the height.</summary>
    Committed = 4,
}

/// <summary>
/// How far a validator is, so that others send again what it lacks (OSDI '99 section 4.4, end). Unsigned: the worst
/// that a lie brings about is messages that the liar asked for, at a bounded rate.
/// </summary>
public sealed class Status : ConsensusMessage
{
    internal Status(ValidatorIndex signer, StatusContent content, ReadOnlyMemory<byte> payload)
        : base(MessageKind.Status, signer, payload, default)
    {
        Content = content;
    }

    /// <summary>The sender's view; the one it asks for while <see cref="InViewChange"/>.</summary>
    public View View => Content.View;

    /// <summary>Whether it waits for that view's new-view.</summary>
    public bool InViewChange => Content.InViewChange;

    /// <summary>Its stable height.</summary>
    public BlockHeight Stable => Content.Stable;

    /// <summary>Its executed height.</summary>
    public BlockHeight Executed => Content.Executed;

    internal StatusContent Content { get; }

    /// <summary>How far it is with a height.</summary>
    public SlotProgress ProgressAt(BlockHeight height)
    {
        if (height <= Stable) return SlotProgress.Committed;
        var offset = height.Value - Stable.Value - 1;
        return offset < (ulong)Content.Progress.Length
            ? (SlotProgress)Content.Progress[(int)offset]
            : SlotProgress.None;
    }

    /// <summary>Whether it holds a validator's view-change for its view.</summary>
    public bool HoldsViewChangeOf(ValidatorIndex validator) =>
        validator.Value >> 3 < Content.ViewChanges.Length
        && (Content.ViewChanges[validator.Value >> 3] & (1 << (validator.Value & 7))) != 0;
}

/// <summary>The values of a status after its channel binding.</summary>
/// <param name="View">The sender's view.</param>
/// <param name="InViewChange">Whether it waits for that view's new-view.</param>
/// <param name="Stable">Its stable height.</param>
/// <param name="Executed">Its executed height.</param>
/// <param name="Progress">One byte of <see cref="SlotProgress"/> for each height from Stable+1; at most the
/// window.</param>
/// <param name="ViewChanges">Bitmap of the validators whose view-change for the view is held.</param>
internal sealed record StatusContent(
    View View,
    bool InViewChange,
    BlockHeight Stable,
    BlockHeight Executed,
    byte[] Progress,
    byte[] ViewChanges)
{
    public byte[] Encode(ChannelBinding binding)
    {
        var writer = new CanonicalWriter(192);
        binding.WriteTo(writer);
        writer.UInt64(3, View.Value);
        writer.Bool(4, InViewChange);
        writer.UInt64(5, Stable.Value);
        writer.UInt64(6, Executed.Value);
        writer.Bytes(7, Progress);
        writer.Bytes(8, ViewChanges);
        return writer.ToArray();
    }
}
