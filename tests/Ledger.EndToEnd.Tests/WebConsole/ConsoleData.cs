using System.Text;
using Ledger.Client;
using Ledger.Client.Identity;
using Ledger.Client.Submit;
using Ledger.Contracts.Standard;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests.WebConsole;

/// <summary>
/// What the console is shown: the life of an order over three members, part of a real approval log, a contract in use,
/// and the files with which the page verifies. Not thread-safe.
/// </summary>
internal sealed class ConsoleData(Consortium consortium)
{
    /// <summary>Size of the large file.</summary>
    public const int BigFileBytes = 100_000_000;

    /// <summary>Which row of the changed disclosure is another, counted from 1.</summary>
    public const int ChangedRow = 13;

    public const string Subject = "order/2026-0042";

    private static readonly Sha256 Hash = Sha256.Instance;

    /// <summary>Records of the subject.</summary>
    public int Records { get; private set; }

    /// <summary>The record that the large file is about.</summary>
    public EvidenceId Evidence { get; private set; }

    /// <summary>Its block.</summary>
    public ulong Height { get; private set; }

    /// <summary>Anchors everything and writes the files into the consortium's folder.</summary>
    public async Task PrepareAsync()
    {
        using var client = consortium.Client();
        await ImportAsync();
        var delivered = await LifeOfAnOrderAsync(client);
        (Evidence, Height) = (new EvidenceId(delivered.Transaction.Id, 0), delivered.Height.Value);
        var receipt = (await client.GetReceiptAsync(Evidence)).Receipt;
        Write("receipt.json", ReceiptJson.Write(receipt));
        Write("receipt.bin", receipt.Encode());
        Write("forged.json", ReceiptJson.Write(Forge(receipt)));
        await WritePortableAsync(client, receipt);
        await DiscloseAsync(client);
        await UseSettlementAsync(client);
    }

    // The same receipt in other standards' forms, and a member's statement on the same subject.
    private async Task WritePortableAsync(LedgerClient client, Receipt receipt)
    {
        Write("receipt.cose", CoseReceipts.Encode(await client.AttestAsync(receipt, AttestationForm.Cose)));
        Write("receipt.tlog-proof", TlogProof.Write(await client.AttestAsync(receipt, AttestationForm.Note)));
        var content = "里程数据已交付 / the trips were delivered"u8.ToArray();
        Write("stated.txt", content);
        var statement = ScittStatement.Sign(consortium.Identity, "data-operator", Subject, "text/plain", content);
        var anchored = await AnchorAsync(client, Record("trade.delivery", "accept", "consumer") with
        {
            Digests = [statement.Digest],
        });
        var proof = await client.GetReceiptAsync(new EvidenceId(anchored.Transaction.Id, 0), anchored.Height);
        Write("statement.cose", statement.With(await client.AttestAsync(proof.Receipt, AttestationForm.Cose)).Encode());
    }

    private async Task ImportAsync()
    {
        string[] import =
        [
            "import", Programs.Sample("request-for-payment.sample.xes"),
            "--map", Programs.Sample("request-for-payment.map.json"), "--profile", consortium.Folder, "--json",
        ];
        (await Programs.RunToolAsync(consortium.Folder, import)).Ended(0);
    }

    private async Task<AnchorOutcome> LifeOfAnOrderAsync(LedgerClient client)
    {
        var big = Path.Combine(consortium.Folder, "big.bin");
        await using (var file = File.Create(big)) file.SetLength(BigFileBytes);
        await using var content = File.OpenRead(big);
        var digest = await System.Security.Cryptography.SHA256.HashDataAsync(content);

        using var maker = MemberClient("car-maker");
        using var insurer = MemberClient("insurer");
        await AnchorAsync(insurer, Record("authorisation.scene-review", "submit", "consumer") with
        {
            Attributes = [EvidenceAttribute.Text("scene", "按里程计费的保险")],
        });
        await AnchorAsync(client, Record("authorisation.scene-review", "approve", "operator"));
        await AnchorAsync(maker, Record("trade.matching", "offer", "provider") with
        {
            Attributes = [EvidenceAttribute.Text("product", "trips")],
        });
        var delivered = await AnchorAsync(maker, Record("trade.delivery", "deliver", "provider") with
        {
            Attributes = [EvidenceAttribute.Text("mode", "file")],
            Digests = [new EvidenceDigest(Hash.Name, digest, "application/octet-stream")],
        });
        await AnchorAsync(insurer, Record("trade.delivery", "accept", "consumer"));
        await AnchorAsync(client, Record("trade.payment", "pay", "platform") with
        {
            Attributes = [EvidenceAttribute.Decimal("amount", "990"), EvidenceAttribute.Text("currency", "CNY")],
        });
        await AnchorAsync(client, Record("post-trade.settlement", "settle", "operator") with
        {
            Attributes = [EvidenceAttribute.Decimal("amount", "990"), EvidenceAttribute.Text("currency", "CNY")],
        });
        return delivered;
    }

