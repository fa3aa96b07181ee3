using Google.Protobuf;
using Ledger.Consensus.Faults;
using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Network;
using Ledger.Node.Api;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Testing.Builders;
using Ledger.Testing.Network;

namespace Ledger.Node.Tests.Audit;

/// <summary>Whole audit nodes beside whole validators, over a network in memory.</summary>
public sealed class AuditNodeTests
{
    private static async Task<AuditReport> ReportAsync(TestCluster cluster, GetAuditReportRequest? request = null)
    {
        using var call = TestCluster.Call();
        var answer = await cluster.Audit.Reports.GetAuditReport(request ?? new GetAuditReportRequest(), call);
        Assert.True(answer.Status.IsOk, answer.Status.ToString());
        return answer.Value!;
    }

    // Polls what another thread brings about; the timer is the test's only clock.
    private static async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(TestCluster.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await holds())
        {
            try
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{what}: not in time");
            }
        }
    }

    private static Task FollowedAsync(TestCluster cluster, ulong height) => UntilAsync(
        $"the audit node compared {height} blocks of every validator",
        async () => (await ReportAsync(cluster)).Validators.All(v => v.ComparedHeight >= height));

    private static async Task<List<FaultContent>> FaultsAsync(TestCluster cluster, FaultApi api)
    {
        using var call = TestCluster.Call();
        var page = await api.ListFaults(new ListFaultsRequest { PageSize = 100 }, call);
        return
        [
            .. page.Value!.Proofs.Select(p => FaultVerifier.Verify(p.Span, cluster.Genesis)).Select(v =>
            {
                Assert.True(v.IsProven, v.Detail);
                return v.Content;
            }),
        ];
    }

    [Fact]
    public async Task It_follows_executes_compares_and_its_report_is_what_the_validators_count()
    {
        await using var cluster = new TestCluster(observers: 1);
        cluster.StartAll();
        cluster.StartAudit();
        TransactionOutcome last = new();
        for (var i = 0; i < 12; i++) last = await cluster.Anchor(i % 4, cluster.Next());

        await FollowedAsync(cluster, last.Height);
        var report = await ReportAsync(cluster);

        Assert.Equal((1UL, last.Height), (report.FirstHeight, report.LastHeight));
        Assert.Equal((last.Height, last.Height), (report.Blocks, report.Totals.BlocksExecuted));
        Assert.Equal((12UL, 12UL, 12UL), (report.Transactions, report.Records, report.Totals.TransactionSignatures));
        Assert.Equal(4 * last.Height, report.Totals.Roots);
        Assert.Equal(last.Height, report.Totals.HeadersLinked);
        Assert.Equal(("trade.payment", 12UL), report.RecordsByType.Select(c => (c.Name, c.Count)).Single());
        Assert.Equal(("org-a", 12UL), report.RecordsByMember.Select(c => (c.Name, c.Count)).Single());
        Assert.All(report.Validators, v => Assert.InRange(v.SignedBlocks, 1UL, last.Height));
        Assert.True(report.Validators.Sum(v => (long)v.SignedBlocks) >= 3 * (long)last.Height);
        Assert.Equal(last.Height, (ulong)report.Validators.Sum(v => (long)v.ProposedBlocks));
        Assert.Empty(report.Problems);
        Assert.Empty(report.Faults);
        Assert.DoesNotContain(report.Findings, f => f.Kind is "SPLIT_VIEW" or "UNCERTIFIED_HEADER");
    }

    [Fact]
    public async Task A_validator_that_began_from_a_snapshot_is_compared_from_there_on_and_what_it_lacks_is_said()
    {
        await using var cluster = new TestCluster(observers: 1) { SnapshotBehindBlocks = 20 };
        for (var i = 0; i < 3; i++) cluster.Start(i);
        for (var i = 0; i < 30; i++) await cluster.Anchor(i % 3, cluster.Next());
        cluster.Start(3);
        await cluster.EndOf(3);
        Assert.True(await cluster.JoinAsync(3));
        cluster.Start(3);
        var last = cluster.Next();
        var outcomes = await Task.WhenAll(cluster.Anchor(0, last), cluster.Anchor(3, last));

        cluster.StartAudit();
        await FollowedAsync(cluster, outcomes[0].Height);

        var finding = Assert.Single((await ReportAsync(cluster)).Findings, f => f.Kind == "LACKS_HISTORY");
        Assert.Contains($"from height 1 to {cluster.BaseOf(3)!.Value.Value - 1}", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_restart_it_reports_the_same_and_a_period_only_what_is_in_it()
    {
        await using var cluster = new TestCluster(observers: 1);
        cluster.StartAll();
        cluster.StartAudit();
        var first = await cluster.Anchor(0, cluster.Next());
        var second = await cluster.Anchor(1, cluster.Next());
        await FollowedAsync(cluster, second.Height);
        var before = await ReportAsync(cluster);

        await cluster.StopAuditAsync();
        cluster.StartAudit();
        var after = await ReportAsync(cluster);
        var period = await ReportAsync(
            cluster, new GetAuditReportRequest { FromTimeMs = first.TimeMs, ToTimeMs = second.TimeMs });

        Assert.Equal(before.Totals, after.Totals);
        Assert.Equal(
            before.Validators.Select(v => (v.SignedBlocks, v.ProposedBlocks, v.ComparedHeight)),
            after.Validators.Select(v => (v.SignedBlocks, v.ProposedBlocks, v.ComparedHeight)));
        Assert.Equal((first.Height, second.Height - 1), (period.FirstHeight, period.LastHeight));
        Assert.Equal(second.Height - first.Height, period.Blocks);
    }

    [Fact]
    public async Task It_answers_queries_from_its_own_data_and_refuses_transactions_naming_the_validators()
    {
        await using var cluster = new TestCluster(observers: 1);
        cluster.StartAll();
        cluster.StartAudit();
        var transaction = cluster.Next();
        var outcome = await cluster.Anchor(0, transaction);
        await FollowedAsync(cluster, outcome.Height);
        for (var i = 0; i < 4; i++) await cluster.StopAsync(i);
        using var call = TestCluster.Call();

        var receipt = await cluster.Audit.Evidence.GetReceipt(new GetReceiptRequest { LogIndex = 0 }, call);
        var known = await cluster.Audit.Submission.GetTransaction(
            new GetTransactionRequest { TransactionId = ByteString.CopyFrom(transaction.Id.AsSpan()) }, call);
        var refused = await cluster.Audit.Submission.Submit(
            new SubmitRequest { Transaction = ByteString.CopyFrom(cluster.Next().Encoded.Span) }, call);

        var verdict = Core.Receipts.ReceiptVerifier.Verify(receipt.Value!.Receipt.Span, cluster.Genesis);
        Assert.True(verdict.IsValid, verdict.Detail);
        Assert.Equal(TransactionOutcome.Types.State.Committed, known.Value!.State);
        Assert.Equal("READ_ONLY_NODE", refused.Status.Reason);
        Assert.Contains("org-a, org-b, org-c, org-d", refused.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validator_that_contradicts_itself_is_proven_guilty_at_its_victim_and_at_the_audit_node()
    {
        await using var cluster = new TestCluster(observers: 1);
        var liar = A.ValidatorSigner(cluster.Genesis.Validators[new ValidatorIndex(3)].Member);
        for (var i = 0; i < 3; i++) cluster.Start(i);
        cluster.Start(3, (identity, _) => new LyingNetwork(
            cluster.Hub.Join(PeerId.FromPublicKey(identity.PublicKey)), liar, cluster.Peer(1)));
        cluster.StartAudit();
        for (var i = 0; i < 5; i++) await cluster.Anchor(i % 3, cluster.Next());

        await UntilAsync("node 1 keeps the proof", async () => (await FaultsAsync(cluster, cluster[1].Faults)).Count > 0);
        await UntilAsync(
            "the audit node keeps the proof", async () => (await FaultsAsync(cluster, cluster.Audit.Faults)).Count > 0);

        var kept = await FaultsAsync(cluster, cluster.Audit.Faults);
        Assert.All(kept, f => Assert.Equal((FaultKind.ContradictingCommits, 3), (f.Kind, f.Index.Value)));
        Assert.Empty(await FaultsAsync(cluster, cluster[0].Faults));
        await cluster.StopAsync(1);
        cluster.Start(1);
        Assert.NotEmpty(await FaultsAsync(cluster, cluster[1].Faults));
        var report = await ReportAsync(cluster);
        Assert.True(report.Validators[3].Faults > 0);
        Assert.All(report.Validators.Take(3), v => Assert.Equal(0UL, v.Faults));
    }

    [Fact]
    public async Task A_validator_that_serves_another_certified_block_is_found_and_so_is_who_signed_both()
    {
        await using var cluster = new TestCluster(observers: 1);
        for (var i = 0; i < 3; i++) cluster.Start(i);
        await using var fake = ServeSplitView(cluster);
        await fake.StartAsync(default);
        await cluster.Anchor(0, cluster.Next());
        cluster.StartAudit();

        await UntilAsync(
            "the split view is found",
            async () => (await ReportAsync(cluster)).Findings.Any(f => f.Kind == "SPLIT_VIEW"));
        var report = await ReportAsync(cluster);
        var finding = report.Findings.Single(f => f.Kind == "SPLIT_VIEW");
        var culprits = await FaultsAsync(cluster, cluster.Audit.Faults);

        Assert.Equal((3U, 1UL), (finding.ValidatorIndex, finding.Height));
        Assert.True(culprits.Count >= cluster.Genesis.Validators.Quorum.OneHonest);
        Assert.True(Core.Receipts.HeaderProof.TryRead(finding.Evidence.Span, out var served, out var error), error);
        Assert.True(Core.Receipts.HeaderProof.TryRead(finding.Ours.Span, out var ours, out error), error);
        var forensic = Forensics.Compare(served, ours, cluster.Genesis);
        Assert.Equal(ForensicOutcome.Conflict, forensic.Outcome);
        Assert.Equal(culprits.Select(c => c.Index.Value).Order(), forensic.Culprits.Select(c => c.Index.Value));
    }

    [Fact]
    public async Task Validators_send_an_observer_nothing_of_their_own_accord_and_take_no_frames_from_it()
    {
        await using var cluster = new TestCluster(observers: 1);
        var sent = 0;
        cluster.Hub.Filter = (_, to, _, _) =>
        {
            if (to == cluster.AuditPeer) Interlocked.Increment(ref sent);
            return true;
        };
        cluster.StartAll();
        await using var observer = cluster.Hub.Join(cluster.AuditPeer);
        await observer.StartAsync(default);
        var pushed = cluster.Next();
        var batch = TransactionMessages.EncodeBatch([pushed]);

        Assert.True(observer.TrySend(cluster.Peer(0), LedgerProtocols.Transactions, batch));
        Assert.True(observer.TrySend(cluster.Peer(0), LedgerProtocols.Consensus, new byte[] { 1, 2, 3 }));
        for (var i = 0; i < 5; i++) await cluster.Anchor(0, cluster.Next());

        Assert.Equal(TransactionOutcome.Types.State.Unknown, (await cluster.Outcome(0, pushed.Id)).State);
        Assert.Equal(0, sent);
    }

    [Fact]
    public async Task Validators_do_the_same_with_an_audit_node_that_is_there_and_with_one_that_is_gone()
    {
        await using var cluster = new TestCluster(observers: 1);
        cluster.StartAll();
        cluster.StartAudit();
        var with = await cluster.Anchor(0, cluster.Next());
        await FollowedAsync(cluster, with.Height);
        await cluster.StopAuditAsync();

        // One block for each transaction that waits alone for its certificate, with or without an auditor.
        for (var i = 1UL; i <= 5; i++) Assert.Equal(with.Height + i, (await cluster.Anchor(0, cluster.Next())).Height);
        cluster.StartAudit();
        await FollowedAsync(cluster, with.Height + 5);

        Assert.Equal(with.Height + 5, (await ReportAsync(cluster)).Blocks);
    }

    [Fact]
    public async Task It_goes_from_one_epoch_to_the_next_and_watches_the_new_validators()
    {
        await using var cluster = new TestCluster(4, candidates: 1, observers: 1);
        cluster.StartAll();
        cluster.StartAudit();
        await cluster.Anchor(0, cluster.Next());
        await cluster.Change(0, 0, A.Adding(cluster.Genesis, "org-e"));
        await cluster.Reach(1, 0, 1, 2, 3, 4);
        var last = await cluster.Anchor(4, cluster.Next());

        await UntilAsync("five validators are watched", async () =>
        {
            var validators = (await ReportAsync(cluster)).Validators;
            return validators.Count == 5 && validators.All(v => v.ComparedHeight >= last.Height);
        });
        var report = await ReportAsync(cluster);
        using var call = TestCluster.Call();
        var status = (await cluster.Audit.Status.GetStatus(new GetStatusRequest(), call)).Value!;

        Assert.Equal(("org-e", 1UL), (report.Validators[4].Member, status.Epoch));
        Assert.Equal((last.Height, 2UL), (report.Blocks, report.Records));
        Assert.Empty(report.Problems);
        Assert.Empty(report.Faults);
        Assert.DoesNotContain(report.Findings, f => f.Kind is "SPLIT_VIEW" or "UNCERTIFIED_HEADER");
    }

    // Validator 3 is nothing but an answer to auditors: at height 1 another block, certified by all others.
    private static InMemoryNetwork ServeSplitView(TestCluster cluster)
    {
        var header = A.Header(cluster.Genesis) with { LogSize = 77 };
        var bytes = header.Encode();
        var hash = BlockHeader.HashOf(bytes, cluster.Genesis.Suite.Hash);
        var served = new ServedHeader(bytes, A.Certificate(hash, cluster.Genesis.Validators, [0, 1, 2]).Encode());
        var fake = cluster.Hub.Join(cluster.Peer(3));
        fake.HandleRequests(LedgerProtocols.Audit, (_, request, _) =>
        {
            switch (AuditRequest.Decode(request.Span))
            {
                case AuditRequest.Status:
                    var now = new Timestamp((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
                    return new(AuditMessages.Encode(new ServedStatus(now, served)));
                case AuditRequest.Headers { From.Value: 1 }:
                    var writer = new Core.Encoding.CanonicalWriter();
                    AuditMessages.Append(writer, 1, served);
                    return new(writer.ToArray());
                case AuditRequest.Faults:
                    return new(AuditMessages.Encode(new ServedFaults([], default)));
                default:
                    return new(ReadOnlyMemory<byte>.Empty);
            }
        });
        return fake;
    }
}
