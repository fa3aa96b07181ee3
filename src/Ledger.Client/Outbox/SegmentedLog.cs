using System.Globalization;
using Ledger.Client.Submit.Journal;

namespace Ledger.Client.Outbox;

/// <summary>
/// A log in files of bounded size, each named by the number of its first item: items are appended at the end, and whole
/// files are dropped from the front. Not thread-safe.
/// </summary>
internal sealed class SegmentedLog : IDisposable
{
    private const string Extension = ".log";

    private readonly string _folder;
    private readonly long _segmentBytes;

    // First numbers of the files, ascending; the last is the one that is written. Bound: what retention leaves.
    private readonly List<long> _files;

    private JournalFile? _current;
    private long _closedSyncs;
    private bool _isTorn;

    public SegmentedLog(string folder, long segmentBytes)
    {
        _folder = folder;
        _segmentBytes = segmentBytes;
        Directory.CreateDirectory(folder);
        DurableFolder.Sync(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        // The last process may have ended between making a file and this.
        SyncFolder();
        _files = [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(FirstOf).Order()];
    }

    /// <summary>How often a file was made durable.</summary>
    public long Syncs => _closedSyncs + (_current?.Syncs ?? 0);

    /// <summary>How often names of files were made durable: once for each new file, and once at the start.</summary>
    public long FolderSyncs { get; private set; }

    /// <summary>Number of files.</summary>
    public int Files => _files.Count;

    /// <summary>Reads every frame. Call it once, to its end, before the first <see cref="Append"/>.</summary>
    /// <exception cref="JournalException">A file is damaged.</exception>
    public IEnumerable<(ReadOnlyMemory<byte> Frame, string File)> Replay()
    {
        for (var i = 0; i < _files.Count; i++)
        {
            var path = PathOf(_files[i]);
            var isLast = i == _files.Count - 1;
            var file = new JournalFile(JournalFile.OpenStream(path), path);
            if (isLast) _current = file;
            try
            {
                foreach (var frame in file.Replay(mayBeTorn: isLast)) yield return (frame, path);
            }
            finally
            {
                if (!isLast) file.Dispose();
            }
        }
    }

    /// <summary>Appends a frame whose first item has the given number, and makes it durable.</summary>
    public void Append(long first, ReadOnlySpan<byte> frame)
    {
        if (_isTorn) throw new IOException($"an earlier write to {_folder} failed; close the outbox and open it again");
        if (_current is null || _current.Length >= _segmentBytes) Begin(first);
        var before = _current!.Length;
        try
        {
            _current.Append(frame);
        }
        catch (IOException)
        {
            // A full disk: the frame is as if it had never been begun, so that a later one can be whole. Where even that
            // fails, nothing may be appended behind the torn frame.
            _isTorn = true;
            _current.CutBack(before);
            _isTorn = false;
            throw;
        }
    }

    /// <summary>Drops the files that hold only items before the given number.</summary>
    public void DropBefore(long number)
    {
        while (_files.Count > 1 && _files[1] <= number)
        {
            File.Delete(PathOf(_files[0]));
            _files.RemoveAt(0);
        }
    }

    public void Dispose() => _current?.Dispose();

    private void Begin(long first)
    {
        // A file whose first frame never became whole has the same name; it is empty.
        var path = PathOf(first);
        var next = new JournalFile(JournalFile.OpenStream(path), path);
        SyncFolder();
        if (_current is not null)
        {
            _closedSyncs += _current.Syncs;
            _current.Dispose();
        }

        _current = next;
        if (_files.Count == 0 || _files[^1] != first) _files.Add(first);
    }

    // A file whose name a crash of the machine takes away is as lost as one whose content is.
    private void SyncFolder()
    {
        DurableFolder.Sync(_folder);
        FolderSyncs++;
    }

    private string PathOf(long first) =>
        Path.Combine(_folder, first.ToString("D20", CultureInfo.InvariantCulture) + Extension);

    private static long FirstOf(string path) =>
        long.TryParse(
            Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            ? first
            : throw new JournalException($"{path} is no file of an outbox; move it away");
}