    private async Task<AnchorOutcome> AnchorAsync(LedgerClient client, EvidenceRecord record)
    {
        var outcome = await client.AnchorAsync(record);
        Assert.Equal(AnchorState.Recorded, outcome.State);
        Records++;
        return outcome;
    }

    private static EvidenceRecord Record(string type, string action, string role) => new()
    {
        Type = type,
        Subject = Subject,
        Actor = "办事员-7",
        Action = action,
        Role = role,
    };

    private LedgerClient MemberClient(string member) => new(consortium.Options with
    {
        Identity = IdentityFile.Load(Path.Combine(consortium.Folder, "identities", $"{member}.key")),
        Endpoints = [.. consortium.Nodes.Select(n => n.Grpc)],
    });

    // Another amount of what is in the leaf: the path does not lead from it to the root.
    private static Receipt Forge(Receipt receipt)
    {
        var leaf = receipt.LeafBytes.ToArray();
        var place = leaf.AsSpan().IndexOf("2026-0042"u8);
        leaf[place + 8] ^= 1;
        return receipt with { LeafBytes = leaf };
    }

    private async Task DiscloseAsync(LedgerClient client)
    {
        var rows = Enumerable.Range(1, 200).Select(i => $"{i},{40 + (i % 60)},ok\n");
        var data = Encoding.UTF8.GetBytes("second,speed,note\n" + string.Concat(rows));
        var secret = Hash.Hash("a secret for tests"u8).ToArray();
        var builder = new FingerprintBuilder(Hash, FingerprintParameters.Csv(), secret);
        builder.Push(data);
        Assert.Equal(FingerprintFault.None, builder.Complete(out var fingerprint));
        var outcome = await client.AnchorAsync(new EvidenceRecord
        {
            Type = "fingerprint.data",
            Subject = "vehicle/etios-1",
            Actor = "办事员-7",
            Action = "anchor",
            Role = "operator",
            Attributes = [EvidenceAttribute.Integer("records", 200), EvidenceAttribute.Text("rule", "csv")],
            Digests = [new EvidenceDigest("ledger-fingerprint/1", fingerprint!.Digest(Hash).ToArray())],
        });
        Assert.Equal(AnchorState.Recorded, outcome.State);
        var receipt = await client.GetReceiptAsync(new EvidenceId(outcome.Transaction.Id, 0));
        Write("fingerprint-receipt.json", ReceiptJson.Write(receipt.Receipt));

        var disclosing = new DisclosureBuilder(Hash, fingerprint, secret, first: 10, count: 5);
        disclosing.Push(data);
        Assert.Equal(FingerprintFault.None, disclosing.Complete(out var disclosure));
        Write("disclosure.json", FingerprintJson.Write(disclosure!));
        Write("bundle.json", new DisclosureBundle(disclosure!, receipt.Receipt).ToJson());
        var records = disclosure!.Records.ToList();
        records[ChangedRow - 11] = records[ChangedRow - 11] with { Data = "13,180,ok"u8.ToArray() };
        var changed = new Disclosure(
            fingerprint, disclosure.FirstIndex, disclosure.Header, records, [.. disclosure.LeafHashes],
            [.. disclosure.Proof]);
        Write("changed.json", FingerprintJson.Write(changed));
        Write("changed-bundle.json", new DisclosureBundle(changed, receipt.Receipt).ToJson());
    }

    private static async Task UseSettlementAsync(LedgerClient client)
    {
        var contract = StandardContracts.Find("settlement")!;
        await client.DeployAsync(
            contract.Name, contract.Source, contract.Schema, """{"approvals":["operator","platform"],"trusted":[]}""");
        await client.CallAsync("settlement", "request",
            """
            {"payment":"invoice-1","payer":"insurer","payee":"car-maker","currency":"CNY","amount":"99000",
             "reason":"trips"}
            """);
        await client.CallAsync("settlement", "request",
            """
            {"payment":"invoice-2","payer":"insurer","payee":"car-maker","currency":"JPY","amount":"1200",
             "reason":"trips"}
            """);
    }

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(consortium.Folder, name), bytes);
}
