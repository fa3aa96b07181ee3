using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Blocks;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Receipts;

/// <summary>
/// Proofs that the log only grew between two blocks of the chain of <see cref="ReceiptForge"/>, good and broken. The cases
/// are those of docs/spec/vectors/consistency.json.
/// </summary>
public sealed class LogConsistencyTests
{
    private static readonly TestChain Chain = ReceiptForge.Chain;

    private sealed record Case(string Name, LogConsistency Proof, ReceiptFault Fault, int? EpochChange = null);

    private static List<Case> Cases()
    {
        var good = Between(1, 6);
        var (short_, foreign) = (good with { Path = [.. good.Path.SkipLast(1)] }, Between(4, 6));
        return
        [
            new("across two epoch changes", good, ReceiptFault.None),
            new("from a block to itself", Between(2, 2), ReceiptFault.None),
            new("within an epoch", Between(1, 2), ReceiptFault.None),
            new("from one epoch into the next", Between(4, 6), ReceiptFault.None),
            new("a path too short", short_, ReceiptFault.InclusionInvalid),
            new("the path of another proof", good with { Path = foreign.Path }, ReceiptFault.InclusionInvalid),
            new("the later block first", Swapped(1, 2), ReceiptFault.HeightNotIncreasing),
            new("the earlier header of a later epoch than the way leads to", LateEarlier(),
                ReceiptFault.EpochChangeMissing),
            new("another certificate over the earlier header",
                good with { EarlierCertificate = Between(2, 6).EarlierCertificate },
                ReceiptFault.CertificateOtherHeader),
            new("no way to the later epoch",
                good with { Later = good.Later with { EpochChanges = [] } }, ReceiptFault.EpochChangeMissing),
            new("an epoch change of another epoch",
                good with { Later = good.Later with { EpochChanges = [Chain.EpochChanges[1], Chain.EpochChanges[1]] } },
                ReceiptFault.EpochOutOfOrder, 0),
        ];
    }

    [Fact]
    public void The_vector_file_is_what_this_implementation_makes() =>
        SpecVectors.AssertUnchanged("consistency.json", new JsonObject
        {
            ["spec"] = "docs/spec/receipt.md, section 5",
            ["genesis"] = "genesis.json",
            ["proofs"] = new JsonArray([.. Cases().Select(c => (JsonNode)new JsonObject
            {
                ["case"] = c.Name,
                ["fault"] = SpecVectors.Reason(c.Fault),
                ["epoch_change"] = c.EpochChange,
                ["file"] = JsonNode.Parse(c.Proof.WriteJson()),
            })]),
        });

    [Fact]
    public void Every_case_gets_its_verdict_after_a_round_through_its_file()
    {
        foreach (var one in Cases())
        {
            Assert.True(LogConsistency.TryParse(one.Proof.WriteJson(), out var read, out var error), error);
            var verdict = read.Verify(ReceiptForge.Genesis);
            Assert.Equal((one.Name, one.Fault, one.EpochChange), (one.Name, verdict.Fault, verdict.EpochChange));
            Assert.Equal(one.Fault == ReceiptFault.None, verdict.IsValid);
            Assert.Equal(one.Proof.WriteJson(), read.WriteJson());
        }
    }

    [Fact]
    public void Of_another_channel_it_proves_nothing() => Assert.Equal(
        ReceiptFault.WrongChannel, Between(1, 2).Verify(A.Genesis(channel: "other")).Fault);

    [Theory]
    [InlineData("\"format\"", "\"form\"", "$.format")]
    [InlineData("\"path\"", "\"way\"", "$.path")]
    [InlineData("ledger-consistency/1", "ledger-consistency/2", "$.format")]
    [InlineData("{", "{\"more\":1,", "$.more")]
    public void P5_a_file_with_another_layout_is_refused_with_the_place(string from, string to, string place)
    {
        var text = System.Text.Encoding.UTF8.GetString(Between(1, 2).WriteJson());
        var at = text.IndexOf(from, StringComparison.Ordinal);
        var broken = string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length));

        Assert.False(LogConsistency.TryParse(System.Text.Encoding.UTF8.GetBytes(broken), out _, out var error));

        Assert.StartsWith(place, error, StringComparison.Ordinal);
    }

    private static LogConsistency Between(int from, int to)
    {
        var (earlier, later) = (Chain.Blocks[from - 1], Chain.Blocks[to - 1]);
        var header = Header(later);
        var changes = Chain.EpochChanges.Take((int)header.Epoch.Value).ToList();
        return new LogConsistency(
            earlier.HeaderBytes, earlier.Certificate.Encode(),
            new HeaderProof(later.HeaderBytes, later.Certificate.Encode(), changes),
            LogProofs.Consistency(A.Suite.Hash, Header(earlier).LogSize, header.LogSize, Chain));
    }

    private static LogConsistency Swapped(int from, int to)
    {
        var good = Between(from, to);
        return new LogConsistency(
            good.Later.HeaderBytes, good.Later.CertificateBytes,
            good.Later with { HeaderBytes = good.Earlier, CertificateBytes = good.EarlierCertificate }, good.Path);
    }

    private static LogConsistency LateEarlier()
    {
        var (early, late) = (Between(1, 2), Between(4, 6));
        return early with { Earlier = late.Earlier, EarlierCertificate = late.EarlierCertificate };
    }

    private static BlockHeader Header(CertifiedHeader block)
    {
        Assert.True(BlockHeader.TryDecode(block.HeaderBytes.Span, out var header, out _));
        return header;
    }
}
