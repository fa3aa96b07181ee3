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
        () => new OldEpochCounted(),
        () => new RemovedCounted(),
        () => new QuorumOfGenesis(),
        () => new VoidExecuted(),
        () => new LeftInOldEpoch(),
        () => new CertificateNotKept(),
    ];

    /// <summary>
    /// What seeds once found, and the scenario that keeps it: the scenario goes as it says, and without the mend it does not.
    /// </summary>
    public static IReadOnlyList<(string Scenario, Func<BrokenVariant> Make)> Kept { get; } =
    [
        ("unsynced-write-acted-upon", () => new FoundNotSynced()),
        ("lost-certificate-moves-the-window", () => new CertificateNotKept()),
        ("rotten-validator-set", () => new UnsealedValidators()),
        ("missed-several-changes", () => new LeftInOldEpoch()),
        ("certificate-behind-a-new-key", () => new NextAreStrangers()),
    ];

    public static BrokenVariant? Find(string name) =>
        All.Concat(Kept.Select(k => k.Make)).Select(make => make()).FirstOrDefault(v => v.Name == name);
}
