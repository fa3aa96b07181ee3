namespace Ledger.Simulation.Variants;

/// <summary>All broken variants.</summary>
internal static class VariantList
{
    /// <summary>Makes each anew: a variant belongs to one run.</summary>
    public static IReadOnlyList<Func<BrokenVariant>> All { get; } =
    [
        () => new SkippedPersist(),
        () => new SkippedVoteSync(),
        () => new SkippedBlockSync(),
        () => new ForgottenCertificates(),
        () => new ForgottenRecords(),
        () => new ForgottenLock(),
        () => new QuorumOffByOne(),
        () => new UncheckedSignatures(),
        () => new UncheckedNewView(),
        () => new UnboundedTime(),
        () => new MissingWatermarkCheck(),
        () => new ViewJump(),
        () => new LostTimer(),
        () => new NoRetransmission(),
        () => new LeftBehind(),
    ];

    public static BrokenVariant? Find(string name) => All.Select(make => make()).FirstOrDefault(v => v.Name == name);
}
