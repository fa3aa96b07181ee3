using Ledger.Core.Crypto;
using Ledger.Core.Merkle;

namespace Ledger.Core.Fingerprints;

/// <summary>
/// Makes a disclosure by reading the data set once more, pushed in pieces of any size. Keeps the records of the range
/// and, of all others, a few hashes.
/// </summary>
/// <remarks>Not thread-safe. Checks on the way that data and secret are those that were fingerprinted.</remarks>
public sealed class DisclosureBuilder
{
    private readonly Fingerprint _fingerprint;
    private readonly RecordSplitter _splitter;
    private readonly SaltedRecords _records;
    private readonly Range _range;

    /// <summary>Starts the disclosure of <paramref name="count"/> records from <paramref name="first"/> on.</summary>
    /// <param name="hash">The hash function that the fingerprint was made with.</param>
    /// <param name="fingerprint">The fingerprint of the data set.</param>
    /// <param name="secret">The secret that it was made with.</param>
    /// <param name="first">Index of the first record to show.</param>
    /// <param name="count">Number of records to show, at most <see cref="Disclosure.MaxRecords"/>.</param>
    /// <exception cref="ArgumentException">The range is empty, too large or reaches beyond the data set; or another
    /// hash function.</exception>
    public DisclosureBuilder(
        HashFunction hash, Fingerprint fingerprint, ReadOnlySpan<byte> secret, ulong first, int count)
    {
        if (hash.Name != fingerprint.Algorithm)
            throw new ArgumentException($"the fingerprint was made with {fingerprint.Algorithm}", nameof(hash));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Disclosure.MaxRecords);
        _fingerprint = fingerprint;
        _range = new Range(hash, new LogSegment(first, (ulong)count), fingerprint.RecordCount);
        _records = new SaltedRecords(hash, fingerprint.Parameters, secret, _range);
        _splitter = RecordSplitter.For(fingerprint.Parameters);
    }

    /// <summary>Takes the next bytes of the data set. After a fault, nothing more is taken.</summary>
    public FingerprintFault Push(ReadOnlySpan<byte> data) => _splitter.Push(data, _records);

    /// <summary>Ends the data. Call it once.</summary>
    public FingerprintFault Complete(out Disclosure? disclosure)
    {
        disclosure = null;
        var fault = _splitter.Complete(_records);
        if (fault != FingerprintFault.None) return fault;
        fault = _records.Finish(out var again);
        if (fault != FingerprintFault.None) return fault;
        if (again != _fingerprint) return FingerprintFault.DataDiffers;
        disclosure = _range.ToDisclosure(_fingerprint);
        return FingerprintFault.None;
    }

    private sealed class Range : IRecordObserver
    {
        private readonly HashFunction _hash;
        private readonly LogSegment _range;
        private readonly ulong _size;

        // Bound: 122, the longest range proof.
        private readonly Queue<LogSegment> _outside;
        private readonly List<Hash256> _proof = [];

        // Bound: Disclosure.MaxRecords and MaxContentSize.
        private readonly List<SaltedRecord> _shown = [];
        private readonly List<Hash256> _leafHashes = [];
        private LogFrontier _subtree;
        private SaltedRecord? _header;
        private long _content;

        public Range(HashFunction hash, LogSegment range, ulong size)
        {
            _hash = hash;
            _range = range;
            _size = size;
            _outside = new Queue<LogSegment>(LogRange.Outside(range, size));
            _subtree = new LogFrontier(hash);
        }

        public void OnHeader(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> header) =>
            _header = new SaltedRecord(salt.ToArray(), header.ToArray());

        public FingerprintFault OnRecord(
            ulong index, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> record, in Hash256 leaf)
        {
            if (index >= _size) return FingerprintFault.DataDiffers;
            if (index >= _range.Start && index < _range.End)
            {
                _content += salt.Length + record.Length + Disclosure.RecordOverhead;
                if (_content > Disclosure.MaxContentSize) return FingerprintFault.DisclosureTooLarge;
                _shown.Add(new SaltedRecord(salt.ToArray(), record.ToArray()));
                _leafHashes.Add(leaf);
                return FingerprintFault.None;
            }

            _subtree.Append(leaf);
            if (_subtree.Size < _outside.Peek().Count) return FingerprintFault.None;
            _outside.Dequeue();
            _proof.Add(_subtree.Root());
            _subtree = new LogFrontier(_hash);
            return FingerprintFault.None;
        }

        public Disclosure ToDisclosure(Fingerprint fingerprint) =>
            new(fingerprint, _range.Start, _header, _shown, [.. _leafHashes], [.. _proof]);
    }
}
