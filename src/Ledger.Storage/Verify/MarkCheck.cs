using Ledger.Core.Blocks;
using Ledger.Storage.Schema;
using Ledger.Storage.State;

namespace Ledger.Storage.Verify;

/// <summary>What the marks of the meta family say; where one is damaged, what can be learnt without it.</summary>
/// <param name="Watermark">The watermark; null when it is damaged, or no block was written yet.</param>
/// <param name="Newest">The newest block.</param>
/// <param name="Certified">The newest block that is said to have a certificate.</param>
/// <param name="Pages">Up to where the state tree's pages are on disk; null when the mark is damaged.</param>
internal sealed record Marks(Watermark? Watermark, BlockHeight? Newest, BlockHeight? Certified, PagesMark? Pages);

/// <summary>Checks the marks.</summary>
internal static class MarkCheck
{
    public static Marks Run(VerifyRun run)
    {
        var meta = run.Context.Meta;
        if (!run.CanRead(meta)) return new Marks(null, LastHeader(run), null, null);
        CheckOwner(run);
        var names = 2UL;
        Watermark? watermark = null;
        BlockHeight? certified = null;
        var last = LastHeader(run);
        if (run.Scope.Contains(meta, LedgerSchema.WatermarkKey) || last is not null)
        {
            names++;
            if (run.Mark(LedgerSchema.WatermarkKey, "the watermark") is { } bytes)
                watermark = Watermark.Decode(bytes);
        }

        if (run.Scope.Contains(meta, LedgerSchema.CertifiedKey))
        {
            names++;
            if (run.Mark(LedgerSchema.CertifiedKey, "the certified height") is { Length: 8 } bytes)
                certified = new BlockHeight(LedgerSchema.ReadNumber(bytes));
        }

        PagesMark? pages = default(PagesMark);
        if (run.Scope.Contains(meta, LedgerSchema.PagesKey))
        {
            names++;
            pages = run.Mark(LedgerSchema.PagesKey, "the mark of the state tree's pages") is { } bytes
                ? PagesMark.Decode(bytes)
                : null;
        }

        if (run.Scope.Contains(meta, LedgerSchema.BaseKey))
        {
            names++;
            if (run.Mark(LedgerSchema.BaseKey, "the height that the store began from") is { Length: 8 } bytes)
                run.Context.BaseHeight = new BlockHeight(LedgerSchema.ReadNumber(bytes));
        }

        if (run.Scope.Contains(meta, LedgerSchema.InstallingKey))
            run.Report(meta, LedgerSchema.InstallingKey, null, "a snapshot is being installed; start the node to go on");
        run.Expect(meta, names);
        return new Marks(watermark, watermark?.Height ?? last, certified, pages);
    }

    private static void CheckOwner(VerifyRun run)
    {
        var genesis = run.Mark(LedgerSchema.GenesisKey, "the genesis document");
        if (genesis is not null && !genesis.AsSpan().SequenceEqual(run.Context.Genesis.Encoded.Span))
        {
            run.Report(
                run.Context.Meta, LedgerSchema.GenesisKey, null,
                $"the database belongs to another channel than {run.Context.Genesis.Channel}");
        }

        var version = run.Mark(LedgerSchema.VersionKey, "the layout's version");
        if (version is not null && (version.Length != 8 || LedgerSchema.ReadNumber(version) != LedgerSchema.Version))
            run.Report(run.Context.Meta, LedgerSchema.VersionKey, null, "the layout is of another version");
    }

    private static BlockHeight? LastHeader(VerifyRun run)
    {
        if (!run.CanRead(run.Context.Headers)) return null;
        using var iterator = run.Scope.Iterate(run.Context.Headers);
        return iterator.SeekToLast() && iterator.Key.Length == 8
            ? new BlockHeight(LedgerSchema.ReadNumber(iterator.Key))
            : null;
    }
}
