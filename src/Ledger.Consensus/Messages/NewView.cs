using Ledger.Core.Blocks;
using Ledger.Core.Encoding;

namespace Ledger.Consensus.Messages;

/// <summary>
/// NEW-VIEW (OSDI '99 section 4.4): the primary opens its view with a quorum of view-changes and the proposals that
/// follow from them. It can be checked by anyone and passed on by anyone.
/// </summary>
public sealed class NewView : ConsensusMessage
{
    internal NewView(
        ValidatorIndex signer, NewViewContent content, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> signature)
        : base(MessageKind.NewView, signer, payload, signature)
    {
        View = content.View;
        ViewChanges = content.ViewChanges;
        PrePrepares = content.PrePrepares;
    }

    /// <summary>The view.</summary>
    public View View { get; }

    /// <summary>Exactly a quorum, in ascending order of signer, without proposals.</summary>
    public IReadOnlyList<ViewChange> ViewChanges { get; }

    /// <summary>The new primary's pre-prepares, ascending without a gap.</summary>
    public IReadOnlyList<PrePrepare> PrePrepares { get; }
}

/// <summary>The values of a new-view's payload after its channel binding.</summary>
internal sealed record NewViewContent(
    View View,
    IReadOnlyList<ViewChange> ViewChanges,
    IReadOnlyList<PrePrepare> PrePrepares)
{
    public byte[] Encode(ChannelBinding binding)
    {
        var writer = new CanonicalWriter(4096);
        binding.WriteTo(writer);
        writer.UInt64(3, View.Value);
        foreach (var viewChange in ViewChanges) writer.Message(4, viewChange.Encode());
        foreach (var prePrepare in PrePrepares) writer.Message(5, prePrepare.Encode());
        return writer.ToArray();
    }
}
