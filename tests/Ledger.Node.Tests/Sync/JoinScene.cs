using Ledger.Network;
using Ledger.Node.Sync;
using Ledger.Node.Tests.Support;
using Ledger.Storage;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Sync;

/// <summary>
/// Drives <see cref="SnapshotJoin"/> by hand into a real store: the test answers its requests as it likes.
/// </summary>
internal sealed class JoinScene : IDisposable
{
    private readonly TestLedger _source;
    private readonly SyncService _service;
    private readonly SnapshotKeeper _keeper;
    private readonly List<JoinEffect> _effects = [];
    private readonly TempFolder _folder = new();
    private readonly HashSet<long> _ids = [];
    private readonly FetchOptions _options;
    private SnapshotJoin _machine;
    private bool _closed;

    public JoinScene(TestLedger source, int peers = 3, ulong interval = 1000, int rangeLeaves = 4)
    {
        _options = new FetchOptions { RangeLeaves = rangeLeaves };
        _source = source;
        _keeper = new SnapshotKeeper(source.Store, interval);
        _service = new SyncService(source.Store, source.Chain, source.Pool, _keeper);
        Store = Open();
        PeerIds = [.. Enumerable.Range(1, peers).Select(
            i => PeerId.FromPublicKey(A.ClientSigner($"peer-{i}").PublicKey.Encoded))];
        _machine = Machine();
    }

    public LedgerStore Store { get; private set; }

    public IReadOnlyList<PeerId> PeerIds { get; }

    public long Now { get; private set; }

    public List<JoinEffect.Ask> Asked { get; } = [];

    public List<(PeerId Peer, SyncFault Fault)> Lies { get; } = [];

    public int Requests { get; private set; }

    public int Begun { get; private set; }

    public bool IsWhole { get; private set; }

    public bool NothingOffered { get; private set; }

    public bool IsOver => _machine.IsOver;

    public int PeerOf(JoinEffect.Ask ask) => PeerIds.ToList().IndexOf(ask.Peer);

    public byte[] Honest(JoinEffect.Ask ask) => _service.Answer(ask.Request, CancellationToken.None);

    public void Start()
    {
        _machine.Start(Now, _effects);
        Perform();
    }

    public void Tick(long milliseconds = 100)
    {
        Now += milliseconds;
        _machine.Tick(Now, _effects);
        Perform();
    }

    public void Answer(JoinEffect.Ask ask, byte[] bytes)
    {
        Asked.Remove(ask);
        _machine.Answered(ask.Id, bytes, Now, _effects);
        Perform();
    }

    public void Fail(JoinEffect.Ask ask)
    {
        Asked.Remove(ask);
        _machine.Failed(ask.Id, Now, _effects);
        Perform();
    }

    public void Run(Action<JoinEffect.Ask> answer, int steps = 5000)
    {
        for (; steps > 0 && !IsOver; steps--)
        {
            if (Asked.Count > 0) answer(Asked[0]);
            else Tick();
        }
    }

    /// <summary>The process is killed and starts anew: nothing is left but the store.</summary>
    public void Kill()
    {
        Store.Dispose();
        Store = Open();
        Asked.Clear();
        _machine = Machine();
        Start();
    }

    /// <summary>Where the joined database lies.</summary>
    public string Path => _folder.File("joined");

    /// <summary>Closes it for good.</summary>
    public void CloseStore()
    {
        Store.Dispose();
        _closed = true;
    }

    public void Dispose()
    {
        _keeper.Dispose();
        if (!_closed) Store.Dispose();
        _folder.Dispose();
    }

    private LedgerStore Open() =>
        LedgerStore.Open(new StorageOptions { Path = Path }, _source.Genesis);

    private SnapshotJoin Machine()
    {
        _ids.Clear();
        return new SnapshotJoin(
            _source.Genesis, PeerIds, _options, Store.Installing, () => Store.InstallProgress);
    }

    private void Perform()
    {
        foreach (var effect in _effects)
        {
            switch (effect)
            {
                case JoinEffect.Ask ask:
                    Requests++;
                    // The host knows requests by their ids, and cannot have two of one.
                    Assert.True(_ids.Add(ask.Id));
                    Asked.Add(ask);
                    break;
                case JoinEffect.Forget forget:
                    Asked.RemoveAll(a => a.Id == forget.Id);
                    break;
                case JoinEffect.Begin begin:
                    Begun++;
                    Store.BeginInstall(begin.Snapshot);
                    break;
                case JoinEffect.State state:
                    Store.InstallState(state.Range, state.Entries);
                    break;
                case JoinEffect.Leaves leaves:
                    Store.InstallLeaves(leaves.First, leaves.Installed);
                    break;
                case JoinEffect.Remember remember:
                    Store.InstallRemembered(remember.Blocks);
                    break;
                case JoinEffect.Complete complete:
                    Store.CompleteInstall(complete.Snapshot, 0);
                    IsWhole = true;
                    break;
                case JoinEffect.NothingOffered:
                    NothingOffered = true;
                    break;
                case JoinEffect.PeerLied lied:
                    Lies.Add((lied.Peer, lied.Fault));
                    break;
            }
        }

        _effects.Clear();
    }
}
