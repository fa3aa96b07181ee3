using System.Security.Cryptography;
using Ledger.Client.CoSigning;
using Ledger.Client.Contracts;
using Ledger.Client.Fingerprints;
using Ledger.Client.Identity;
using Ledger.Client.Outbox;
using Ledger.Client.Portable;
using Ledger.Client.Query;
using Ledger.Client.Records;
using Ledger.Client.Records.Authorisation;
using Ledger.Client.Submit;
using Ledger.Client.Subscribe;
using Ledger.Client.Verify;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Fingerprints;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Microsoft.AspNetCore.Builder;

namespace Ledger.Client.Hosting.Tests.Docs;

/// <summary>
/// The C# of docs/guide/developer, so that it compiles. Never run. <see cref="DocsTests"/> compares it with the pages;
/// what is only here gives the snippets the names that they use, and uses what they make.
/// </summary>
internal static class Snippets
{
    public static void Connecting()
    {
        if (!GenesisJson.TryParse(File.ReadAllBytes("genesis.json"), out var genesis, out var error))
            throw new InvalidDataException(error);
        using var ledger = new LedgerClient(new LedgerClientOptions
        {
            Endpoints = [new Uri("http://127.0.0.1:7500"), new Uri("http://127.0.0.1:7501")],
            Genesis = genesis,
            Identity = IdentityFile.Load("client.key"),
        });
    }

    public static async Task AnchoringAsync(LedgerClient ledger, byte[] document)
    {
        var outcome = await ledger.AnchorAsync(new EvidenceRecord
        {
            Type = "authorisation.scene-review",
            Subject = "scene/claims",
            Actor = "review board",
            Action = "approve",
            Role = "operator",
            Digests = [new EvidenceDigest("sha-256", SHA256.HashData(document), "application/pdf")],
        });
        Use(outcome);
    }

    public static void Helpers()
    {
        var review = SceneReviewRecord.Submit(new RecordAuthor("board", EvidenceRoles.Operator), "scene/claims", "Claims");
        Use(review);
    }

    public static async Task CoSigningAsync(
        LedgerClient ledger, Genesis genesis, EvidenceRecord record, ISigner hospitalKey, ISigner insurerKey,
        DateTimeOffset validUntil)
    {
        var draft = CoSignDraft.New(genesis, [record], ["hospital", "insurer"], validUntil);
        draft = draft.Sign(hospitalKey);
        var signed = await ledger.AnchorAsync(draft.ToTransaction(insurerKey));
        Use(signed);
    }

    public static async Task ReadingAsync(LedgerClient ledger, AnchorOutcome outcome, byte[] digest)
    {
        var receipt = await ledger.GetReceiptAsync(outcome.IdOf(0));
        File.WriteAllBytes("receipt.json", ReceiptJson.Write(receipt.Receipt));

        await foreach (var entry in ledger.QueryAsync(EvidenceQuery.ByDigest(digest)))
            Console.WriteLine($"{entry.Leaf.Time} {entry.Leaf.Member} {entry.Record.Action}");

        var timeline = await ledger.GetTimelineAsync("scene/claims");
        Use(timeline, receipt);
    }

    public static async Task ReadingAtLeastAsync(LedgerClient ledger, AnchorOutcome outcome)
    {
        var timeline = await ledger.GetTimelineAsync("scene/claims", atLeast: outcome.Height);
        var receipt = await ledger.GetReceiptAsync(outcome.IdOf(0), atLeast: outcome.Height);
        var later = await ledger.GetTimelineAsync("scene/claims", atLeast: timeline.ProvenAt.Header.Height);
        Use(timeline, receipt, later);
    }

    public static async Task ContractsAsync(LedgerClient ledger, string source, string schema, BlockHeight from)
    {
        await ledger.DeployAsync("shop", source, schema, arguments: "{}");
        var sold = await ledger.CallAsync("shop", "sell", "{\"item\":\"map\"}");
        var left = await ledger.QueryAsync("shop", "left");
        var proof = await ledger.GetResultReceiptAsync(sold.Transaction.Transaction.Id);
        var value = await ledger.GetContractStateAsync("shop", "stock/map");
        await foreach (var e in ledger.SubscribeEventsAsync(from, new ContractEventFilter("shop", "sold")))
            Console.WriteLine(e.Payload);
        Use(left, proof, value);
    }

    public static async Task FollowingAsync(LedgerClient ledger, CancellationToken stop)
    {
        var start = SubscriptionStart.Beginning;
        await foreach (var block in ledger.SubscribeAsync(start, includeTransactions: true, stop))
        {
            await HandleAsync(block);
        }
    }

    public static async Task ResumingAsync(LedgerClient ledger, CancellationToken stop)
    {
        await ledger.FollowAsync(new FileCheckpointStore("checkpoint"), (block, _) => HandleAsync(block), cancellation: stop);
    }

    public static async Task FingerprintsAsync(
        LedgerClient ledger, EvidenceRecord record, VerifiedReceipt receipt, Timestamp moment)
    {
        var secret = RandomNumberGenerator.GetBytes(FingerprintBuilder.SecretSize);
        var whole = await FileFingerprint.ComputeAsync("trip.csv", Sha256.Instance, FingerprintParameters.Csv(), secret);
        var shown = await FileFingerprint.DiscloseAsync("trip.csv", Sha256.Instance, whole, secret, first: 100, count: 30);
        await ledger.AnchorAsync(record with { Digests = [whole.ToEvidenceDigest(Sha256.Instance)] });
        File.WriteAllBytes("accident.json", new DisclosureBundle(shown, receipt.Receipt).ToJson());
        await foreach (var found in ledger.FindFingerprintsAsync("vehicle/1", covering: moment))
            Console.WriteLine(found);
    }

    public static async Task PortableAsync(
        LedgerClient ledger, EvidenceId id, Genesis genesis, CertificateLanguages languages)
    {
        var cose = await ledger.GetAttestedReceiptAsync(id, AttestationForm.Cose);
        File.WriteAllBytes("receipt.cose", CoseReceipts.Encode(cose));
        if (!AnyReceipt.TryRead(File.ReadAllBytes("receipt.cose"), out var any, out var error))
            throw new InvalidDataException(error);
        var page = CertificateDocument.Write(any, any.Verify(genesis).Content!, genesis, languages);
        File.WriteAllBytes("certificate.html", page);
    }

    public static void Host(WebApplicationBuilder builder)
    {
        builder.Services.AddLedgerClient(builder.Configuration.GetSection("Ledger"));
        builder.Services.AddLedgerOutbox(builder.Configuration.GetSection("Ledger:Outbox"));
    }

    public static async Task OutboxAsync(LedgerClient ledger, EvidenceRecord record, long last, CancellationToken stop)
    {
        await using var outbox = LedgerOutbox.Open(ledger, new OutboxOptions { Folder = "outbox" });
        var delivery = outbox.RunAsync(stop);
        var place = await outbox.EnqueueAsync(record, key: "approval/17", stop);
        await foreach (var done in outbox.CompletionsAsync(after: last, stop))
            Console.WriteLine($"{done.Key}: {done.Evidence} in block {done.Height}");
        Use(delivery, place);
    }

    private static void Use(params object[] made) => GC.KeepAlive(made);

    private static Task HandleAsync(CertifiedBlock block)
    {
        Use(block);
        return Task.CompletedTask;
    }
}
