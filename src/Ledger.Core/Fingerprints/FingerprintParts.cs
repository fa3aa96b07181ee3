using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Fingerprints;

/// <summary>
/// A fingerprint in parts, for those who have more than one processor: cuts a data set that is pushed in pieces of any
/// size into parts, which are hashed wherever the caller likes, and joins them again. The fingerprint is the one that
/// <see cref="FingerprintBuilder"/> makes.
/// </summary>
/// <remarks>
/// Not thread-safe; only <see cref="FingerprintPart.Hash"/> may run elsewhere. Holds the parts that were taken and
/// not joined, each of at most 1,179,648 bytes and 4096 records, and those that can be taken. The rule about secrets is
/// that of <see cref="FingerprintBuilder"/>.
/// </remarks>
public sealed class FingerprintParts
{
    private readonly Sink _sink;
    private readonly RecordSplitter _splitter;

    /// <summary>Starts a fingerprint. Parameters as for <see cref="FingerprintBuilder"/>.</summary>
    /// <exception cref="ArgumentException">The secret does not have 32 bytes.</exception>
    public FingerprintParts(
        HashFunction hash,
        FingerprintParameters parameters,
        ReadOnlySpan<byte> secret,
        int maxRecordSize = FingerprintParameters.MaxRecordSize)
    {
        if (secret.Length != FingerprintBuilder.SecretSize)
            throw new ArgumentException($"a secret has {FingerprintBuilder.SecretSize} bytes", nameof(secret));
        _sink = new Sink(hash, parameters, hash.WithKey(secret));
        _splitter = RecordSplitter.For(parameters, maxRecordSize);
    }

    /// <summary>Number of records cut so far, the header row of CSV included: where to look for a fault.</summary>
    public ulong RecordsSeen => _splitter.RecordCount;

    /// <summary>
    /// Takes the next bytes. Then take what is ready: parts that nobody takes are kept. After a fault, nothing more is
    /// taken.
    /// </summary>
    public FingerprintFault Push(ReadOnlySpan<byte> data) => _splitter.Push(data, _sink);

    /// <summary>Ends the data; a last part may be ready after it. Call it once.</summary>
    public FingerprintFault End()
    {
        var fault = _splitter.Complete(_sink);
        return fault == FingerprintFault.None ? _sink.End() : fault;
    }

    /// <summary>The next part to be hashed, in order; null when there is none now.</summary>
    public FingerprintPart? Take() => _sink.Ready.TryDequeue(out var part) ? part : null;

    /// <summary>
    /// Joins a part that was hashed, in the order of <see cref="Take"/>. It is used again: let go of it.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not the next part, or was not hashed.</exception>
    public void Join(FingerprintPart part) => _sink.Join(part);

    /// <summary>The fingerprint, after <see cref="End"/> and when every part was joined.</summary>
    /// <exception cref="InvalidOperationException">A part was not joined.</exception>
    public Fingerprint Finish() => _sink.Finish();

    private sealed class Sink(HashFunction hash, FingerprintParameters parameters, KeyedHash secret) : IRecordSink
    {
        private readonly LogFrontier _frontier = new(hash);

        // Parts to use again. Bound: parts that were taken at a time.
        private readonly Stack<FingerprintPart> _idle = [];
        private FingerprintPart? _current;
        private ulong _cut;
        private Hash256? _headerDigest;

        public Queue<FingerprintPart> Ready { get; } = [];

        public FingerprintFault Accept(ReadOnlySpan<byte> record)
        {
            if (parameters.Rule == FingerprintRule.Csv && _headerDigest is null)
            {
                var salt = FingerprintHash.HeaderSaltOf(secret, parameters.Rule);
                _headerDigest = FingerprintHash.HeaderDigestOf(hash, salt.AsSpan()[..parameters.SaltSize], record);
                return FingerprintFault.None;
            }

            if (_current is null)
            {
                if (!_idle.TryPop(out _current)) _current = new FingerprintPart(hash, secret, parameters);
                _current.Begin(_cut);
            }

            _current.Add(record);
            _cut++;
            if (_current.IsFull) Close();
            return FingerprintFault.None;
        }

        public FingerprintFault End()
        {
            if (_current is not null) Close();
            return parameters.Rule == FingerprintRule.Csv && _headerDigest is null
                ? FingerprintFault.MissingHeader
                : FingerprintFault.None;
        }

        public void Join(FingerprintPart part)
        {
            if (part.First != _frontier.Size || part.Subtrees.Count == 0)
                throw new InvalidOperationException($"the part at record {part.First} is not the next, or not hashed");
            foreach (var (level, root) in part.Subtrees) _frontier.AppendSubtree(level, root);
            part.Begin(0);
            _idle.Push(part);
        }

        public Fingerprint Finish()
        {
            if (_frontier.Size != _cut) throw new InvalidOperationException("parts are missing");
            return new Fingerprint(parameters, hash.Name, _frontier.Size, _frontier.Root(), _headerDigest);
        }

        private void Close()
        {
            Ready.Enqueue(_current!);
            _current = null;
        }
    }
}
