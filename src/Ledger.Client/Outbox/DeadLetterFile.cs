using System.Text.Json;
using Ledger.Client.Submit.Journal;

namespace Ledger.Client.Outbox;

/// <summary>
/// Records that the chain refused, one JSON object a line, for people and their tools. Safe for concurrent use.
/// </summary>
/// <remarks>Written before the record is let go of; so after a crash the same record may be written a second time, which
/// reading leaves out.</remarks>
internal sealed class DeadLetterFile(string path)
{
    private readonly Lock _gate = new();

    // Bound: what operators let lie; each is a fault that wants somebody's attention.
    private readonly Dictionary<long, DeadLetter> _letters = [];

    public int Count
    {
        get
        {
            lock (_gate) return _letters.Count;
        }
    }

    public IReadOnlyList<DeadLetter> All
    {
        get
        {
            lock (_gate) return [.. _letters.Values.OrderBy(l => l.Sequence)];
        }
    }

    public void Load()
    {
        if (!File.Exists(path)) return;
        var bytes = File.ReadAllBytes(path);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (end < bytes.Length)
        {
            using var torn = new FileStream(path, FileMode.Open, FileAccess.Write);
            torn.SetLength(end);
        }

        foreach (var line in File.ReadLines(path))
        {
            try
            {
                var letter = JsonSerializer.Deserialize(line, DeadLetterJson.Default.DeadLetterLine)!;
                _letters[letter.Sequence] = letter.ToLetter();
            }
            catch (Exception fault) when (fault is JsonException or FormatException)
            {
                throw new JournalException($"{path} holds a line that is no dead letter; mend it or move it away", fault);
            }
        }
    }

    public void Append(DeadLetter letter)
    {
        lock (_gate)
        {
            if (_letters.ContainsKey(letter.Sequence)) return;
            byte[] line =
            [
                .. JsonSerializer.SerializeToUtf8Bytes(DeadLetterLine.Of(letter), DeadLetterJson.Default.DeadLetterLine),
                (byte)'\n',
            ];
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            var before = file.Length;
            try
            {
                file.Write(line);
                file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                // A full disk: behind half a line the next one could not be read.
                file.SetLength(before);
                throw;
            }

            if (before == 0) DurableFolder.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _letters[letter.Sequence] = letter;
        }
    }
}
