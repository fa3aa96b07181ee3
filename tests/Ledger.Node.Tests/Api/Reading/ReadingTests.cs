using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Grpc;
using Ledger.Core.Membership;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Node.Api;
using Ledger.Node.Api.Callers;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Api.Reading;
using Ledger.Node.Execution;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;
using Microsoft.AspNetCore.Http;

namespace Ledger.Node.Tests.Api.Reading;

/// <summary>
/// A channel where regulators read everything: org-a is one, org-b and org-c are not. Subjects are shared by the
/// members whose letters they end with.
/// </summary>
public sealed class ReadingTests : IDisposable
{
    private static readonly string[] Subjects = ["s-a", "s-b", "s-c", "s-ab", "s-bc", "s-abc", "s-ac"];

    private readonly TestLedger _ledger = new(MakeGenesis());
    private readonly EvidenceApi _evidence;
    private readonly ChainApi _chain;

    // What was sent, in the order of the log.
    private readonly List<(string Subject, string Member, SignedTransaction Transaction)> _sent = [];

    public ReadingTests()
    {
        var ends = new EpochEnds(_ledger.Store);
        // Of a timeline four records count, so that a page's work runs out soon.
        _evidence = new EvidenceApi(
            _ledger.Store, _ledger.Chain, ends, new ReadingPolicy(_ledger.Store, _ledger.Chain, timelineRecords: 4));
        _chain = new ChainApi(_ledger.Store, _ledger.Chain, ends);
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var subject = Subjects[random.Next(Subjects.Length)];
            var letters = subject[2..];
            Add(subject, $"org-{letters[random.Next(letters.Length)]}");
        }
    }

    public void Dispose() => _ledger.Dispose();

    [Theory]
    [InlineData("org-a", 1)]
    [InlineData("org-b", 1)]
    [InlineData("org-b", 3)]
    [InlineData("org-b", 100)]
    [InlineData("org-c", 7)]
    public async Task A_search_page_by_page_shows_everything_that_concerns_the_caller_and_nothing_else(
        string member, int pageSize)
    {
        foreach (var request in new[]
        {
            new QueryEvidenceRequest { FromTimeMs = 1 },
            new QueryEvidenceRequest { Type = "trade.payment" },
            new QueryEvidenceRequest { Actor = "cashier" },
        })
        {
            request.PageSize = (uint)pageSize;
            var seen = new List<ulong>();
            for (var pages = 0; ; pages++)
            {
                Assert.InRange(pages, 0, 200);
                var page = await _evidence.QueryEvidence(request, Call(member));
                Assert.True(page.Status.IsOk, page.Status.ToString());
                seen.AddRange(page.Value!.Evidence.Select(e => e.LogIndex));
                if (page.Value.NextCursor.IsEmpty) break;
                request.Cursor = page.Value.NextCursor;
            }

            Assert.Equal(Concerning(member), seen);
        }
    }

    [Fact]
    public async Task A_timeline_is_read_by_those_who_took_part_and_by_readers()
    {
        foreach (var subject in Subjects)
        {
            foreach (var member in new[] { "org-a", "org-b", "org-c" })
            {
                var allowed = member == "org-a" || TookPart(member, subject, records: 4);
                var answer = await _evidence.QueryEvidence(new QueryEvidenceRequest { Subject = subject }, Call(member));
                Assert.Equal((subject, member, allowed), (subject, member, answer.Status.IsOk));
                if (!allowed) Assert.Equal("NOT_PERMITTED", answer.Status.Reason);
                else Assert.Equal(_sent.Count(s => s.Subject == subject), answer.Value!.Evidence.Count);

                var proof = await _chain.GetStateProof(
                    new GetStateProofRequest
                    {
                        Namespace = StateNamespaces.Timelines, Key = ByteString.CopyFromUtf8(subject),
                    },
                    Call(member));
                allowed = member == "org-a" || TookPart(member, subject);
                Assert.Equal((subject, member, allowed), (subject, member, proof.Status.IsOk));
            }
        }
    }

    [Fact]
    public async Task What_is_named_by_its_digest_or_id_is_read_by_every_member()
    {
        var (_, _, transaction) = _sent.First(s => s.Subject == "s-c");
        var digest = A.Record("s-c").Digests[0].Value;

        var byDigest = await _evidence.QueryEvidence(
            new QueryEvidenceRequest { Digest = ByteString.CopyFrom(digest.Span), PageSize = 1000 }, Call("org-b"));
        var byId = await _evidence.GetReceipt(
            new GetReceiptRequest { Evidence = new EvidenceRef { TransactionId = ApiBytes.Of(transaction.Id) } },
            Call("org-b"));

        Assert.Contains(byDigest.Value!.Evidence, e => !Concerning("org-b").Contains(e.LogIndex));
        Assert.True(byId.Status.IsOk);
    }

    [Fact]
    public async Task The_log_cannot_be_counted_through()
    {
        for (var i = 0; i < _sent.Count; i++)
        {
            var receipt = await _evidence.GetReceipt(new GetReceiptRequest { LogIndex = (ulong)i }, Call("org-b"));
            var allowed = Concerning("org-b").Contains((ulong)i);
            Assert.Equal((i, allowed), (i, receipt.Status.IsOk));
            if (!allowed) Assert.Equal(GrpcStatusCode.PermissionDenied, receipt.Status.Code);
        }
    }

    [Fact]
    public async Task Blocks_are_shown_to_all_and_what_is_in_them_to_readers()
    {
        async Task<RpcStatus> Get(string member, bool bodies) => (await _chain.GetBlock(
            new GetBlockRequest { Height = 1, IncludeTransactions = bodies }, Call(member))).Status;

        Assert.True((await Get("org-b", bodies: false)).IsOk);
        Assert.True((await Get("org-a", bodies: true)).IsOk);
        Assert.Equal("NOT_PERMITTED", (await Get("org-b", bodies: true)).Reason);
        var call = Call("org-b");
        var subscribed = await _chain.Subscribe(
            new SubscribeRequest { IncludeTransactions = true },
            new GrpcStreamWriter<Core.Api.V1.Block>(call, new GrpcServerOptions()),
            call);
        Assert.Equal("NOT_PERMITTED", subscribed.Reason);
    }

    [Fact]
    public async Task Who_is_nobody_reads_nothing()
    {
        var all = await _evidence.QueryEvidence(new QueryEvidenceRequest { FromTimeMs = 1 }, Call(null));
        var one = await _evidence.QueryEvidence(new QueryEvidenceRequest { Subject = "s-a" }, Call(null));

        Assert.Empty(all.Value!.Evidence);
        Assert.Equal("NOT_PERMITTED", one.Status.Reason);
    }

    [Fact]
    public async Task Where_genesis_names_no_readers_every_member_reads_everything()
    {
        using var ledger = new TestLedger();
        ledger.Add(Make.Transaction(ledger.Genesis, "s", "org-a"));
        var evidence = new EvidenceApi(ledger.Store, ledger.Chain, new EpochEnds(ledger.Store));

        var answer = await evidence.QueryEvidence(new QueryEvidenceRequest { Subject = "s" }, Call("org-b"));

        Assert.Single(answer.Value!.Evidence);
    }

    private static Genesis MakeGenesis()
    {
        var members = A.Members(4);
        return new Genesis(
            "Example consortium",
            "read",
            A.Suite,
            A.Start,
            new ChannelParameters { Reading = new ReadingParameters { Roles = ["auditor", "regulator"] } },
            A.ValidatorSet(0, members),
            [.. members.Select(m => A.Member(m, m == "org-a" ? ["platform", "regulator"] : ["platform"]))]);
    }

    // Each with another end, so that no two are one transaction.
    private void Add(string subject, string member)
    {
        var content = A.Transaction(_ledger.Genesis, member, A.Record(subject)).Content;
        var until = new Timestamp(content.ValidUntil.UnixMilliseconds + (ulong)_sent.Count);
        var transaction = SignedTransaction.Create(
            content with { ValidUntil = until }, A.ClientSigner(member), _ledger.Genesis.Suite);
        _ledger.Add(transaction);
        _sent.Add((subject, member, transaction));
    }

    private bool TookPart(string member, string subject, int records = int.MaxValue) =>
        _sent.Where(s => s.Subject == subject).Take(records).Any(s => s.Member == member);

    // The test's own idea of the rule, over the list of what was sent; of a timeline the first four records count.
    private List<ulong> Concerning(string member) =>
    [
        .. _sent.Select((s, i) => (s.Subject, s.Member, Index: (ulong)i)).Where(s =>
            member == "org-a" || s.Member == member
            || TookPart(member, s.Subject, records: 4)).Select(s => s.Index),
    ];

    private GrpcCall Call(string? member)
    {
        var http = new DefaultHttpContext();
        if (member is not null)
        {
            var found = _ledger.Genesis.Members.Single(m => m.Id == member);
            http.Features.Set(new Caller(found, found.Keys[0].Key.Id));
        }

        return new GrpcCall(http, TestCluster.Limit, TimeProvider.System);
    }
}
