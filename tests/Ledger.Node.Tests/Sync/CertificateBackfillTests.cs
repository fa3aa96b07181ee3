using Ledger.Core.Blocks;
using Ledger.Core.Encoding;
using Ledger.Network;
using Ledger.Node.Driver;
using Ledger.Node.Hosting;
using Ledger.Node.Sync;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Testing.Builders;
using Ledger.Testing.Network;

namespace Ledger.Node.Tests.Sync;

public sealed class CertificateBackfillTests : IAsyncLifetime, IDisposable
{
    private readonly InMemoryHub _hub = new();
    private readonly TestLedger _others = new();
    private readonly TestLedger _ledger = new();
    private readonly ListLogger<CertificateBackfill> _log = new();
    private readonly List<InMemoryNetwork> _networks = [];
    private readonly ValidatorPeers _validators;
    private readonly CertificateBackfill _backfill;

    public CertificateBackfillTests()
    {
        _validators = new ValidatorPeers(_ledger.Genesis.Validators, new ValidatorIndex(0));
        for (var i = 0; i < 4; i++)
        {
            var transaction = Make.Transaction(_ledger.Genesis, $"c-{i}");
            _others.Add(transaction);
            // Only the last is certified here, and with it those below.
            var block = _ledger.Execute(transaction);
            if (i == 3) _ledger.Certify(block);
        }

        var own = Join(0);
        _backfill = new CertificateBackfill(
            _ledger.Store, _ledger.Chain, own, () => _validators.Others, new EpochSets(_ledger.Store),
            new NodeClock(TimeProvider.System), _ledger.Metrics, _log);
    }

    public Task InitializeAsync() => _networks[0].StartAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        foreach (var network in _networks) await network.DisposeAsync();
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Certificates_that_a_later_one_made_superfluous_are_fetched_in_one_request()
    {
        var asked = 0;
        using var keeper = new SnapshotKeeper(_others.Store, 1000);
        var service = new SyncService(_others.Store, _others.Chain, _others.Pool, keeper);
        await Serve(1, request =>
        {
            asked++;
            return service.Answer(SyncRequest.Decode(request.Span), CancellationToken.None);
        });

        Assert.True(await _backfill.FillAsync(CancellationToken.None));
        Assert.False(await _backfill.FillAsync(CancellationToken.None));

        Assert.Equal(1, asked);
        for (var height = 1UL; height <= 4; height++)
            Assert.NotNull(_ledger.Store.Live.Blocks.Certificate(new BlockHeight(height)));
    }

    [Fact]
    public async Task A_certificate_that_does_not_hold_is_refused()
    {
        var header = _ledger.Store.Live.Blocks.Header(new BlockHeight(1))!;
        var writer = new CanonicalWriter();
        SyncMessages.Append(
            writer, new BlockHeight(1), A.Certificate(header.Bytes.Span, _ledger.Genesis.Validators, 2));
        await Serve(1, _ => writer.ToArray());

        Assert.False(await _backfill.FillAsync(CancellationToken.None));

        Assert.Null(_ledger.Store.Live.Blocks.Certificate(new BlockHeight(1)));
        Assert.Contains(_log.Lines, l => l.Contains("certificate does not hold", StringComparison.Ordinal));
    }

    private InMemoryNetwork Join(int validator)
    {
        var network = _hub.Join(_validators[new ValidatorIndex(validator)]);
        _networks.Add(network);
        return network;
    }

    private async Task Serve(int validator, Func<ReadOnlyMemory<byte>, byte[]> answer)
    {
        var network = Join(validator);
        network.HandleRequests(LedgerProtocols.Sync, (_, request, _) => new(answer(request)));
        await network.StartAsync(CancellationToken.None);
    }
}
